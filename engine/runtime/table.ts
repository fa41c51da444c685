/** Table instances (spec 4.2.7). */

import type { TableType } from '../module/module.ts';
import { AllocationError } from './allocation-error.ts';

/** What V8 allows, too. */
export const MAX_TABLE_SIZE = 10_000_000;

export class TableInstance {
  readonly kind = 'table';
  readonly type: TableType;
  /** The elements: null, FuncInstance, or any JS value for externref. */
  readonly elements: unknown[];
  /** The JavaScript object that stands for this table, made when first asked for. */
  jsObject: object | null = null;

  /** An `AllocationError` where the table would be larger than `MAX_TABLE_SIZE`. */
  constructor(type: TableType, init: unknown) {
    if (type.min > MAX_TABLE_SIZE) {
      throw new AllocationError(`Out of memory: Cannot allocate a table of ${type.min} elements`);
    }
    this.type = type;
    this.elements = new Array<unknown>(type.min).fill(init);
  }

  get size(): number {
    return this.elements.length;
  }

  /** Grows by `delta` elements; the old size, or -1 where the limits forbid it. */
  grow(delta: number, init: unknown): number {
    const old = this.elements.length;
    const size = old + delta;
    if (size > (this.type.max ?? MAX_TABLE_SIZE) || size > MAX_TABLE_SIZE) return -1;
    for (let i = old; i < size; i++) this.elements.push(init);
    return old;
  }
}
