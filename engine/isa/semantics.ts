/**
 * Scalar instructions whose meaning is too long for one expression in the table.
 *
 * Pure functions over the table's representation: i32 is a signed int32, i64 a signed bigint in range,
 * f32 and f64 are numbers (an f32 is a number that `Math.fround` keeps). Traps are thrown as `Trap`, in the
 * order of V8 where two could apply.
 *
 * Numbers cannot carry a signalling NaN's bits safely: where the specification asks for exact NaN bits
 * (`abs`, `neg`, `copysign`, `reinterpret`, loads, stores, moves) a tier that holds values in memory works on
 * the integer views of its slots, and these functions serve values that are known to be no signalling NaN.
 */

import { Trap } from './trap.ts';

const TWO_32 = 4294967296;
const TWO_52 = 4503599627370496;
const TWO_63 = 2 ** 63;
const TWO_64 = 2 ** 64;
const MIN_32 = -2147483648;
const MIN_64 = -9223372036854775808n;

/**
 * Eight bytes seen as every type. 64-bit integers are taken apart and put together here, since V8 compiles
 * `view64[0] = bigint` and reads of the halves without allocating a bigint. Little-endian: [0] is the low half.
 */
const scratch = new ArrayBuffer(8);
const scratchI64 = new BigInt64Array(scratch);
const scratchI32 = new Int32Array(scratch);
const scratchF32 = new Float32Array(scratch);
const scratchF64 = new Float64Array(scratch);

/** The i64 with these halves, each taken modulo 2^32. */
function join64(low: number, high: number): bigint {
  scratchI32[0] = low;
  scratchI32[1] = high;
  return scratchI64[0] as bigint;
}

