/** Hotness: how often each instruction was executed, and which few of them make up most of it. */

import { functionName, type Instruction, instructions, type Module } from '../../engine/index.ts';
import { InstructionCounts } from '../counting/instruction-counts.ts';
import { defineProbe } from '../define.ts';
import { functionOptions } from '../function-choice.ts';
import { PerModule } from '../per-module.ts';
import { heatOf } from '../report/heat.ts';
import type { Annotation, FunctionAnnotation, Mark, Section, Table } from '../report/presentation.ts';
import { type FunctionHotness, type HotnessResult, type ModuleHotness, mergeHotness } from './data.ts';

export const hotness = defineProbe({
  name: 'hotness',
  summary: 'how often each instruction was executed, the hottest first',
  options: { ...functionOptions, top: { help: 'rows that the text shows', default: 20 } },
  start: ({ options }) => {
    const modules = new PerModule((module) => new InstructionCounts(module, options, 'hotness'));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      executed: () => modules.all.reduce((sum, counts) => sum + counts.executed, 0),
      result: (): HotnessResult => ({ analysis: 'hotness', version: 1, modules: modules.results(moduleHotness) }),
    };
  },
  merge: mergeHotness,
  present: ({ modules }, { top }) => modules.map((module) => section(module, top)),
  annotate: ({ modules }, index) => annotation(modules[index] as ModuleHotness),
});

function moduleHotness(counts: InstructionCounts, module: Module): { executed: number; functions: FunctionHotness[] } {
  const functions = counts.functions.flatMap((index): FunctionHotness[] => {
    const executed = counts.counts(index);
    if (executed === undefined) return [];
    const { pcs, ops } = counts.code(index);
    const mnemonics = Array.from(ops, (op) => (instructions[op] as Instruction).mnemonic);
    return [{ index, name: functionName(module, index), pcs: [...pcs], mnemonics, counts: executed }];
  });
  return { executed: functions.reduce((sum, f) => sum + total(f.counts), 0), functions };
}

function total(counts: readonly number[]): number {
  return counts.reduce((a, b) => a + b, 0);
}

/** An instruction that was executed. */
interface HotInstruction {
  readonly func: FunctionHotness;
  readonly pc: number;
  readonly mnemonic: string;
  readonly count: number;
}

/** What was executed, the hottest first; of equals, in the order of the code. */
function hottest({ functions }: ModuleHotness): HotInstruction[] {
  return functions
    .flatMap((func) =>
      func.counts.map((count, i) => ({
        func,
        pc: func.pcs[i] as number,
        mnemonic: func.mnemonics[i] as string,
        count,
      })),
    )
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

function section(module: ModuleHotness, top: number): Section {
  const hot = hottest(module);
  const all = module.functions.reduce((sum, { pcs }) => sum + pcs.length, 0);
  return {
    module,
    figures: [
      { label: 'instructions executed', value: module.executed, kind: 'exact' },
      { label: 'different ones', value: hot.length, kind: 'exact' },
      { label: 'never executed, of functions that were entered', value: all - hot.length, kind: 'exact' },
    ],
    tables: [instructionTable(module, hot, top), concentrationTable(module, hot)],
  };
}

function instructionTable({ executed }: ModuleHotness, hot: readonly HotInstruction[], top: number): Table {
  let sum = 0;
  const rows = hot.map(({ func, pc, mnemonic, count }) => {
    sum += count;
    return [func.name, func.index, pc, mnemonic, count, count / executed, sum / executed];
  });
  return {
    id: 'instructions',
    title: 'Hottest instructions',
    columns: [
      { key: 'function', kind: 'text' },
      { key: 'index', title: 'func', kind: 'exact' },
      { key: 'pc', kind: 'exact' },
      { key: 'instruction', kind: 'text' },
      { key: 'count', kind: 'count' },
      { key: 'share', title: '%', kind: 'share' },
      { key: 'cumulative', title: 'sum %', kind: 'share' },
    ],
    rows,
    top,
  };
}

const LEVELS = [0.5, 0.75, 0.9, 0.95, 0.99];

/** How few instructions make up which share of everything that was executed. */
function concentrationTable({ executed }: ModuleHotness, hot: readonly HotInstruction[]): Table {
  const rows = LEVELS.map((level) => {
    let sum = 0;
    const number = hot.findIndex(({ count }) => {
      sum += count;
      return sum >= level * executed;
    });
    return [level, number + 1, hot.length === 0 ? undefined : (number + 1) / hot.length, hot[number]?.count];
  });
  return {
    id: 'concentration',
    title: 'How few instructions make up most of it',
    columns: [
      { key: 'share', title: 'share of all executions', kind: 'share' },
      { key: 'instructions', kind: 'exact' },
      { key: 'of_executed', title: 'of those executed', kind: 'share' },
      { key: 'least', title: 'executed at least', kind: 'count' },
    ],
    rows: executed === 0 ? [] : rows,
  };
}

function annotation({ functions }: ModuleHotness): Annotation {
  // Not by spreading: a function may have more instructions than a call has arguments.
  const hottest = functions.reduce((max, { counts }) => counts.reduce((a, b) => Math.max(a, b), max), 0);
  return {
    columns: [{ key: 'count', kind: 'count' }],
    weightTitle: 'instructions executed',
    weightKind: 'count',
    others: 'never entered',
    functions: new Map(functions.map((f) => [f.index, functionAnnotation(f, hottest)])),
  };
}

function functionAnnotation({ pcs, counts }: FunctionHotness, hottest: number): FunctionAnnotation {
  const marks = pcs.map((pc, i): [number, Mark] => {
    const count = counts[i] as number;
    return [pc, count === 0 ? { cells: [0], status: 'miss' } : { cells: [count], heat: heatOf(count, hottest) }];
  });
  return { weight: total(counts), marks: new Map(marks) };
}
