/**
 * f32 values as JavaScript numbers with all their bits.
 *
 * A JavaScript number is a double, and the machine makes a signalling NaN quiet when it widens an f32. Where every bit must
 * survive, a NaN is widened by hand: the payload moves to the upper bits of the double's, quiet or signalling as it was.
 * V8 moves doubles without changing them; arithmetic makes them quiet, as it would the f32.
 */

const scratch = new ArrayBuffer(8);
const f64 = new Float64Array(scratch);
const i32 = new Int32Array(scratch);
const f32 = new Float32Array(scratch);

/** The number that stands for the f32 with these bits. */
export function exactF32(bits: number): number {
  i32[0] = bits;
  const value = f32[0] as number;
  if (!Number.isNaN(value)) return value;
  i32[0] = bits << 29;
  i32[1] = (bits & 0x80000000) | 0x7ff00000 | ((bits & 0x7fffff) >>> 3);
  return f64[0] as number;
}

/** The bits of the f32 that a number stands for. */
export function bitsOfExactF32(value: number): number {
  if (!Number.isNaN(value)) {
    f32[0] = value;
    return i32[0] as number;
  }
  f64[0] = value;
  const high = i32[1] as number;
  const payload = ((high & 0xfffff) << 3) | ((i32[0] as number) >>> 29);
  // A double's payload that has no bits in the upper 23 would be an infinity.
  return (high & 0x80000000) | 0x7f800000 | (payload === 0 ? 0x400000 : payload);
}
