/** The result of the const-args analysis. */

import { mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';

export interface ParameterUse {
  /** Index of the parameter. */
  readonly index: number;
  readonly name: string | undefined;
  /** Its type in the text format. */
  readonly type: string;
  /** The value that it had in every call, as text; undefined where it had several. */
  readonly value: string | undefined;
}

export interface FunctionArguments {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** Activations that began, by whatever kind of call, the host's included. */
  readonly calls: number;
  /** All parameters of the function. */
  readonly parameters: readonly ParameterUse[];
}

export interface ModuleArguments extends ModuleResult {
  /** The chosen functions that were called, by index. */
  readonly functions: readonly FunctionArguments[];
}

export type ConstArgsResult = AnalysisResult<ModuleArguments>;

/** Calls add up; a parameter is constant where it had the same value in both. */
export function mergeConstArgs(a: ConstArgsResult, b: ConstArgsResult): ConstArgsResult {
  return mergeModules<ModuleArguments, ConstArgsResult>(a, b, (x, y) => ({
    functions: mergeLists(
      x.functions,
      y.functions,
      ({ index }) => index,
      (f, g) => ({
        ...f,
        calls: f.calls + g.calls,
        parameters: mergeLists(f.parameters, g.parameters, ({ index }) => index, mergeParameter),
      }),
    ),
  }));
}

function mergeParameter(a: ParameterUse, b: ParameterUse): ParameterUse {
  // References of two runs are different objects, whatever their texts say; only null is null.
  const isComparable = !a.type.includes('ref') || a.value === 'null';
  return { ...a, value: a.value === b.value && isComparable ? a.value : undefined };
}
