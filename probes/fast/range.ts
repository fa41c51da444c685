/** Smallest, largest and sum of the values of an operand. */

import { type Frame, type Inline, type LocalProbe, type Needs, valtype } from '../../engine/index.ts';
import { bigintOperand, numberOperand } from './operand.ts';

const NUMBERS: readonly valtype.ValType[] = [valtype.I32, valtype.F32, valtype.F64];
const BIGINTS: readonly valtype.ValType[] = [valtype.I64];

/** For operands of the types i32 (signed), f32 and f64. */
export class RangeProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  /** Infinity and -Infinity while there is no value. */
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  /** In double precision, in the order of the events: exact for integers while below 2^53. */
  sum = 0;
  /** Events, those with a NaN not included. */
  count = 0;
  /** Events with a NaN, which is in no range and in no sum. */
  nans = 0;
  private readonly fromTop: number;

  /** `fromTop`: which operand, 0 being the topmost. */
  constructor(fromTop = 0, name = 'range') {
    this.name = name;
    this.needs = { operands: fromTop + 1 };
    this.fromTop = fromTop;
  }

  /** NaN while there is no value. */
  get mean(): number {
    return this.sum / this.count;
  }

  /** A subclass with a `take` of its own is called: it may do more than compiled code allows. */
  get inline(): Inline | undefined {
    if (this.take !== RangeProbe.prototype.take) return undefined;
    const { fromTop } = this;
    return { fire: RangeProbe.prototype.fire, work: { kind: 'call', operand: fromTop, types: NUMBERS, taker: this } };
  }

  fire(frame: Frame): void {
    this.take(numberOperand(frame, this.fromTop));
  }

  /** What `fire` does with the value of the operand. */
  take(value: number): void {
    if (Number.isNaN(value)) {
      this.nans++;
      return;
    }
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    this.sum += value;
    this.count++;
  }
}

/** For operands of the type i64 (signed), exactly. */
export class BigRangeProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  /** undefined while there is no value, as `max`. */
  min: bigint | undefined = undefined;
  max: bigint | undefined = undefined;
  sum = 0n;
  /** Events. */
  count = 0;
  private readonly fromTop: number;

  constructor(fromTop = 0, name = 'range') {
    this.name = name;
    this.needs = { operands: fromTop + 1 };
    this.fromTop = fromTop;
  }

  /** A subclass with a `take` of its own is called: it may do more than compiled code allows. */
  get inline(): Inline | undefined {
    if (this.take !== BigRangeProbe.prototype.take) return undefined;
    const { fromTop } = this;
    return {
      fire: BigRangeProbe.prototype.fire,
      work: { kind: 'call', operand: fromTop, types: BIGINTS, taker: this },
    };
  }

  fire(frame: Frame): void {
    this.take(bigintOperand(frame, this.fromTop));
  }

  /** What `fire` does with the value of the operand. */
  take(value: bigint): void {
    if (this.min === undefined || value < this.min) this.min = value;
    if (this.max === undefined || value > this.max) this.max = value;
    this.sum += value;
    this.count++;
  }
}
