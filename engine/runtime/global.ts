/** Global instances (spec 4.2.10): one slot each, so that every bit of a value survives. */

import type { GlobalType } from '../module/module.ts';
import { Slots } from './value.ts';

export class GlobalInstance {
  readonly kind = 'global';
  readonly type: GlobalType;
  /** One slot; the views are also fields of their own, for the tiers. */
  readonly i32: Int32Array;
  readonly i64: BigInt64Array;
  readonly slots: Slots;
  /** The JavaScript object that stands for this global, made when first asked for. */
  jsObject: object | null = null;

  constructor(type: GlobalType) {
    this.type = type;
    this.slots = new Slots(1);
    this.i32 = this.slots.i32;
    this.i64 = this.slots.i64;
  }
}
