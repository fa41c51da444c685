/** Probes around another probe. */

import { type Frame, fireFrameless, type LocalProbe, type Needs } from '../../engine/index.ts';
import { mergeNeeds } from '../event-options.ts';

/**
 * Stands for its inner probe in errors, and needs what that needs; and the frame, which an inner probe with `frame: false` does
 * without. To fire the inner probe, call `fireInner`.
 */
export abstract class WrapperProbe implements LocalProbe {
  readonly inner: LocalProbe;

  constructor(inner: LocalProbe) {
    this.inner = inner;
  }

  get name(): string {
    return this.inner.name ?? this.inner.constructor.name;
  }

  get needs(): Needs {
    const { needs = {} } = this.inner;
    if (needs.access === true)
      throw new TypeError(`${this.name} has "access: true" in its "needs": no probe can stand around it`);
    return needs.frame === false ? mergeNeeds(needs) : needs;
  }

  abstract fire(frame: Frame, ...operands: readonly unknown[]): void;

  /** Fires the inner probe, with the frame or, if it declares `frame: false`, with the values of its operands. */
  protected fireInner(frame: Frame): void {
    if (this.inner.needs?.frame === false) fireFrameless(this.inner, frame);
    else this.inner.fire(frame);
  }
}
