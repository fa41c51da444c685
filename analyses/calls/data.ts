/** The result of the analysis of calls. */

import { addRecords, mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';

/** A function that was called, and how often. */
export interface CalleeCount {
  /** Index in the function index space of its module; of a host function, of the calling module, -1 where it is not imported there. */
  readonly index: number;
  readonly name: string;
  /** Is it a function of the host? */
  readonly isHost: boolean;
  /** Digest of its module, where that is not the calling one. */
  readonly module?: string;
  readonly count: number;
}

/** Why a call through a table or a reference was not made. It trapped. */
export type CallFailure = 'out of bounds' | 'null' | 'signature mismatch';

export interface CallSite {
  /** The calling function. */
  readonly func: number;
  readonly pc: number;
  readonly mnemonic: string;
  readonly kind: 'direct' | 'indirect' | 'reference';
  /** By index and name; a direct call has its callee also if it was never made. */
  readonly callees: readonly CalleeCount[];
  /** Calls that trapped instead, by reason. Those whose stack would have overflowed count as made. */
  readonly failures: Readonly<Record<string, number>>;
}

export interface FunctionCalls {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** Activations that began. */
  readonly entered: number;
}

export interface ModuleCalls extends ModuleResult {
  /** The chosen functions, by index. */
  readonly functions: readonly FunctionCalls[];
  /** Call instructions in chosen functions that were entered, by function and pc. */
  readonly sites: readonly CallSite[];
}

export type CallsResult = AnalysisResult<ModuleCalls>;

/** Counts add up. */
export function mergeCalls(a: CallsResult, b: CallsResult): CallsResult {
  return mergeModules<ModuleCalls, CallsResult>(a, b, (x, y) => ({
    functions: mergeLists(
      x.functions,
      y.functions,
      ({ index }) => index,
      (f, g) => ({ ...f, entered: f.entered + g.entered }),
    ),
    sites: mergeLists(x.sites, y.sites, ({ func, pc }) => func * 2 ** 32 + pc, addSites),
  }));
}

function addSites(a: CallSite, b: CallSite): CallSite {
  return { ...a, callees: addCallees(a.callees, b.callees), failures: addRecords(a.failures, b.failures) };
}

/** What tells callees apart. */
export function calleeKey({ module = '', index, name }: Omit<CalleeCount, 'count'>): string {
  return `${module} ${String(index).padStart(10)} ${name}`;
}

/** Callees in the order of their keys, equal ones together. */
export function addCallees(a: readonly CalleeCount[], b: readonly CalleeCount[]): CalleeCount[] {
  return mergeLists(a, b, calleeKey, (f, g) => ({ ...f, count: f.count + g.count }));
}

/** Calls that were made, at a site. */
export function callsMade({ callees }: CallSite): number {
  return callees.reduce((sum, { count }) => sum + count, 0);
}
