/** What is kept of an operand, and the probe that looks at it. */

import { type Frame, type Inline, type LocalProbe, type Needs, type Taker, valtype } from '../../engine/index.ts';
import { FrequentBigints, FrequentNumbers } from '../sketch/space-saving.ts';
import type { OperandValues } from './data.ts';

/** Numbers: i32, f32 and f64. */
class NumberValues {
  count = 0;
  private nans = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;
  private sum = 0;
  private readonly frequent: FrequentNumbers;

  constructor(keep: number) {
    this.frequent = new FrequentNumbers(keep);
  }

  take(value: number): void {
    this.count++;
    this.frequent.add(value);
    if (Number.isNaN(value)) {
      this.nans++;
      return;
    }
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    this.sum += value;
  }

  result(operand: number): OperandValues {
    const { count, nans, min, max, sum } = this;
    const hasRange = count > nans;
    return {
      operand,
      kind: 'number',
      count,
      nans,
      min: hasRange ? String(min) : undefined,
      max: hasRange ? String(max) : undefined,
      sums: [String(sum)],
      frequent: this.frequent.result(),
    };
  }
}

/** i64. */
class BigintValues {
  count = 0;
  private min: bigint;
  private max: bigint;
  private sum = 0n;
  private readonly frequent: FrequentBigints;

  constructor(keep: number, first: bigint) {
    this.frequent = new FrequentBigints(keep);
    this.min = first;
    this.max = first;
  }

  take(value: bigint): void {
    this.count++;
    this.frequent.add(value);
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    this.sum += value;
  }

  result(operand: number): OperandValues {
    const { count, min, max, sum } = this;
    return {
      operand,
      kind: 'i64',
      count,
      nans: 0,
      min: String(min),
      max: String(max),
      sums: [String(sum)],
      frequent: this.frequent.result(),
    };
  }
}

/** An operand of an instruction, in all instances. What kind of values it has is seen at the first one. */
export class OperandState implements Taker {
  /** 0 being the deepest of the instruction. */
  private readonly operand: number;
  /** Frequent values that are kept. */
  private readonly keep: number;
  private numbers: NumberValues | undefined;
  private bigints: BigintValues | undefined;
  private others = 0;

  constructor(operand: number, keep: number) {
    this.operand = operand;
    this.keep = keep;
  }

  get count(): number {
    return (this.numbers?.count ?? 0) + (this.bigints?.count ?? 0) + this.others;
  }

  take(value: unknown): void {
    if (typeof value === 'number') {
      this.numbers ??= new NumberValues(this.keep);
      this.numbers.take(value);
    } else if (typeof value === 'bigint') {
      this.bigints ??= new BigintValues(this.keep, value);
      this.bigints.take(value);
    } else this.others++;
  }

  result(): OperandValues {
    const known = this.numbers ?? this.bigints;
    if (known !== undefined) return known.result(this.operand);
    return {
      operand: this.operand,
      kind: 'other',
      count: this.others,
      nans: 0,
      min: undefined,
      max: undefined,
      sums: [],
      frequent: { values: [], unlisted: this.others },
    };
  }
}

const PLAIN: readonly valtype.ValType[] = [valtype.I32, valtype.I64, valtype.F32, valtype.F64];

/** Before an instruction: takes the operand `fromTop`. */
export class OperandProbe implements LocalProbe {
  readonly name = 'values';
  readonly needs: Needs;
  private readonly state: OperandState;
  private readonly fromTop: number;

  constructor(state: OperandState, fromTop: number) {
    this.needs = { frame: false, operands: fromTop + 1 };
    this.state = state;
    this.fromTop = fromTop;
  }

  get inline(): Inline {
    const { state: taker, fromTop: operand } = this;
    return { fire: OperandProbe.prototype.fire, work: { kind: 'call', operand, types: PLAIN, taker } };
  }

  fire(_frame: Frame, ...operands: readonly unknown[]): void {
    this.state.take(operands[this.fromTop]);
  }
}