/** Number of one bits. */
export function popcnt32(a: number): number {
  let x = a - ((a >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

export function divS32(a: number, b: number): number {
  if (b === 0) throw new Trap('divByZero');
  if (b === -1 && a === MIN_32) throw new Trap('divUnrepresentable');
  return (a / b) | 0;
}

export function divU32(a: number, b: number): number {
  if (b === 0) throw new Trap('divByZero');
  return ((a >>> 0) / (b >>> 0)) | 0;
}

export function remS32(a: number, b: number): number {
  if (b === 0) throw new Trap('remByZero');
  return (a % b) | 0;
}

export function remU32(a: number, b: number): number {
  if (b === 0) throw new Trap('remByZero');
  return ((a >>> 0) % (b >>> 0)) | 0;
}

export function divS64(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new Trap('divByZero');
  if (b === -1n && a === MIN_64) throw new Trap('divUnrepresentable');
  return BigInt.asIntN(64, a / b);
}

export function divU64(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new Trap('divByZero');
  // V8 divides signed bigints by a machine instruction, and unsigned ones several times slower.
  if (a >= 0n && b > 0n) return BigInt.asIntN(64, a / b);
  return BigInt.asIntN(64, BigInt.asUintN(64, a) / BigInt.asUintN(64, b));
}

export function remS64(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new Trap('remByZero');
  return BigInt.asIntN(64, a % b);
}

export function remU64(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new Trap('remByZero');
  if (a >= 0n && b > 0n) return BigInt.asIntN(64, a % b);
  return BigInt.asIntN(64, BigInt.asUintN(64, a) % BigInt.asUintN(64, b));
}

export function clz64(a: bigint): bigint {
  scratchI64[0] = a;
  const high = scratchI32[1] as number;
  return join64(high === 0 ? 32 + Math.clz32(scratchI32[0] as number) : Math.clz32(high), 0);
}

export function ctz64(a: bigint): bigint {
  scratchI64[0] = a;
  const low = scratchI32[0] as number;
  const high = scratchI32[1] as number;
  return join64(low === 0 ? (high === 0 ? 64 : 63 - Math.clz32(high & -high)) : 31 - Math.clz32(low & -low), 0);
}

export function popcnt64(a: bigint): bigint {
  scratchI64[0] = a;
  return join64(popcnt32(scratchI32[0] as number) + popcnt32(scratchI32[1] as number), 0);
}

/** `a` rotated left by `b` modulo 64. */
export function rotl64(a: bigint, b: bigint): bigint {
  scratchI64[0] = b;
  return rotateLeft(a, (scratchI32[0] as number) & 63);
}

/** `a` rotated right by `b` modulo 64. */
export function rotr64(a: bigint, b: bigint): bigint {
  scratchI64[0] = b;
  return rotateLeft(a, -(scratchI32[0] as number) & 63);
}

function rotateLeft(a: bigint, count: number): bigint {
  scratchI64[0] = a;
  const first = scratchI32[0] as number;
  const second = scratchI32[1] as number;
  const low = count < 32 ? first : second;
  const high = count < 32 ? second : first;
  const rest = count & 31;
  // A JavaScript shift by 32 is a shift by 0, which would mix both halves.
  if (rest === 0) return join64(low, high);
  return join64((low << rest) | (high >>> (32 - rest)), (high << rest) | (low >>> (32 - rest)));
}

/**
 * `a` rounded to an integral number, ties to even, for f32 and f64 alike. At magnitudes of 2^52 a double has
 * no fraction bits, so adding 2^52 makes the hardware round as the specification asks.
 */
export function nearest(a: number): number {
  if (a > 0) return a < TWO_52 ? a + TWO_52 - TWO_52 : a;
  // The sum of two opposite numbers is +0, but what rounds to zero from below is -0.
  if (a < 0) return a > -TWO_52 ? a - TWO_52 + TWO_52 || -0 : a;
  // Zeros keep their sign. A signalling NaN must not pass: `a` itself would be returned unchanged.
  return a === 0 ? a : Number.NaN;
}

/** `a` with the sign of `b`, for numbers that are f32. */
export function copysign32(a: number, b: number): number {
  scratchF32[0] = a;
  scratchF32[1] = b;
  scratchI32[0] = ((scratchI32[0] as number) & 0x7fffffff) | ((scratchI32[1] as number) & MIN_32);
  return scratchF32[0] as number;
}

/** `a` with the sign of `b`. */
export function copysign64(a: number, b: number): number {
  scratchF64[0] = b;
  const sign = (scratchI32[1] as number) & MIN_32;
  scratchF64[0] = a;
  scratchI32[1] = ((scratchI32[1] as number) & 0x7fffffff) | sign;
  return scratchF64[0] as number;
}

export function truncS32(a: number): number {
  if (a > -2147483649 && a < 2147483648) return a | 0;
  throw new Trap('floatUnrepresentable');
}

export function truncU32(a: number): number {
  if (a > -1 && a < TWO_32) return a | 0;
  throw new Trap('floatUnrepresentable');
}

export function truncS64(a: number): bigint {
  if (a >= -TWO_63 && a < TWO_63) return truncate64(a);
  throw new Trap('floatUnrepresentable');
}

export function truncU64(a: number): bigint {
  if (a > -1 && a < TWO_64) return truncate64(a);
  throw new Trap('floatUnrepresentable');
}

export function truncSatS32(a: number): number {
  if (a >= 2147483647) return 2147483647;
  return a > MIN_32 ? a | 0 : a <= MIN_32 ? MIN_32 : 0;
}

export function truncSatU32(a: number): number {
  if (a >= 4294967295) return -1;
  return a > 0 ? a | 0 : 0;
}

export function truncSatS64(a: number): bigint {
  if (a >= TWO_63) return 9223372036854775807n;
  return a > -TWO_63 ? truncate64(a) : a <= -TWO_63 ? MIN_64 : 0n;
}

export function truncSatU64(a: number): bigint {
  if (a >= TWO_64) return -1n;
  return a > 0 ? truncate64(a) : 0n;
}

/** The integral part of `a` modulo 2^64, as i64; |a| <= 2^64. Every step is exact in doubles. */
function truncate64(a: number): bigint {
  const integral = Math.trunc(a);
  const high = Math.floor(integral / TWO_32);
  return join64(integral - high * TWO_32, high);
}

/** A signed i64 as f32, rounded once (`Math.fround(Number(a))` would round twice). */
export function convertS64to32(a: bigint): number {
  scratchI64[0] = a;
  return round64to32(scratchI32[0] as number, scratchI32[1] as number);
}

/** An i64 taken as unsigned, as f32, rounded once. */
export function convertU64to32(a: bigint): number {
  scratchI64[0] = a;
  return round64to32(scratchI32[0] as number, (scratchI32[1] as number) >>> 0);
}

/**
 * `high * 2^32 + low` as f32. Integers below 2^53 are exact doubles. From there on the lowest 11 bits are
 * gathered into one bit above them ("round to odd"): what is left fits into a double's 53 bits, and the bit is far
 * below the 24 bits of an f32, where all that counts is whether anything follows the tie.
 */
function round64to32(low: number, high: number): number {
  const isExact = high >= -0x200000 && high < 0x200000;
  const gathered = isExact || (low & 0x7ff) === 0 ? low : (low & ~0x7ff) | 0x800;
  return Math.fround(high * TWO_32 + (gathered >>> 0));
}

/** The bits of an f32. */
export function bitsOfF32(a: number): number {
  scratchF32[0] = a;
  return scratchI32[0] as number;
}

/** The bits of an f64. */
export function bitsOfF64(a: number): bigint {
  scratchF64[0] = a;
  return scratchI64[0] as bigint;
}

/** The f32 with these bits. */
export function f32OfBits(a: number): number {
  scratchI32[0] = a;
  return scratchF32[0] as number;
}

/** The f64 with these bits. */
export function f64OfBits(a: bigint): number {
  scratchI64[0] = a;
  return scratchF64[0] as number;
}
