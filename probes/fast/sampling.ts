/** Every nth event. */

import type { Frame, LocalProbe, Needs } from '../../engine/index.ts';
import { WrapperProbe } from './wrapper.ts';

/** Fires its inner probe at the events number `every`, `2 * every`, ... */
export class SampleProbe extends WrapperProbe {
  readonly every: number;
  /** Events so far, those without the inner probe included. */
  seen = 0;
  private left: number;

  constructor(every: number, inner: LocalProbe) {
    if (!Number.isInteger(every) || every < 1) throw new RangeError(`sampling needs a step of 1 or more, not ${every}`);
    super(inner);
    this.every = every;
    this.left = every;
  }

  /** Like its inner probe, it may do without the frame. */
  override get needs(): Needs {
    return this.inner.needs ?? {};
  }

  fire(frame: Frame, ...operands: readonly unknown[]): void {
    this.seen++;
    if (--this.left > 0) return;
    this.left = this.every;
    this.inner.fire(frame, ...operands);
  }
}
