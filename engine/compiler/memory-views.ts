/** The typed arrays over a memory that compiled code takes into its variables. */

import type { MemoryInstance } from '../runtime/memory.ts';
import { SlowMemory, type ViewKind, viewOf } from './expression.ts';

/** Arrays over one memory. When the memory grows they become empty, and `refresh` puts new ones in their place. */
export interface MemoryViews extends Record<ViewKind, unknown> {
  /** Access where arrays do not help. */
  readonly slow: SlowMemory;
  refresh(): void;
  /** Are the arrays empty because the memory has grown? */
  hasGrown(): boolean;
}

/**
 * V8 takes a property that was assigned once for a constant, and addresses of a constant array go into the machine code: loops
 * are up to 1.5 times as fast then. So nothing is assigned twice before the memory grows, and each object has a class of its own:
 * what V8 knows of properties, it knows by class. When one is assigned again, V8 itself throws away the code that relied on it.
 */
function newViews(memory: MemoryInstance, slow: SlowMemory): MemoryViews {
  class Views implements MemoryViews {
    // Only declared: a field would be assigned `undefined` first.
    declare i8: unknown;
    declare u8: unknown;
    declare i16: unknown;
    declare u16: unknown;
    declare i32: unknown;
    declare i64: unknown;
    declare f32: unknown;
    declare f64: unknown;
    declare dv: unknown;
    declare readonly slow: SlowMemory;

    constructor() {
      this.slow = slow;
      this.take();
    }

    private take(): void {
      this.i8 = viewOf(memory, 'i8');
      this.u8 = viewOf(memory, 'u8');
      this.i16 = viewOf(memory, 'i16');
      this.u16 = viewOf(memory, 'u16');
      this.i32 = viewOf(memory, 'i32');
      this.i64 = viewOf(memory, 'i64');
      this.f32 = viewOf(memory, 'f32');
      this.f64 = viewOf(memory, 'f64');
      this.dv = viewOf(memory, 'dv');
    }

    refresh(): void {
      if (!this.hasGrown()) return;
      if (known.get(memory) === this) known.delete(memory);
      this.take();
    }

    hasGrown(): boolean {
      // An empty memory has arrays that look like those of one that has grown.
      return (this.i8 as Int8Array).length === 0 && memory.refresh().byteLength !== 0;
    }
  }
  return new Views();
}

/** Those whose arrays have not been renewed. */
const known = new WeakMap<MemoryInstance, MemoryViews>();
const slowAccess = new WeakMap<MemoryInstance, SlowMemory>();

/** The arrays over a memory: the same object for all functions that are compiled before the memory grows again. */
export function viewsOf(memory: MemoryInstance): MemoryViews {
  let views = known.get(memory);
  if (views === undefined || (views.i8 as Int8Array).length === 0) {
    views = newViews(memory, slowOf(memory));
    known.set(memory, views);
  }
  return views;
}

/** Access to a memory where arrays do not help; always the same object. */
export function slowOf(memory: MemoryInstance): SlowMemory {
  let slow = slowAccess.get(memory);
  if (slow === undefined) {
    slow = new SlowMemory(memory);
    slowAccess.set(memory, slow);
  }
  return slow;
}
