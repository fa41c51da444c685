/** Numbers of iterations: their range and distribution. */

import type { Trips } from './data.ts';

export class TripCounts {
  private min = Number.POSITIVE_INFINITY;
  private max = 0;
  private readonly histogram: number[] = [];

  /** An execution ended after this many iterations. */
  add(iterations: number): void {
    if (iterations < this.min) this.min = iterations;
    if (iterations > this.max) this.max = iterations;
    const k = Math.floor(Math.log2(iterations));
    while (this.histogram.length <= k) this.histogram.push(0);
    this.histogram[k] = (this.histogram[k] as number) + 1;
  }

  copy(): TripCounts {
    const copy = new TripCounts();
    copy.min = this.min;
    copy.max = this.max;
    copy.histogram.push(...this.histogram);
    return copy;
  }

  toTrips(): Trips {
    return { min: this.max === 0 ? 0 : this.min, max: this.max, histogram: [...this.histogram] };
  }
}
