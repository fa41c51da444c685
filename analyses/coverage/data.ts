/** The result of the coverage analysis, and how to read it. What renders or merges results needs this file only. */

import type { AnalysisResult, ModuleResult } from '../result.ts';

/** How much of something was executed. */
export interface Share {
  readonly covered: number;
  readonly all: number;
}

/**
 * Instructions one behind the other: the pcs of the first and of the last one, and their places in the function, which count
 * its instructions from 0. Places tell how many there are.
 */
export type PcRun = readonly [firstPc: number, lastPc: number, first: number, last: number];

/**
 * A way that a branch never went: its pc and the number of the way. Of `if`: 0 for false, 1 for true; of `br_if` and
 * `br_on_*`: 0 for not taken, 1 for taken; of `br_table`: the place in its list, the default being the last.
 */
export type UntakenWay = readonly [pc: number, way: number];

export interface FunctionCoverage {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** Offset of the function's body in the module: what pcs count from. */
  readonly start: number;
  readonly instructions: Share;
  /** See `blocks.ts` for what a block is. */
  readonly blocks: Share;
  /** Ways of branches, see `branches.ts`. */
  readonly branches: Share;
  /** Instructions that were not executed, as runs that are as long as possible, ascending. */
  readonly uncovered: readonly PcRun[];
  /** Places of the blocks that were not executed, counted from 0 in the order of the code. */
  readonly uncoveredBlocks: readonly number[];
  /** Empty for a function that was never called. */
  readonly untaken: readonly UntakenWay[];
}

/** Sums over the functions of a module; a function counts as covered when one of its instructions was executed. */
export interface CoverageTotals {
  readonly functions: Share;
  readonly instructions: Share;
  readonly blocks: Share;
  readonly branches: Share;
}

export interface ModuleCoverage extends ModuleResult {
  readonly totals: CoverageTotals;
  /** The chosen functions of the module's own, those that were never called as well, by index. */
  readonly functions: readonly FunctionCoverage[];
}

export interface CoverageResult extends AnalysisResult<ModuleCoverage> {
  readonly analysis: 'coverage';
  readonly version: typeof COVERAGE_VERSION;
}

export const COVERAGE_VERSION = 2;

export function totalsOf(functions: readonly FunctionCoverage[]): CoverageTotals {
  const sum = (pick: (f: FunctionCoverage) => Share): Share => ({
    covered: functions.reduce((n, f) => n + pick(f).covered, 0),
    all: functions.reduce((n, f) => n + pick(f).all, 0),
  });
  return {
    functions: sum((f) => ({ covered: isCalled(f) ? 1 : 0, all: 1 })),
    instructions: sum((f) => f.instructions),
    blocks: sum((f) => f.blocks),
    branches: sum((f) => f.branches),
  };
}

export function isCalled(func: FunctionCoverage): boolean {
  return func.instructions.covered > 0;
}

/** The runs of the instructions that were not executed; `covered` has a 1 for each that was. */
export function uncoveredRuns(pcs: Int32Array, covered: Uint8Array): PcRun[] {
  const runs: [number, number, number, number][] = [];
  let open: [number, number, number, number] | undefined;
  pcs.forEach((pc, i) => {
    if (covered[i] === 1) open = undefined;
    else if (open === undefined) {
      open = [pc, pc, i, i];
      runs.push(open);
    } else {
      open[1] = pc;
      open[3] = i;
    }
  });
  return runs;
}

/** The reverse: a 1 for each of `size` instructions that lies in no run. */
export function coveredFlags(size: number, uncovered: readonly PcRun[]): Uint8Array {
  const covered = new Uint8Array(size).fill(1);
  for (const [, , first, last] of uncovered) covered.fill(0, first, last + 1);
  return covered;
}
