/** Opcodes: how often each kind of instruction stands in the code, and how often it was executed. */

import {
  functionInstructions,
  type Instruction,
  instructions,
  type Module,
  type ModuleInstance,
} from '../../engine/index.ts';
import { type Attachment, CountProbe, Insertions } from '../../probes/index.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { defineProbe } from '../define.ts';
import { chosenFunctions, type FunctionChoice, functionOptions } from '../function-choice.ts';
import { mergeLists, mergeModules } from '../merging.ts';
import { PerModule } from '../per-module.ts';
import type { Section, Table } from '../report/presentation.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';
import { categoryOf } from './categories.ts';

export interface OpcodeCount {
  /** Mnemonic of the text format. */
  readonly mnemonic: string;
  /** One for each mnemonic, see `categories.ts`. */
  readonly category: string;
  /** How often it stands in the code of the chosen functions. */
  readonly static: number;
  /** How often it was executed. */
  readonly executed: number;
}

export interface ModuleOpcodes extends ModuleResult {
  /** Executed instructions. */
  readonly executed: number;
  /** Those that stand in the code, by mnemonic. */
  readonly opcodes: readonly OpcodeCount[];
}

export type OpcodesResult = AnalysisResult<ModuleOpcodes>;

/** One counter for each row of the instruction table, which all places share. */
class OpcodeCounters {
  readonly functions: readonly number[];
  readonly counters = new Map<number, CountProbe>();

  constructor(module: Module, choice: FunctionChoice) {
    this.functions = chosenFunctions(module, choice);
  }

  attach(instance: ModuleInstance): Attachment {
    return whenEntered(instance, { functions: this.functions, name: 'opcodes' }, (func) => {
      const { pcs, ops } = functionInstructions(instance.module, func);
      const insertions = new Insertions();
      for (const [i, pc] of pcs.entries()) insertions.local(instance, func, pc, this.counterOf(ops[i] as number));
      return insertions;
    });
  }

  private counterOf(op: number): CountProbe {
    const counter = this.counters.get(op) ?? new CountProbe('opcodes');
    this.counters.set(op, counter);
    return counter;
  }

  get total(): number {
    let sum = 0;
    for (const { count } of this.counters.values()) sum += count;
    return sum;
  }
}

export const opcodes = defineProbe({
  name: 'opcodes',
  summary: 'the mix of instructions, in the code and executed, by mnemonic and by category',
  options: { ...functionOptions, top: { help: 'rows that the text shows', default: 30 } },
  start: ({ options }) => {
    const modules = new PerModule((module) => new OpcodeCounters(module, options));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      executed: () => modules.all.reduce((sum, counters) => sum + counters.total, 0),
      result: (): OpcodesResult => ({ analysis: 'opcodes', version: 1, modules: modules.results(moduleOpcodes) }),
    };
  },
  merge: (a, b) =>
    mergeModules<ModuleOpcodes, OpcodesResult>(a, b, (x, y) => ({
      executed: x.executed + y.executed,
      opcodes: mergeLists(
        x.opcodes,
        y.opcodes,
        ({ mnemonic }) => mnemonic,
        (f, g) => ({ ...f, executed: f.executed + g.executed }),
      ),
    })),
  present: ({ modules }, { top }) => modules.map((module) => section(module, top)),
});

function moduleOpcodes(counters: OpcodeCounters, module: Module): Pick<ModuleOpcodes, 'executed' | 'opcodes'> {
  const statics = new Map<number, number>();
  for (const func of counters.functions) {
    for (const op of functionInstructions(module, func).ops) statics.set(op, (statics.get(op) ?? 0) + 1);
  }
  const rows = [...statics].map(([op, count]): OpcodeCount => {
    const instruction = instructions[op] as Instruction;
    return {
      mnemonic: instruction.mnemonic,
      category: categoryOf(instruction),
      static: count,
      executed: counters.counters.get(op)?.count ?? 0,
    };
  });
  // Two rows of the table may have one mnemonic: `select` with a type and without.
  const byMnemonic = mergeLists(
    rows,
    [],
    ({ mnemonic }) => mnemonic,
    (f, g) => ({ ...f, static: f.static + g.static, executed: f.executed + g.executed }),
  );
  return { executed: counters.total, opcodes: byMnemonic };
}

function section(module: ModuleOpcodes, top: number): Section {
  const { executed, opcodes } = module;
  const all = opcodes.reduce((sum, opcode) => sum + opcode.static, 0);
  const categories = mergeLists(
    opcodes.map((opcode) => ({ ...opcode, mnemonic: '' })),
    [],
    ({ category }) => category,
    (f, g) => ({ ...f, static: f.static + g.static, executed: f.executed + g.executed }),
  );
  const table = (id: string, title: string, rows: readonly OpcodeCount[]): Table => ({
    id,
    title,
    columns: [
      ...(id === 'opcodes' ? [{ key: 'instruction', kind: 'text' as const }] : []),
      { key: 'category', kind: 'text' },
      { key: 'static', title: 'in the code', kind: 'count' },
      { key: 'static_share', title: '%', kind: 'share' },
      { key: 'executed', kind: 'count' },
      { key: 'executed_share', title: '%', kind: 'share' },
    ],
    rows: [...rows]
      .sort((a, b) => b.executed - a.executed || b.static - a.static)
      .map((row) => [
        ...(id === 'opcodes' ? [row.mnemonic] : []),
        row.category,
        row.static,
        row.static / all,
        row.executed,
        executed === 0 ? undefined : row.executed / executed,
      ]),
    top,
  });
  return {
    module,
    figures: [
      { label: 'instructions executed', value: executed, kind: 'exact' },
      { label: 'instructions in the code', value: all, kind: 'exact' },
      { label: 'different ones', value: opcodes.length, kind: 'exact' },
    ],
    tables: [
      table('opcodes', 'Instructions, by executions', opcodes),
      table('categories', 'Categories, by executions', categories),
    ],
  };
}
