/** Probes that can be turned off and on without being removed. */

import type { Frame, LocalProbe, Needs } from '../../engine/index.ts';
import { WrapperProbe } from './wrapper.ts';

/**
 * Fires its inner probe while `enabled`. One object may stand at many places: turning it is one write, at once
 * everywhere, also for the event that is firing. Turned off it still costs a call at each event; removing costs
 * nothing afterwards.
 */
export class SwitchProbe extends WrapperProbe {
  enabled: boolean;

  constructor(inner: LocalProbe, enabled = true) {
    super(inner);
    this.enabled = enabled;
  }

  /** Like its inner probe, it may do without the frame. */
  override get needs(): Needs {
    return this.inner.needs ?? {};
  }

  fire(frame: Frame, ...operands: readonly unknown[]): void {
    if (this.enabled) this.inner.fire(frame, ...operands);
  }
}
