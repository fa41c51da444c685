/** Blocks: how often control entered each basic block. */

import { functionInstructions, functionName, type Module, type ModuleInstance } from '../../engine/index.ts';
import { type Attachment, CountProbe, Insertions } from '../../probes/index.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { defineProbe } from '../define.ts';
import { chosenFunctions, type FunctionChoice, functionOptions } from '../function-choice.ts';
import { mergeLists, mergeModules } from '../merging.ts';
import { PerModule } from '../per-module.ts';
import { heatOf } from '../report/heat.ts';
import type { Annotation, Mark, Section } from '../report/presentation.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';
import { type BasicBlock, basicBlocks } from './division.ts';

export interface BlockCount extends BasicBlock {
  /** How often control came to its first instruction. A trap in its middle does not make it less. */
  readonly count: number;
}

export interface FunctionBlocks {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** In the order of the code. */
  readonly blocks: readonly BlockCount[];
}

export interface ModuleBlocks extends ModuleResult {
  /** The chosen functions that were entered, by index. */
  readonly functions: readonly FunctionBlocks[];
}

export type BlocksResult = AnalysisResult<ModuleBlocks>;

class BlockCounters {
  private readonly functions: readonly number[];
  private readonly counted = new Map<number, { readonly block: BasicBlock; readonly counter: CountProbe }[]>();

  constructor(module: Module, choice: FunctionChoice) {
    this.functions = chosenFunctions(module, choice);
  }

  attach(instance: ModuleInstance): Attachment {
    return whenEntered(instance, { functions: this.functions, name: 'blocks' }, (func) => {
      const blocks = this.counted.get(func) ?? newBlocks(instance.module, func);
      this.counted.set(func, blocks);
      const insertions = new Insertions();
      for (const { block, counter } of blocks) insertions.local(instance, func, block.pc, counter);
      return insertions;
    });
  }

  result(module: Module): FunctionBlocks[] {
    return [...this.counted]
      .sort(([f], [g]) => f - g)
      .map(([index, blocks]) => ({
        index,
        name: functionName(module, index),
        blocks: blocks.map(({ block, counter }) => ({ ...block, count: counter.count })),
      }));
  }
}

function newBlocks(module: Module, func: number): { block: BasicBlock; counter: CountProbe }[] {
  return basicBlocks(functionInstructions(module, func)).map((block) => ({ block, counter: new CountProbe('blocks') }));
}

export const blocks = defineProbe({
  name: 'blocks',
  summary: 'how often control entered each basic block',
  options: { ...functionOptions, top: { help: 'rows that the text shows', default: 20 } },
  start: ({ options }) => {
    const modules = new PerModule((module) => new BlockCounters(module, options));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): BlocksResult => ({
        analysis: 'blocks',
        version: 1,
        modules: modules.results((counters, module) => ({ functions: counters.result(module) })),
      }),
    };
  },
  merge: (a, b) =>
    mergeModules<ModuleBlocks, BlocksResult>(a, b, (x, y) => ({
      functions: mergeLists(
        x.functions,
        y.functions,
        ({ index }) => index,
        (f, g) => ({ ...f, blocks: mergeLists(f.blocks, g.blocks, ({ pc }) => pc, addBlock) }),
      ),
    })),
  present: ({ modules }, { top }) => modules.map((module) => section(module, top)),
  annotate: ({ modules }, index) => annotation(modules[index] as ModuleBlocks),
});

function addBlock(a: BlockCount, b: BlockCount): BlockCount {
  return { ...a, count: a.count + b.count };
}

function section(module: ModuleBlocks, top: number): Section {
  const all = module.functions.flatMap((func) => func.blocks.map((block) => ({ func, ...block })));
  const entered = all.filter(({ count }) => count > 0);
  const entries = entered.reduce((sum, { count }) => sum + count, 0);
  return {
    module,
    figures: [
      { label: 'blocks entered', value: entries, kind: 'exact' },
      { label: 'different ones', value: entered.length, kind: 'exact' },
      { label: 'never entered, of functions that were', value: all.length - entered.length, kind: 'exact' },
    ],
    tables: [
      {
        id: 'blocks',
        title: 'Blocks, by entries',
        columns: [
          { key: 'function', kind: 'text' },
          { key: 'index', title: 'func', kind: 'exact' },
          { key: 'pc', kind: 'exact' },
          { key: 'end', kind: 'exact' },
          { key: 'count', kind: 'count' },
          { key: 'share', title: '%', kind: 'share' },
        ],
        rows: entered
          .sort((a, b) => b.count - a.count)
          .map(({ func, pc, end, count }) => [func.name, func.index, pc, end, count, count / entries]),
        top,
      },
    ],
  };
}

function annotation({ functions }: ModuleBlocks): Annotation {
  const greatest = functions.reduce((max, f) => f.blocks.reduce((m, { count }) => Math.max(m, count), max), 0);
  return {
    columns: [{ key: 'entered', kind: 'count' }],
    weightTitle: 'blocks entered',
    weightKind: 'count',
    others: 'never entered',
    legend: ['a count stands at the first instruction of each block'],
    functions: new Map(
      functions.map(({ index, blocks }) => [
        index,
        {
          weight: blocks.reduce((sum, { count }) => sum + count, 0),
          marks: new Map(blocks.map(({ pc, count }) => [pc, markOf(count, greatest)])),
        },
      ]),
    ),
  };
}

function markOf(count: number, greatest: number): Mark {
  return count === 0 ? { cells: [0], status: 'miss' } : { cells: [count], heat: heatOf(count, greatest) };
}
