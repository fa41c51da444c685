/** Miner: how much of what was executed looks like hashing, as the miners of crypto-currencies do it all the time. */

import {
  functionInstructions,
  functionName,
  instructions,
  type Module,
  type ModuleInstance,
} from '../../engine/index.ts';
import { type Attachment, CountProbe, Insertions, selectInstructions } from '../../probes/index.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { defineProbe } from '../define.ts';
import { chosenFunctions, type FunctionChoice, functionOptions } from '../function-choice.ts';
import { wholeNumber } from '../option-checks.ts';
import { PerModule } from '../per-module.ts';
import { type HashOperation, judged, type MinerResult, type Mix, mergeMiner } from './data.ts';
import { minerSection } from './present.ts';

type Kind = HashOperation | 'computing' | 'other';

/** By row of the instruction table. */
const kinds: readonly Kind[] = kindsOfInstructions();

function kindsOfInstructions(): Kind[] {
  const numeric = selectInstructions('numeric');
  return instructions.map(({ op, mnemonic }) => {
    if (!numeric.has(op)) return 'other';
    const [, operation] = /^(?:i32|i64|i32x4|i64x2|v128)\.(add|and|or|xor|shl|shr_u|rotl|rotr)$/.exec(mnemonic) ?? [];
    if (operation === undefined) return 'computing';
    if (operation.startsWith('sh')) return 'shift';
    return operation.startsWith('rot') ? 'rotate' : (operation as HashOperation);
  });
}

/** One counter for each kind of instructions of each function. */
class MixCounters {
  private readonly module: Module;
  private readonly functions: readonly number[];
  private readonly counters = new Map<number, Map<Kind, CountProbe>>();

  constructor(module: Module, choice: FunctionChoice) {
    this.module = module;
    this.functions = chosenFunctions(module, choice);
  }

  attach(instance: ModuleInstance): Attachment {
    return whenEntered(instance, { functions: this.functions, name: 'miner' }, (func) => {
      const counters = this.counters.get(func) ?? new Map<Kind, CountProbe>();
      this.counters.set(func, counters);
      const insertions = new Insertions();
      const { pcs, ops } = functionInstructions(instance.module, func);
      for (const [i, pc] of pcs.entries()) {
        const kind = kinds[ops[i] as number] as Kind;
        const counter = counters.get(kind) ?? new CountProbe('miner');
        counters.set(kind, counter);
        insertions.local(instance, func, pc, counter);
      }
      return insertions;
    });
  }

  get executed(): number {
    let sum = 0;
    for (const counters of this.counters.values()) for (const { count } of counters.values()) sum += count;
    return sum;
  }

  result(): ReturnType<typeof judged> {
    const entered = [...this.counters].sort(([f], [g]) => f - g);
    return judged(
      entered.map(([index, counters]) => ({ index, name: functionName(this.module, index), ...mixOf(counters) })),
    );
  }
}

function mixOf(counters: ReadonlyMap<Kind, CountProbe>): Mix {
  const of = (kind: Kind): number => counters.get(kind)?.count ?? 0;
  const operations = {
    add: of('add'),
    and: of('and'),
    or: of('or'),
    xor: of('xor'),
    shift: of('shift'),
    rotate: of('rotate'),
  };
  const computing = Object.values(operations).reduce((a, b) => a + b, of('computing'));
  return { executed: computing + of('other'), computing, operations };
}

export const miner = defineProbe({
  name: 'miner',
  summary: 'how much of what was executed looks like hashing, function by function: a hint at hidden miners',
  options: { ...functionOptions, top: { help: 'rows that the text shows', default: 20 } },
  start: ({ options }) => {
    wholeNumber('top', options.top, 1);
    const modules = new PerModule((module) => new MixCounters(module, options));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      executed: () => modules.all.reduce((sum, { executed }) => sum + executed, 0),
      result: (): MinerResult => ({
        analysis: 'miner',
        version: 1,
        modules: modules.results((counters) => counters.result()),
      }),
    };
  },
  merge: mergeMiner,
  present: ({ modules }, { top }) => modules.map((module) => minerSection(module, top)),
});
