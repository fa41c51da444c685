/** State that belongs to activations. */

import type { Frame } from '../engine/index.ts';

/**
 * One value for each activation that has one, under its frame: what an activation that has ended leaves is never
 * found again and is collected with the frame. The activation that was last concerned, nearly always the
 * one that is concerned next, is kept aside from the map, which takes ten times as long.
 */
export class PerActivation<T extends object> {
  private frame: Frame | undefined;
  private value: T | undefined;
  private readonly others = new WeakMap<Frame, T>();

  get(frame: Frame): T | undefined {
    return this.frame === frame ? this.value : this.others.get(frame);
  }

  set(frame: Frame, value: T): void {
    if (this.frame !== frame) {
      if (this.frame !== undefined && this.value !== undefined && !this.frame.hasEnded) {
        this.others.set(this.frame, this.value);
      }
      this.others.delete(frame);
      this.frame = frame;
    }
    this.value = value;
  }

  /** The value, which the activation then has no longer. */
  take(frame: Frame): T | undefined {
    if (this.frame !== frame) {
      const value = this.others.get(frame);
      if (value !== undefined) this.others.delete(frame);
      return value;
    }
    const { value } = this;
    this.frame = undefined;
    this.value = undefined;
    return value;
  }
}
