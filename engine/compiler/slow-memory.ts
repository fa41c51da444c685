/**
 * Access to a memory where typed arrays do not help: unaligned, out of bounds, in memories above 2 GiB, NaNs whose bits count.
 */

import type { MemoryInstance } from '../runtime/memory.ts';
import { exactBitsOfF32, exactF32 } from './helpers.ts';
import type { ViewKind } from './js-text.ts';

type View =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Float32Array
  | BigInt64Array
  | Float64Array
  | DataView;

/** Up to this size every address below it is a signed i32, and index arithmetic of compiled code does not wrap. */
const MAX_VIEWED_BYTES = 2 ** 31;

const arrays: Readonly<Record<Exclude<ViewKind, 'dv'>, new (buffer: ArrayBufferLike) => View>> = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  f32: Float32Array,
  i64: BigInt64Array,
  f64: Float64Array,
};

/**
 * The typed array that compiled code uses, until the memory grows: an empty one for a memory above 2 GiB. The `DataView` is of the
 * whole memory, however large.
 */
export function viewOf(memory: MemoryInstance, kind: ViewKind): View {
  const { buffer, byteLength } = memory.refresh();
  // The buffer of an empty memory may be replaced without being noticed.
  if (kind === 'dv') return new DataView(byteLength === 0 ? new ArrayBuffer(0) : buffer);
  return new arrays[kind](byteLength > MAX_VIEWED_BYTES ? new ArrayBuffer(0) : buffer);
}

/**
 * Accessors that take the address operand as i32 and the offset of the memarg. They throw the RangeError of a `DataView`, before
 * anything is written, where the effective address is out of bounds. Floats are carried as in `helpers.ts`.
 */
export class SlowMemory {
  readonly #memory: MemoryInstance;

  constructor(memory: MemoryInstance) {
    this.#memory = memory;
  }

  getInt8(address: number, offset: number): number {
    return this.#memory.refresh().getInt8((address >>> 0) + offset);
  }

  getUint8(address: number, offset: number): number {
    return this.#memory.refresh().getUint8((address >>> 0) + offset);
  }

  getInt16(address: number, offset: number): number {
    return this.#memory.refresh().getInt16((address >>> 0) + offset, true);
  }

  getUint16(address: number, offset: number): number {
    return this.#memory.refresh().getUint16((address >>> 0) + offset, true);
  }

  getInt32(address: number, offset: number): number {
    return this.#memory.refresh().getInt32((address >>> 0) + offset, true);
  }

  getFloat32(address: number, offset: number): number {
    return exactF32(this.#memory.refresh().getInt32((address >>> 0) + offset, true));
  }

  getBigInt64(address: number, offset: number): bigint {
    return this.#memory.refresh().getBigInt64((address >>> 0) + offset, true);
  }

  getFloat64(address: number, offset: number): number {
    return this.#memory.refresh().getFloat64((address >>> 0) + offset, true);
  }

  setInt8(address: number, offset: number, value: number): void {
    this.#memory.refresh().setInt8((address >>> 0) + offset, value);
  }

  setInt16(address: number, offset: number, value: number): void {
    this.#memory.refresh().setInt16((address >>> 0) + offset, value, true);
  }

  setInt32(address: number, offset: number, value: number): void {
    this.#memory.refresh().setInt32((address >>> 0) + offset, value, true);
  }

  setFloat32(address: number, offset: number, value: number): void {
    this.#memory.refresh().setInt32((address >>> 0) + offset, exactBitsOfF32(value), true);
  }

  setBigInt64(address: number, offset: number, value: bigint): void {
    this.#memory.refresh().setBigInt64((address >>> 0) + offset, value, true);
  }

  setFloat64(address: number, offset: number, value: number): void {
    this.#memory.refresh().setFloat64((address >>> 0) + offset, value, true);
  }
}
