/** The result of the nan analysis. */

import { mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';
import { type FunctionSites, mergeSites } from '../sites/data.ts';

/** The first time that an instruction produced a NaN. */
export interface FirstNan {
  /** How many instructions of the module had produced their first NaN before. */
  readonly order: number;
  /** Its operands, the deepest first; of a vector those of the lane. */
  readonly operands: readonly string[];
}

/** An instruction whose result was a NaN although none of its operands was. */
export interface NanProducer {
  /** NaNs that it produced; of a vector each lane counts. */
  readonly nans: number;
  readonly first: FirstNan;
}

export interface ModuleNans extends ModuleResult {
  /** NaNs produced. */
  readonly nans: number;
  /** Instructions that produced NaNs, of the chosen functions. */
  readonly functions: readonly FunctionSites<NanProducer>[];
}

export type NanResult = AnalysisResult<ModuleNans>;

/** Counts add up; of two first times, the one with the lower order is kept. */
export function mergeNans(a: NanResult, b: NanResult): NanResult {
  return mergeModules<ModuleNans, NanResult>(a, b, (x, y) => ({
    nans: x.nans + y.nans,
    functions: mergeSites(x.functions, y.functions, (p, q) => ({
      nans: p.nans + q.nans,
      first: earlier(p.first, q.first),
    })),
  }));
}

/** Of equal orders, the one whose text comes first: some rule that does not depend on which is a and which is b. */
function earlier(a: FirstNan, b: FirstNan): FirstNan {
  if (a.order !== b.order) return a.order < b.order ? a : b;
  return a.operands.join() <= b.operands.join() ? a : b;
}
