/** The result of the calls analysis. */

import { mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';

/** A function that was called at a site, and how often. */
export interface CallTarget {
  /** Digest of its module, where that is another one than the caller's. */
  readonly module?: string;
  /** Index in its module; of a host function the index of its import in the calling module; -1 where that does not import it. */
  readonly index: number;
  readonly name: string;
  /** Is it a function of the host? */
  readonly isHost: boolean;
  readonly count: number;
}

/** Indirect calls that trapped, by why. */
export interface FailedCalls {
  /** The element of the table, or the reference, was null. */
  readonly null: number;
  /** There was no such element in the table. */
  readonly outOfBounds: number;
  /** The function had another type. */
  readonly signature: number;
}

export interface CallSiteCounts {
  readonly func: number;
  readonly pc: number;
  readonly mnemonic: string;
  readonly kind: 'direct' | 'indirect' | 'reference';
  readonly isTail: boolean;
  /** By index, those of other modules behind. A direct call has its target even if it was never executed. */
  readonly targets: readonly CallTarget[];
  readonly failed: FailedCalls;
}

export interface CalledFunction {
  readonly index: number;
  readonly name: string;
  /** Activations that began. */
  readonly entries: number;
}

export interface ModuleCalls extends ModuleResult {
  /** Functions that were entered, by index. */
  readonly functions: readonly CalledFunction[];
  /** Call instructions of functions that were entered, by function and pc. */
  readonly sites: readonly CallSiteCounts[];
}

export type CallsResult = AnalysisResult<ModuleCalls>;

const WIDTH = 12;

function padded(n: number): string {
  return String(n).padStart(WIDTH, '0');
}

/** Sorts functions of the own module first, then by index. */
export function targetKey({ module, index, name, isHost }: Omit<CallTarget, 'count'>): string {
  return `${module ?? ''} ${padded(index + 1)} ${isHost} ${name}`;
}

export function mergeTargets(a: readonly CallTarget[], b: readonly CallTarget[]): CallTarget[] {
  return mergeLists(a, b, targetKey, (x, y) => ({ ...x, count: x.count + y.count }));
}

export function addFailed(a: FailedCalls, b: FailedCalls): FailedCalls {
  return {
    null: a.null + b.null,
    outOfBounds: a.outOfBounds + b.outOfBounds,
    signature: a.signature + b.signature,
  };
}

export function mergeSites(a: readonly CallSiteCounts[], b: readonly CallSiteCounts[]): CallSiteCounts[] {
  return mergeLists(
    a,
    b,
    ({ func, pc }) => `${padded(func)} ${padded(pc)}`,
    (x, y) => ({ ...x, targets: mergeTargets(x.targets, y.targets), failed: addFailed(x.failed, y.failed) }),
  );
}

export function mergeEntries(a: readonly CalledFunction[], b: readonly CalledFunction[]): CalledFunction[] {
  return mergeLists(
    a,
    b,
    ({ index }) => index,
    (x, y) => ({ ...x, entries: x.entries + y.entries }),
  );
}

/** Counts add up. */
export function mergeCalls(a: CallsResult, b: CallsResult): CallsResult {
  return mergeModules<ModuleCalls, CallsResult>(a, b, (x, y) => ({
    functions: mergeEntries(x.functions, y.functions),
    sites: mergeSites(x.sites, y.sites),
  }));
}
