/** The result of the analysis of branches. */

import { addCounts, mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';

export interface BranchCount {
  readonly pc: number;
  readonly mnemonic: string;
  /**
   * How often control went each way. Of `if` and `select`: the condition was 0, it was not; of `br_if` and `br_on_*`: not taken, taken; of
   * `br_table`: each place of its list, the default being the last.
   */
  readonly counts: readonly number[];
  /** pc at which control goes on, for each way; empty for `select`. */
  readonly targets: readonly number[];
}

export interface FunctionBranches {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** Instructions that decide by an operand, in the order of the code. */
  readonly branches: readonly BranchCount[];
}

export interface ModuleBranches extends ModuleResult {
  /** The chosen functions that were entered, by index. */
  readonly functions: readonly FunctionBranches[];
}

export type BranchesResult = AnalysisResult<ModuleBranches>;

/** Counts add up. */
export function mergeBranches(a: BranchesResult, b: BranchesResult): BranchesResult {
  return mergeModules<ModuleBranches, BranchesResult>(a, b, (x, y) => ({
    functions: mergeLists(
      x.functions,
      y.functions,
      ({ index }) => index,
      (f, g) => ({ ...f, branches: mergeLists(f.branches, g.branches, ({ pc }) => pc, addBranch) }),
    ),
  }));
}

function addBranch(a: BranchCount, b: BranchCount): BranchCount {
  return { ...a, counts: addCounts(a.counts, b.counts) };
}

export function executions({ counts }: BranchCount): number {
  return counts.reduce((a, b) => a + b, 0);
}
