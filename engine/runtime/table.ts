/** Table instances (spec 4.2.7). */

import type { TableType } from '../module/module.ts';
import { AllocationError } from './allocation-error.ts';

/** What V8 allows, too. */
export const MAX_TABLE_SIZE = 10_000_000;

export class TableInstance {
  readonly kind = 'table';
  readonly type: TableType;
  /** The elements: null, FuncInstance, or any JS value for externref. */
  readonly elements: readonly unknown[];
  private readonly items: unknown[];
  /** What was derived from elements, by their indices: becomes undefined where an element is written. May be shorter. */
  private readonly derived: unknown[][] = [];
  /** Told of each write and growth. */
  private readonly watchers: (() => void)[] = [];
  /** Changes with each write and growth. */
  version = 0;
  /** The JavaScript object that stands for this table, made when first asked for. */
  jsObject: object | null = null;

  /** An `AllocationError` where the table would be larger than `MAX_TABLE_SIZE`. */
  constructor(type: TableType, init: unknown) {
    if (type.min > MAX_TABLE_SIZE) {
      throw new AllocationError(`Out of memory: Cannot allocate a table of ${type.min} elements`);
    }
    this.type = type;
    this.items = new Array<unknown>(type.min).fill(init);
    this.elements = this.items;
  }

  get size(): number {
    return this.elements.length;
  }

  /** Grows by `delta` elements; the old size, or -1 where the limits forbid it. */
  grow(delta: number, init: unknown): number {
    const old = this.elements.length;
    const size = old + delta;
    if (size > (this.type.max ?? MAX_TABLE_SIZE) || size > MAX_TABLE_SIZE) return -1;
    for (let i = old; i < size; i++) this.items.push(init);
    this.tell();
    return old;
  }

  /** Writes an element, which exists. */
  set(index: number, value: unknown): void {
    this.items[index] = value;
    this.forget(index, 1);
  }

  /** Writes one value to elements, which exist. */
  fill(start: number, value: unknown, count: number): void {
    this.items.fill(value, start, start + count);
    this.forget(start, count);
  }

  /** Writes elements, which exist: those of `from`, which may be this table's own. */
  copy(from: readonly unknown[], start: number, first: number, count: number): void {
    if (from === this.elements) this.items.copyWithin(start, first, first + count);
    else for (let i = 0; i < count; i++) this.items[start + i] = from[first + i];
    this.forget(start, count);
  }

  /** Keeps a list of what is derived from elements up to date. */
  derive(list: unknown[]): void {
    this.derived.push(list);
  }

  /** Has a function called after each write and growth. */
  watch(watcher: () => void): void {
    this.watchers.push(watcher);
  }

  private forget(start: number, count: number): void {
    for (const list of this.derived) list.fill(undefined, start, start + count);
    this.tell();
  }

  private tell(): void {
    this.version++;
    for (const watcher of this.watchers) watcher();
  }
}
