/** NaNs: the instructions that produce them out of operands that are none. */

import { instructions, type Location, type Module, type ModuleInstance } from '../../engine/index.ts';
import type { Attachment } from '../../probes/index.ts';
import { defineProbe } from '../define.ts';
import { type FunctionChoice, functionOptions } from '../function-choice.ts';
import { PerModule } from '../per-module.ts';
import type { Section } from '../report/presentation.ts';
import { heaviest } from '../sites/data.ts';
import { annotateSites, placeCells, placeColumns } from '../sites/presenting.ts';
import { Sites } from '../sites/sites.ts';
import { type NanRule, nanRule } from './arithmetic.ts';
import { type ModuleNans, mergeNans, type NanResult } from './data.ts';
import { isNanConst, type NanOrder, NanState, nanProbe } from './probes.ts';

const ops: ReadonlySet<number> = new Set(
  instructions.filter(({ name }) => nanRule(name) !== undefined).map(({ op }) => op),
);

interface State {
  readonly rule: NanRule;
  readonly nans: NanState;
}

class NanCounts {
  private readonly sites: Sites<State>;
  private readonly order: NanOrder = { next: 0 };

  constructor(module: Module, choice: FunctionChoice) {
    const make = (location: Location): State | undefined => {
      const rule = nanRule(location.instruction.name);
      if (rule === undefined || (rule.kind === 'const' && !isNanConst(module, location, rule.lane))) return undefined;
      return { rule, nans: new NanState(this.order) };
    };
    this.sites = new Sites<State>(module, { name: 'nan', choice, ops, make });
  }

  attach(instance: ModuleInstance): Attachment {
    return this.sites.attach(instance, ({ location: { func, pc }, state: { nans, rule } }, insertions) =>
      insertions.local(instance, func, pc, nanProbe(nans, rule)),
    );
  }

  result(): Pick<ModuleNans, 'nans' | 'functions'> {
    const functions = this.sites.results(({ nans }) => nans.result());
    return {
      nans: heaviest(functions, () => 0).reduce((sum, { instruction }) => sum + instruction.nans, 0),
      functions,
    };
  }
}

export const nan = defineProbe({
  name: 'nan',
  summary: 'the first producers of NaNs: instructions whose result is a NaN although no operand was',
  options: { ...functionOptions, top: { help: 'rows that the text shows', default: 20 } },
  start: ({ options }) => {
    const modules = new PerModule((module) => new NanCounts(module, options));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): NanResult => ({ analysis: 'nan', version: 1, modules: modules.results((counts) => counts.result()) }),
    };
  },
  merge: mergeNans,
  present: ({ modules }, { top }) => modules.map((module) => section(module, top)),
  annotate: ({ modules }, index) =>
    annotateSites((modules[index] as ModuleNans).functions, {
      columns: [{ key: 'nans', title: 'NaNs produced', kind: 'count' }],
      cells: ({ nans }) => [nans],
      weight: ({ nans }) => nans,
      weightTitle: 'NaNs produced',
    }),
});

function section(module: ModuleNans, top: number): Section {
  const producers = heaviest(module.functions, ({ first }) => -first.order);
  return {
    module,
    figures: [
      { label: 'NaNs produced', value: module.nans, kind: 'exact' },
      { label: 'instructions that produced them', value: producers.length, kind: 'exact' },
    ],
    tables: [
      {
        id: 'producers',
        title: 'Producers of NaNs, in the order of their first one',
        columns: [
          ...placeColumns,
          { key: 'nans', title: 'NaNs', kind: 'count' },
          { key: 'first', title: 'operands at the first one', kind: 'text' },
        ],
        rows: producers.map((placed) => {
          const { nans, first } = placed.instruction;
          return [...placeCells(placed), nans, first.operands.join(', ')];
        }),
        top,
      },
    ],
  };
}
