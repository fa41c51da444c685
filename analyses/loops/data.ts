/** The result of the analysis of loops. */

import { addCounts, mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';

/** How many iterations the executions of a loop had. An execution goes from an entry until control is outside again. */
export interface Trips {
  /** Fewest and most; 0 where the loop was never entered. */
  readonly min: number;
  readonly max: number;
  /** Element k counts executions with 2^k to 2^(k+1) - 1 iterations. */
  readonly histogram: readonly number[];
}

export interface LoopCount {
  /** pc of the `loop`. */
  readonly pc: number;
  /** pc of its `end`. */
  readonly end: number;
  /** Loops around it in the function. */
  readonly depth: number;
  /** Executions of the loop: how often control came to it from before. */
  readonly entries: number;
  /** Iterations: entries, and branches back. */
  readonly iterations: number;
  readonly trips: Trips;
}

export interface FunctionLoops {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** In the order of the code. */
  readonly loops: readonly LoopCount[];
}

export interface ModuleLoops extends ModuleResult {
  /** The chosen functions with loops that were entered, by index. */
  readonly functions: readonly FunctionLoops[];
}

export type LoopsResult = AnalysisResult<ModuleLoops>;

/** Counts add up. */
export function mergeLoops(a: LoopsResult, b: LoopsResult): LoopsResult {
  return mergeModules<ModuleLoops, LoopsResult>(a, b, (x, y) => ({
    functions: mergeLists(
      x.functions,
      y.functions,
      ({ index }) => index,
      (f, g) => ({ ...f, loops: mergeLists(f.loops, g.loops, ({ pc }) => pc, addLoop) }),
    ),
  }));
}

function addLoop(a: LoopCount, b: LoopCount): LoopCount {
  return {
    ...a,
    entries: a.entries + b.entries,
    iterations: a.iterations + b.iterations,
    trips: {
      min: a.entries === 0 ? b.trips.min : b.entries === 0 ? a.trips.min : Math.min(a.trips.min, b.trips.min),
      max: Math.max(a.trips.max, b.trips.max),
      histogram: addCounts(a.trips.histogram, b.trips.histogram),
    },
  };
}
