/**
 * Memory instances (spec 4.2.8), each backed by a real `WebAssembly.Memory` of the host, so that
 * glue code that holds the object, or makes views of its buffer, works as it is.
 *
 * The host can grow that object behind our back, which detaches the buffer. So whoever caches `view`
 * calls `refresh()` after everything that runs host code.
 */

import type { MemoryType } from '../module/module.ts';
import { AllocationError } from './allocation-error.ts';
import { type HostMemory, type HostMemoryDescriptor, hostMemoryLimits, hostWasm } from './host.ts';

export const PAGE_BYTES = 65536;
export const MAX_PAGES = 65536;

export class MemoryInstance {
  readonly kind = 'memory';
  readonly type: MemoryType;
  /** The host's memory object; the JavaScript object that stands for this memory as well. */
  readonly native: HostMemory;
  /** The whole memory; stale after a grow until `refresh()`. */
  view: DataView;
  bytes: Uint8Array;
  private byteLength: number;

  constructor(type: MemoryType, native: HostMemory) {
    this.type = type;
    this.native = native;
    this.view = new DataView(native.buffer);
    this.bytes = new Uint8Array(native.buffer);
    this.byteLength = native.buffer.byteLength;
  }

  /** Size in pages. */
  get pages(): number {
    this.refresh();
    return this.byteLength / PAGE_BYTES;
  }

  /** Renews `view` and `bytes` if the buffer was replaced; the current view. */
  refresh(): DataView {
    // The array of a detached buffer has length 0. An empty memory looks the same, and a shared buffer is never
    // detached, so that these two are always looked up.
    // Of the array V8 reads the length in machine code; for that of the buffer it calls a function.
    if (this.bytes.length !== this.byteLength || this.byteLength === 0 || this.type.isShared) this.renew();
    return this.view;
  }

  private renew(): void {
    const buffer = this.native.buffer;
    if (buffer === this.view.buffer) return;
    this.view = new DataView(buffer);
    this.bytes = new Uint8Array(buffer);
    this.byteLength = buffer.byteLength;
  }

  /** Grows by `delta` pages; the old size in pages, or -1 where that is not possible. */
  grow(delta: number): number {
    const old = this.pages;
    const limit = Math.min(this.type.max ?? MAX_PAGES, MAX_PAGES);
    if (old + delta > limit) return -1;
    try {
      this.native.grow(delta);
    } catch {
      return -1; // the host has no memory left
    }
    this.renew();
    return old;
  }
}

/** One memory instance for each object, so that all importers share its cached view. */
const instances = new WeakMap<HostMemory, MemoryInstance>();

/** Allocates a memory; an `AllocationError` where the host cannot. */
export function allocateMemory(type: MemoryType): MemoryInstance {
  const descriptor: HostMemoryDescriptor = { initial: type.min };
  // A maximum above what the host can address is a promise that no `grow` can redeem.
  if (type.max !== undefined) descriptor.maximum = Math.min(type.max, MAX_PAGES);
  if (type.isShared) descriptor.shared = true;
  let native: HostMemory;
  try {
    if (type.min > MAX_PAGES) throw new RangeError('more pages than the host can address');
    native = new hostWasm.Memory(descriptor);
  } catch (cause) {
    throw new AllocationError('Out of memory: Cannot allocate Wasm memory for new instance', cause);
  }
  const memory = new MemoryInstance(type, native);
  instances.set(native, memory);
  return memory;
}

/** The instance behind a memory object of the host; undefined for one with 64-bit addresses. */
export function memoryInstanceOf(native: HostMemory): MemoryInstance | undefined {
  const known = instances.get(native);
  if (known !== undefined) return known;
  const limits = hostMemoryLimits(native);
  if (limits === undefined) return undefined;
  const type: MemoryType = { ...limits, min: native.buffer.byteLength / PAGE_BYTES, is64: false };
  const memory = new MemoryInstance(type, native);
  instances.set(native, memory);
  return memory;
}
