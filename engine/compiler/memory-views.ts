/** The typed arrays over a memory that compiled code takes into its variables. */

import type { MemoryInstance } from '../runtime/memory.ts';
import { SlowMemory, type ViewKind, viewOf } from './expression.ts';

/** Arrays over one memory. When the memory grows they become empty, and `refresh` makes new ones. */
export class MemoryViews {
  i8!: unknown;
  u8!: unknown;
  i16!: unknown;
  u16!: unknown;
  i32!: unknown;
  i64!: unknown;
  f32!: unknown;
  f64!: unknown;
  readonly slow: SlowMemory;
  private readonly memory: MemoryInstance;

  constructor(memory: MemoryInstance) {
    this.memory = memory;
    this.slow = new SlowMemory(memory);
    this.refresh();
  }

  /** The array of a kind, as the memory is now. */
  current(kind: ViewKind): unknown {
    if ((this.i8 as Int8Array).length === 0) this.refresh();
    return this[kind];
  }

  refresh(): void {
    const { memory } = this;
    this.i8 = viewOf(memory, 'i8');
    this.u8 = viewOf(memory, 'u8');
    this.i16 = viewOf(memory, 'i16');
    this.u16 = viewOf(memory, 'u16');
    this.i32 = viewOf(memory, 'i32');
    this.i64 = viewOf(memory, 'i64');
    this.f32 = viewOf(memory, 'f32');
    this.f64 = viewOf(memory, 'f64');
  }
}

const known = new WeakMap<MemoryInstance, MemoryViews>();

/** The arrays over a memory: the same object for all functions. */
export function viewsOf(memory: MemoryInstance): MemoryViews {
  let views = known.get(memory);
  if (views === undefined) {
    views = new MemoryViews(memory);
    known.set(memory, views);
  }
  return views;
}
