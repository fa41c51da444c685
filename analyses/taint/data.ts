/** The result of the taint analysis. */

import { mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';

/** A frame of an example. */
export interface FlowFrame {
  readonly name: string;
  /** Index in the function index space of its module; -1 for the host. */
  readonly index: number;
  /** The sink, or the call that the frame waits for; 0 for the host. */
  readonly pc: number;
}

/** Values from one source at one sink. */
export interface Flow {
  /** What it comes from: `result:NAME`, `args:NAME`, `written:NAME`, `memory:RANGE`, as the page says. */
  readonly source: string;
  /** What it reaches: `args:NAME`, `data:NAME`, `result:NAME`, `address`, `branch`, `call_indirect`. */
  readonly sink: string;
  /** Index, in the function index space, of the function in which that happens. */
  readonly index: number;
  readonly name: string;
  readonly pc: number;
  readonly mnemonic: string;
  /** Which operand it was: `argument 0`, `memory at argument 1`, `result 0`, `address`, `condition`, `index`. */
  readonly operand: string;
  /** Times that it happened. */
  readonly count: number;
  readonly first: {
    /** How many flows of the run had happened for the first time before. */
    readonly order: number;
    /** The stack at the first time, innermost first. */
    readonly stack: readonly FlowFrame[];
    /** Frames that were left out at the end of it. */
    readonly omitted: number;
  };
}

export interface SourceUse {
  readonly name: string;
  /** Values and ranges of memory that came from it. */
  readonly events: number;
  /** Bytes of memory that it wrote. */
  readonly bytes: number;
}

export interface ModuleFlows extends ModuleResult {
  /** Flows whose sink is in the chosen functions; by function, pc, operand, sink and source. */
  readonly flows: readonly Flow[];
}

export interface TaintResult extends AnalysisResult<ModuleFlows> {
  /** Sources that occurred, by name. */
  readonly sources: readonly SourceUse[];
  /** Tainted bytes of all memories at the end; of merged results the most of one run. */
  readonly taintedBytes: number;
  /** The most at any time of a run. */
  readonly peakTaintedBytes: number;
}

/** By what flows are told apart, such that the order is that of the code. */
export function flowKey({ index, pc, operand, sink, source }: Flow): string {
  return [String(index).padStart(10), String(pc).padStart(10), operand, sink, source].join('\n');
}

/** Counts add up; of two examples the one that came first in its run is kept; of tainted bytes the most. */
export function mergeTaint(a: TaintResult, b: TaintResult): TaintResult {
  const merged = mergeModules<ModuleFlows, TaintResult>(a, b, (x, y) => ({
    flows: mergeLists(x.flows, y.flows, flowKey, (f, g) => ({
      ...f,
      count: f.count + g.count,
      first: earlier(f.first, g.first),
    })),
  }));
  return {
    ...merged,
    sources: mergeLists(
      a.sources,
      b.sources,
      ({ name }) => name,
      (x, y) => ({ ...x, events: x.events + y.events, bytes: x.bytes + y.bytes }),
    ),
    taintedBytes: Math.max(a.taintedBytes, b.taintedBytes),
    peakTaintedBytes: Math.max(a.peakTaintedBytes, b.peakTaintedBytes),
  };
}

/** Of equal orders, the one whose text comes first: some rule that does not depend on which is a and which is b. */
function earlier(a: Flow['first'], b: Flow['first']): Flow['first'] {
  if (a.order !== b.order) return a.order < b.order ? a : b;
  return JSON.stringify(a) <= JSON.stringify(b) ? a : b;
}
