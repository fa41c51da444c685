/** Values: ranges and the most frequent values of the operands of chosen instructions. */

import type { Location, Module, ModuleInstance } from '../../engine/index.ts';
import { type Attachment, arityOf, FilterError, selectInstructions, structureOf } from '../../probes/index.ts';
import { defineProbe } from '../define.ts';
import { type FunctionChoice, functionOptions } from '../function-choice.ts';
import { wholeNumber } from '../option-checks.ts';
import { OptionError } from '../options.ts';
import { PerModule } from '../per-module.ts';
import type { Section } from '../report/presentation.ts';
import { heaviest } from '../sites/data.ts';
import { placeCells, placeColumns } from '../sites/presenting.ts';
import { Sites } from '../sites/sites.ts';
import { type InstructionValues, type ModuleValues, meanOf, mergeValues, type ValuesResult } from './data.ts';
import { OperandProbe, OperandState } from './operand.ts';

/** Values that programs are specialised for, at instructions that are rare: selectors, divisors, amounts. */
const DEFAULT_AT = [
  'br_table',
  'call_indirect',
  'i32.div*, i32.rem*, i64.div*, i64.rem*',
  'memory.grow, memory.copy, memory.fill',
] as const;

interface Choice extends FunctionChoice {
  readonly ops: ReadonlySet<number>;
  readonly keep: number;
}

class ValueCounts {
  private readonly sites: Sites<readonly OperandState[]>;

  constructor(module: Module, { ops, keep, ...choice }: Choice) {
    const make = (location: Location): OperandState[] | undefined => {
      const { operands } = arityOf(structureOf(module, location.func), location);
      return operands === 0 ? undefined : Array.from({ length: operands }, (_, i) => new OperandState(i, keep));
    };
    this.sites = new Sites(module, { name: 'values', choice, ops, make });
  }

  attach(instance: ModuleInstance): Attachment {
    return this.sites.attach(instance, ({ location: { func, pc }, state }, insertions) => {
      for (const [i, operand] of state.entries()) {
        insertions.local(instance, func, pc, new OperandProbe(operand, state.length - 1 - i));
      }
    });
  }

  result(): Pick<ModuleValues, 'functions'> {
    return {
      functions: this.sites.results((operands): InstructionValues | undefined => {
        const count = operands[0]?.count ?? 0;
        return count === 0 ? undefined : { count, operands: operands.map((operand) => operand.result()) };
      }),
    };
  }
}

function chosenOps(at: readonly string[]): ReadonlySet<number> {
  try {
    return selectInstructions(at);
  } catch (error) {
    if (error instanceof FilterError) throw new OptionError(`option "at": ${error.message}`, 'at', error.nearest);
    throw error;
  }
}

export const values = defineProbe({
  name: 'values',
  summary: 'ranges and most frequent values of the operands of chosen instructions',
  options: {
    ...functionOptions,
    at: {
      help: 'instructions: a mnemonic, a glob such as i32.load*, a category; may be repeated (default: selectors, divisors, sizes)',
      default: [],
    },
    keep: { help: 'frequent values that are counted for each operand', default: 16 },
    top: { help: 'rows that the text shows', default: 30 },
  },
  start: ({ options: { at, keep, ...choice } }) => {
    const instructions = at.length === 0 ? DEFAULT_AT : at;
    const chosen: Choice = { ...choice, ops: chosenOps(instructions), keep: wholeNumber('keep', keep, 1) };
    const modules = new PerModule((module) => new ValueCounts(module, chosen));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): ValuesResult => ({
        analysis: 'values',
        version: 1,
        at: [...instructions],
        modules: modules.results((counts) => counts.result()),
      }),
    };
  },
  merge: mergeValues,
  present: ({ modules, at }, { top }) => modules.map((module) => section(module, at, top)),
});

function section(module: ModuleValues, at: readonly string[], top: number): Section {
  const placed = heaviest(module.functions, ({ count }) => count);
  return {
    module,
    figures: [
      { label: 'instructions looked at', value: at.join(', '), kind: 'text' },
      { label: 'places executed', value: placed.length, kind: 'exact' },
      { label: 'executions', value: placed.reduce((sum, p) => sum + p.instruction.count, 0), kind: 'exact' },
    ],
    tables: [
      {
        id: 'operands',
        title: 'Values of operands (number 0 is the first), those of the most executions first',
        columns: [
          ...placeColumns,
          { key: 'operand', title: 'op', kind: 'exact' },
          { key: 'count', kind: 'count' },
          { key: 'min', kind: 'text' },
          { key: 'max', kind: 'text' },
          { key: 'mean', kind: 'ratio', isExtra: true },
          { key: 'nans', title: 'NaNs', kind: 'count', isExtra: true },
          { key: 'frequent', title: 'most frequent', kind: 'text' },
          { key: 'share', title: 'at least', kind: 'share' },
        ],
        rows: placed.flatMap((p) =>
          p.instruction.operands.map((o) => {
            const [first] = o.frequent.values;
            const share = first === undefined ? undefined : (first.count - first.error) / o.count;
            const nans = o.nans === 0 ? undefined : o.nans;
            return [...placeCells(p), o.operand, o.count, o.min, o.max, meanOf(o), nans, first?.value, share];
          }),
        ),
        top,
      },
    ],
  };
}
