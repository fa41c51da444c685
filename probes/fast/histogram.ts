/** How often an operand has each of the values 0, 1, 2, ... */

import type { Frame, Inline, LocalProbe, Location, Needs } from '../../engine/index.ts';
import { integerOperand } from './operand.ts';

/** Counts the values of an integer operand, taken as unsigned. */
export class HistogramProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  /** Number of values that have a count of their own: 0 to `size - 1`. */
  readonly size: number;
  /** Events by value; the last element counts all values from `size` on. */
  readonly counts: Float64Array;
  private readonly fromTop: number;

  /** `fromTop`: which operand, 0 being the topmost. */
  constructor(size: number, fromTop = 0, name = 'histogram') {
    if (!Number.isInteger(size) || size < 0) throw new RangeError(`a histogram needs a size of 0 or more, not ${size}`);
    this.name = name;
    this.needs = { operands: fromTop + 1 };
    this.size = size;
    this.counts = new Float64Array(size + 1);
    this.fromTop = fromTop;
  }

  /** For a `br_table`: a count for each label, the default's being `other`. */
  static forTargets(location: Location): HistogramProbe {
    const { labels } = location.immediates;
    if (labels === undefined) throw new TypeError(`${location.instruction.mnemonic} has no table of labels`);
    return new HistogramProbe(labels.length - 1);
  }

  /** Events with a value of `size` or more. */
  get other(): number {
    return this.counts[this.size] as number;
  }

  get inline(): Inline {
    const { counts, fromTop } = this;
    return { fire: HistogramProbe.prototype.fire, work: { kind: 'histogram', counts, operand: fromTop } };
  }

  fire(frame: Frame): void {
    const value = integerOperand(frame, this.fromTop);
    const index = typeof value === 'number' ? value >>> 0 : Number(BigInt.asUintN(64, value));
    const place = index < this.size ? index : this.size;
    this.counts[place] = (this.counts[place] as number) + 1;
  }
}
