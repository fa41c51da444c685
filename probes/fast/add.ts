/** A sum that many places add to and that is read often. */

import type { Frame, Inline, LocalProbe } from '../../engine/index.ts';

/** The sum of what probes added. To read it takes the same time however many probes add to it, unlike a counter's. */
export class SharedTotal {
  readonly cell: Float64Array = new Float64Array(1);

  /** The sum so far, exact below 2^53. */
  get value(): number {
    return this.cell[0] as number;
  }

  set value(value: number) {
    this.cell[0] = value;
  }
}

/** Adds a constant to a shared total at each event. Counts that nobody reads while the program runs are cheaper in `CountMoreProbe`. */
export class AddProbe implements LocalProbe {
  readonly name: string;
  readonly needs = { frame: false } as const;
  /** What each event adds. */
  readonly step: number;
  private readonly total: SharedTotal;

  constructor(step: number, total: SharedTotal, name = 'add') {
    if (!Number.isSafeInteger(step)) throw new TypeError(`an AddProbe adds an integer, not ${step}`);
    this.step = step;
    this.total = total;
    this.name = name;
  }

  get inline(): Inline {
    return { fire: AddProbe.prototype.fire, work: { kind: 'add', total: this.total.cell, step: this.step } };
  }

  fire(_frame: Frame): void {
    this.total.value += this.step;
  }
}
