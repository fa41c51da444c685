/** What is kept of `global.set`s, and the probes at them. */

import { type Frame, type GlobalInstance, type LocalProbe, type Needs, readSlot, valtype } from '../../engine/index.ts';
import { MAX_DIFFERENT } from './data.ts';

/** An access to a global by an instruction. */
export interface WriteState {
  count: number;
  changes: number;
}

/** The different values that were written to a global of numbers, as long as they are few. */
export class WrittenValues {
  private values: Set<unknown> | undefined = new Set();

  add(value: unknown): void {
    // -0 is another value than 0, which a set would not tell.
    this.values?.add(Object.is(value, -0) ? '-0' : value);
    if (this.values !== undefined && this.values.size > MAX_DIFFERENT) this.values = undefined;
  }

  texts(): string[] | undefined {
    return this.values === undefined ? undefined : [...this.values].map(String);
  }
}

/** Before a `global.set`: is the value another one than before? */
export class GlobalWriteProbe implements LocalProbe {
  readonly name = 'globals';
  readonly needs: Needs = { frame: false, operands: 1 };
  private readonly state: WriteState;
  private readonly global: GlobalInstance;
  private readonly written: WrittenValues | undefined;

  constructor(state: WriteState, global: GlobalInstance, written: WrittenValues | undefined) {
    this.state = state;
    this.global = global;
    this.written = written;
  }

  fire(_frame: Frame, value: unknown): void {
    const { state, written } = this;
    state.count++;
    written?.add(value);
    if (!this.isNow(value)) state.changes++;
  }

  /** Does the global have the value already? */
  private isNow(value: unknown): boolean {
    const { type } = this.global.type;
    if (type === valtype.I32) return this.global.i32[0] === value;
    const now = readSlot(this.global.slots, 0, type).value;
    if (type !== valtype.V128) return Object.is(now, value);
    return (now as Uint8Array).every((byte, i) => byte === (value as Uint8Array)[i]);
  }
}
