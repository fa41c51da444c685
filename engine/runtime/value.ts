/**
 * Slots: how values lie on the operand stack and where they cross into and out of it.
 *
 * A slot is 16 bytes, of one typed buffer seen through several views, plus one element of an array
 * for references:
 *
 *     bytes 0..3    i32, f32
 *     bytes 0..7    i64, f64
 *     bytes 0..15   v128 (lane 0 first)
 *     refs[slot]    references: null, a FuncInstance for function references, any JS value for externref
 *
 * All bits of i32/f32/i64/f64/v128 survive; numbers are little-endian, as on every platform of V8.
 */
export class Slots {
  readonly size: number;
  readonly i8: Int8Array;
  readonly u8: Uint8Array;
  readonly i32: Int32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly i64: BigInt64Array;
  readonly refs: unknown[];

  /** `size` is the number of slots, of which the first `refs` can hold references. */
  constructor(size: number, refs = size) {
    const buffer = new ArrayBuffer(size * SLOT_BYTES);
    this.size = size;
    this.i8 = new Int8Array(buffer);
    this.u8 = new Uint8Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    this.refs = new Array<unknown>(refs).fill(null);
  }
}

export const SLOT_BYTES = 16;
/** Elements of the 32-bit views in a slot: `i32[slot * SLOT_I32]`. */
export const SLOT_I32 = 4;
/** Elements of the 64-bit views in a slot. */
export const SLOT_I64 = 2;
