/** The result of the hotness analysis. */

import { addCounts, mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';

export interface FunctionHotness {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** pc of each instruction, ascending. */
  readonly pcs: readonly number[];
  /** Mnemonic of each instruction. */
  readonly mnemonics: readonly string[];
  /** Executions of each instruction, in the order of `pcs`. */
  readonly counts: readonly number[];
}

export interface ModuleHotness extends ModuleResult {
  /** Executed instructions. */
  readonly executed: number;
  /** The chosen functions that were entered, by index. */
  readonly functions: readonly FunctionHotness[];
}

export type HotnessResult = AnalysisResult<ModuleHotness>;

/** Counts add up. */
export function mergeHotness(a: HotnessResult, b: HotnessResult): HotnessResult {
  return mergeModules<ModuleHotness, HotnessResult>(a, b, (x, y) => ({
    executed: x.executed + y.executed,
    functions: mergeLists(
      x.functions,
      y.functions,
      ({ index }) => index,
      (f, g) => ({ ...f, counts: addCounts(f.counts, g.counts) }),
    ),
  }));
}
