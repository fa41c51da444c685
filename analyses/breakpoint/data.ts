/** The result of breakpoints. */

import { MergeError, mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';

export interface BreakpointHits {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** 0 for the entry of the function. */
  readonly pc: number;
  /** Offset in the module, in bytes; of an entry where the body begins. */
  readonly offset: number;
  /** The mnemonic; `(entry)`. */
  readonly instruction: string;
  /** How often control came there and the condition, if there is one, was looked at. */
  readonly arrivals: number;
  /** Arrivals with the condition true; where it is watched everywhere, those at which it had become true. */
  readonly hits: number;
  /** Hits that were printed. */
  readonly printed: number;
  /** Arrivals at which the condition had no value, which are no hits: memory beyond the end, a division by zero. */
  readonly failed: number;
}

export interface ModuleBreakpoints extends ModuleResult {
  /**
   * By function and pc. Locations that were asked for, also without arrivals; entries of functions that were called; where a condition
   * is watched everywhere, places with hits or failures.
   */
  readonly breakpoints: readonly BreakpointHits[];
}

export interface BreakpointResult extends AnalysisResult<ModuleBreakpoints> {
  /** The condition; empty without. */
  readonly when: string;
  /** Is the condition watched everywhere, in place of locations? */
  readonly isEverywhere: boolean;
  /** Hits of each breakpoint that are not printed. */
  readonly skip: number;
  /** Hits of each breakpoint that are printed then. */
  readonly limit: number;
}

/** Counts add up. */
export function mergeBreakpoints(a: BreakpointResult, b: BreakpointResult): BreakpointResult {
  if (a.when !== b.when || a.isEverywhere !== b.isEverywhere) {
    throw new MergeError(`hits of the conditions "${a.when}" and "${b.when}" do not add up`);
  }
  if (a.skip !== b.skip || a.limit !== b.limit) throw new MergeError('the options skip and limit were not the same');
  return mergeModules<ModuleBreakpoints, BreakpointResult>(a, b, (x, y) => ({
    breakpoints: mergeLists(x.breakpoints, y.breakpoints, ({ offset }) => offset, add),
  }));
}

function add(a: BreakpointHits, b: BreakpointHits): BreakpointHits {
  return {
    ...a,
    arrivals: a.arrivals + b.arrivals,
    hits: a.hits + b.hits,
    printed: a.printed + b.printed,
    failed: a.failed + b.failed,
  };
}
