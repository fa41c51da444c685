/** Constant arguments: parameters that had the same value in every call, and how many calls there were. */

import {
  ENTRY_PC,
  functionName,
  type Module,
  type ModuleInstance,
  valTypeText,
  type valtype,
} from '../../engine/index.ts';
import { type Attachment, CountProbe, functionInfos, Insertions, localName } from '../../probes/index.ts';
import { defineProbe } from '../define.ts';
import { chosenFunctions, type FunctionChoice, functionOptions } from '../function-choice.ts';
import { PerModule } from '../per-module.ts';
import type { Section } from '../report/presentation.ts';
import { ArgumentProbe, ArgumentState } from './argument-probe.ts';
import { type ConstArgsResult, type FunctionArguments, type ModuleArguments, mergeConstArgs } from './data.ts';

interface FunctionState {
  readonly types: readonly valtype.ValType[];
  readonly calls: CountProbe;
  readonly args: ArgumentState;
}

class ArgumentCounts {
  private readonly module: Module;
  private readonly functions: ReadonlyMap<number, FunctionState>;

  constructor(module: Module, choice: FunctionChoice) {
    this.module = module;
    const infos = functionInfos(module);
    this.functions = new Map(
      chosenFunctions(module, choice).map((func) => {
        const types = infos[func]?.type.params ?? [];
        return [func, { types, calls: new CountProbe('const-args'), args: new ArgumentState(types.length) }];
      }),
    );
  }

  attach(instance: ModuleInstance): Attachment {
    const insertions = new Insertions();
    for (const [func, { calls, args }] of this.functions) {
      insertions.local(instance, func, ENTRY_PC, calls);
      if (!args.isOpen) continue;
      const own = new Insertions();
      own.local(instance, func, ENTRY_PC, new ArgumentProbe(args, () => own.detach()));
      insertions.add(own);
    }
    return insertions;
  }

  result(): FunctionArguments[] {
    return [...this.functions].flatMap(([index, { types, calls, args }]) =>
      calls.count === 0
        ? []
        : [
            {
              index,
              name: functionName(this.module, index),
              calls: calls.count,
              parameters: types.map((type, i) => ({
                index: i,
                name: localName(this.module, index, i),
                type: valTypeText(this.module, type),
                value: args.text(i),
              })),
            },
          ],
    );
  }
}

export const constArgs = defineProbe({
  name: 'const-args',
  summary: 'parameters of functions that had the same value in every call',
  options: {
    ...functionOptions,
    calls: { help: 'only functions that were called at least so often, in the text', default: 2 },
    top: { help: 'rows that the text shows', default: 30 },
  },
  start: ({ options }) => {
    const modules = new PerModule((module) => new ArgumentCounts(module, options));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): ConstArgsResult => ({
        analysis: 'const-args',
        version: 1,
        modules: modules.results((counts) => ({ functions: counts.result() })),
      }),
    };
  },
  merge: mergeConstArgs,
  present: ({ modules }, { calls, top }) => modules.map((module) => section(module, calls, top)),
});

function section(module: ModuleArguments, least: number, top: number): Section {
  const called = module.functions.filter(({ calls }) => calls >= least);
  const parameters = called.flatMap((func) => func.parameters.map((parameter) => ({ func, parameter })));
  const constant = parameters
    .filter(({ parameter }) => parameter.value !== undefined)
    .sort((a, b) => b.func.calls - a.func.calls);
  return {
    module,
    figures: [
      { label: 'functions called', value: module.functions.length, kind: 'exact' },
      { label: `called at least ${least} times`, value: called.length, kind: 'exact' },
      { label: 'their parameters', value: parameters.length, kind: 'exact' },
      { label: 'with the same value in every call', value: constant.length, kind: 'exact' },
      {
        label: 'functions that have such a parameter',
        value: new Set(constant.map(({ func }) => func)).size,
        kind: 'exact',
      },
    ],
    tables: [
      {
        id: 'parameters',
        title: 'Parameters with the same value in every call, those of the most calls first',
        columns: [
          { key: 'function', kind: 'text' },
          { key: 'func', kind: 'exact' },
          { key: 'calls', kind: 'count' },
          { key: 'parameter', title: 'param', kind: 'exact' },
          { key: 'name', kind: 'text' },
          { key: 'type', kind: 'text' },
          { key: 'value', kind: 'text' },
        ],
        rows: constant.map(({ func, parameter: { index, name, type, value } }) => [
          func.name,
          func.index,
          func.calls,
          index,
          name,
          type,
          value,
        ]),
        top,
      },
    ],
  };
}
