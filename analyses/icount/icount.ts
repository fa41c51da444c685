/** Instruction counts: how many instructions each function has, and how many of them were executed. */

import { functionInstructions, functionName, type Module, type ModuleInstance } from '../../engine/index.ts';
import { type Attachment, CountProbe, Insertions } from '../../probes/index.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { defineProbe } from '../define.ts';
import { chosenFunctions, type FunctionChoice, functionOptions } from '../function-choice.ts';
import { mergeLists, mergeModules } from '../merging.ts';
import { PerModule } from '../per-module.ts';
import type { Section } from '../report/presentation.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';

export interface FunctionIcount {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** Instructions in its code. */
  readonly instructions: number;
  /** Executions of them, those of functions that it calls not included. */
  readonly executed: number;
}

export interface ModuleIcount extends ModuleResult {
  /** Executed instructions of all chosen functions. */
  readonly executed: number;
  /** The chosen functions, by index. */
  readonly functions: readonly FunctionIcount[];
}

export type IcountResult = AnalysisResult<ModuleIcount>;

/** One counter for each function, which all its instructions share. */
class FunctionCounters {
  readonly functions: readonly number[];
  private readonly counters = new Map<number, CountProbe>();

  constructor(module: Module, choice: FunctionChoice) {
    this.functions = chosenFunctions(module, choice);
  }

  attach(instance: ModuleInstance): Attachment {
    return whenEntered(instance, { functions: this.functions, name: 'icount' }, (func) => {
      const counter = this.counters.get(func) ?? new CountProbe('icount');
      this.counters.set(func, counter);
      const insertions = new Insertions();
      for (const pc of functionInstructions(instance.module, func).pcs) insertions.local(instance, func, pc, counter);
      return insertions;
    });
  }

  executed(func: number): number {
    return this.counters.get(func)?.count ?? 0;
  }

  get total(): number {
    let sum = 0;
    for (const { count } of this.counters.values()) sum += count;
    return sum;
  }
}

export const icount = defineProbe({
  name: 'icount',
  summary: 'instructions of each function, in its code and executed; the total is for --max-instructions',
  options: { ...functionOptions, top: { help: 'rows that the text shows', default: 20 } },
  start: ({ options }) => {
    const modules = new PerModule((module) => new FunctionCounters(module, options));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      executed: () => modules.all.reduce((sum, counters) => sum + counters.total, 0),
      result: (): IcountResult => ({ analysis: 'icount', version: 1, modules: modules.results(moduleIcount) }),
    };
  },
  merge: (a, b) =>
    mergeModules<ModuleIcount, IcountResult>(a, b, (x, y) => ({
      executed: x.executed + y.executed,
      functions: mergeLists(
        x.functions,
        y.functions,
        ({ index }) => index,
        (f, g) => ({ ...f, executed: f.executed + g.executed }),
      ),
    })),
  present: ({ modules }, { top }) => modules.map((module) => section(module, top)),
});

function moduleIcount(counters: FunctionCounters, module: Module): Pick<ModuleIcount, 'executed' | 'functions'> {
  const functions = counters.functions.map((index) => ({
    index,
    name: functionName(module, index),
    instructions: functionInstructions(module, index).pcs.length,
    executed: counters.executed(index),
  }));
  return { executed: counters.total, functions };
}

function section(module: ModuleIcount, top: number): Section {
  const { executed, functions } = module;
  const entered = functions.filter((func) => func.executed > 0);
  return {
    module,
    figures: [
      { label: 'instructions executed', value: executed, kind: 'exact' },
      { label: 'instructions in the code', value: functions.reduce((n, f) => n + f.instructions, 0), kind: 'exact' },
      { label: 'functions entered', value: entered.length, kind: 'exact' },
      { label: 'functions', value: functions.length, kind: 'exact' },
    ],
    tables: [
      {
        id: 'functions',
        title: 'Functions, by instructions executed',
        columns: [
          { key: 'function', kind: 'text' },
          { key: 'index', title: 'func', kind: 'exact' },
          { key: 'instructions', title: 'in the code', kind: 'count' },
          { key: 'executed', kind: 'count' },
          { key: 'share', title: '%', kind: 'share' },
        ],
        rows: entered
          .sort((f, g) => g.executed - f.executed)
          .map((f) => [f.name, f.index, f.instructions, f.executed, f.executed / executed]),
        top,
      },
    ],
  };
}
