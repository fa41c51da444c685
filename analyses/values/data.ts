/** The result of the values analysis. */

import { MergeError, mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';
import { type FunctionSites, mergeSites } from '../sites/data.ts';
import { type FrequentValues, mergeFrequent } from '../sketch/data.ts';

/** The values of one operand. Values are decimal texts, since i64 has more digits than numbers, and floats have infinities. */
export interface OperandValues {
  /** Which one, 0 being the deepest on the stack, as in the text format. */
  readonly operand: number;
  /** Values: of i32 (signed), f32 and f64; of i64; vectors and references are counted only. */
  readonly kind: 'number' | 'i64' | 'other';
  readonly count: number;
  /** NaNs: part of the count, and of no range. */
  readonly nans: number;
  /** undefined where there was no value but NaNs, and for `other`. */
  readonly min: string | undefined;
  readonly max: string | undefined;
  /** The sum of the values, of each merged run one; in double precision for numbers. */
  readonly sums: readonly string[];
  readonly frequent: FrequentValues;
}

/** What an instruction was given. */
export interface InstructionValues {
  readonly count: number;
  readonly operands: readonly OperandValues[];
}

export interface ModuleValues extends ModuleResult {
  /** Chosen instructions that were executed and have operands, of the chosen functions. */
  readonly functions: readonly FunctionSites<InstructionValues>[];
}

export interface ValuesResult extends AnalysisResult<ModuleValues> {
  /** The instructions that were chosen. */
  readonly at: readonly string[];
}

/**
 * Ranges grow, counts add up.
 *
 * @throws MergeError for results about different instructions
 */
export function mergeValues(a: ValuesResult, b: ValuesResult): ValuesResult {
  if (a.at.join('\n') !== b.at.join('\n')) {
    throw new MergeError(`one result is about "${a.at.join(', ')}", the other about "${b.at.join(', ')}"`);
  }
  return mergeModules<ModuleValues, ValuesResult>(a, b, (x, y) => ({
    functions: mergeSites(x.functions, y.functions, (p, q) => ({
      count: p.count + q.count,
      operands: mergeLists(p.operands, q.operands, ({ operand }) => operand, mergeOperand),
    })),
  }));
}

function mergeOperand(a: OperandValues, b: OperandValues): OperandValues {
  return {
    ...a,
    count: a.count + b.count,
    nans: a.nans + b.nans,
    min: extreme(a, a.min, b.min, (x, y) => x < y),
    max: extreme(a, a.max, b.max, (x, y) => x > y),
    // Not added: sums of floats depend on the order.
    sums: [...a.sums, ...b.sums].sort(),
    frequent: mergeFrequent(a.frequent, b.frequent),
  };
}

type Comparison = (a: number | bigint, b: number | bigint) => boolean;

function extreme(
  { kind }: OperandValues,
  a: string | undefined,
  b: string | undefined,
  isMore: Comparison,
): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const read = kind === 'i64' ? BigInt : Number;
  return isMore(read(b), read(a)) ? b : a;
}

/** Mean of the values that are no NaNs; undefined where there are none. */
export function meanOf({ count, nans, sums, kind }: OperandValues): number | undefined {
  if (count === nans || kind === 'other') return undefined;
  return sums.reduce((total, sum) => total + Number(sum), 0) / (count - nans);
}
