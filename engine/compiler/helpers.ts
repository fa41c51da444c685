/**
 * Values that compiled code uses by name: functions too long to be written out, and scratch memory through which bits change
 * their type. A name that is not here is one of `semantics.ts`.
 *
 * Carried NaNs. A number is an f64, so an f32 NaN is carried as the f64 NaN with the same sign whose payload begins with that of
 * the f32: what a processor's conversion gives, but for the quiet bit, which a conversion sets.
 *
 * Bigints are put together from halves as `BigInt(number >>> 0)`, shifted and added: V8 (11.3) makes machine instructions of that,
 * in half the time that writing two halves to memory and reading them as one takes.
 */

import * as semantics from '../isa/semantics.ts';
import { Trap } from '../isa/trap.ts';

const TWO_32 = 4294967296;
const TWO_63 = 2 ** 63;
const TWO_64 = 2 ** 64;

const scratch = new ArrayBuffer(8);
const s64 = new BigInt64Array(scratch);
const s32 = new Int32Array(scratch);
const sf32 = new Float32Array(scratch);
const sf64 = new Float64Array(scratch);

/** 2^n modulo 2^64: to multiply with one is many times faster than to shift a bigint by a variable count. */
const powers = BigInt64Array.from({ length: 64 }, (_, n) => BigInt.asIntN(64, 1n << BigInt(n)));

function join(low: number, high: number): bigint {
  return BigInt.asIntN(64, (BigInt(high >>> 0) << 32n) + BigInt(low >>> 0));
}

/** The f64 with these halves. */
function exactF64(low: number, high: number): number {
  s32[0] = low;
  s32[1] = high;
  return sf64[0];
}

function carriedNan(bits: number): number {
  return exactF64(bits << 29, (bits & 0x80000000) | 0x7ff00000 | ((bits >>> 3) & 0xfffff));
}

/** The number that carries the f32 with these bits. */
export function exactF32(bits: number): number {
  s32[0] = bits;
  const value = sf32[0];
  return Number.isNaN(value) ? carriedNan(bits) : value;
}

/** The bits of the f32 that this number carries. */
export function exactBitsOfF32(value: number): number {
  if (!Number.isNaN(value)) {
    sf32[0] = value;
    return s32[0];
  }
  sf64[0] = value;
  const high = s32[1];
  return (high & 0x80000000) | 0x7f800000 | ((high & 0xfffff) << 3) | (s32[0] >>> 29);
}

/** The same number; of a signalling NaN the quiet one. V8 leaves out `x * 1`, `x - 0` and their like, which should do it. */
function quieted(value: number): number {
  if (!Number.isNaN(value)) return value;
  sf64[0] = value;
  s32[1] |= 0x80000;
  return sf64[0];
}

function clzHalves(low: number, high: number): number {
  return high === 0 ? 32 + Math.clz32(low) : Math.clz32(high);
}

function ctzHalves(low: number, high: number): number {
  const half = low === 0 ? high : low;
  if (half === 0) return 64;
  return (low === 0 ? 63 : 31) - Math.clz32(half & -half);
}

function popcntHalves(low: number, high: number): number {
  return semantics.popcnt32(low) + semantics.popcnt32(high);
}

/** `a` shifted left by `count` modulo 64. */
function shl64(a: bigint, count: number): bigint {
  return BigInt.asIntN(64, a * powers[count & 63]);
}

// The following have one exit each, since V8 allocates a bigint where results of several kinds meet. JavaScript takes shift counts modulo
// 32, so that a count of 0 must not shift by 32.

/** `a` shifted right by `count` modulo 64, with its sign. */
function shrS64(a: bigint, count: number): bigint {
  s64[0] = a;
  const low = s32[0];
  const high = s32[1];
  const isFar = (count & 32) !== 0;
  const near = (count & 31) === 0 ? low : (low >>> count) | (high << -count);
  return join(isFar ? high >> count : near, isFar ? high >> 31 : high >> count);
}

/** `a` shifted right by `count` modulo 64, zeros coming in. */
function shrU64(a: bigint, count: number): bigint {
  s64[0] = a;
  const low = s32[0];
  const high = s32[1];
  const isFar = (count & 32) !== 0;
  const near = (count & 31) === 0 ? low : (low >>> count) | (high << -count);
  return join(isFar ? high >>> count : near, isFar ? 0 : high >>> count);
}

/** `a` rotated left by `count` modulo 64. */
function rotl64(a: bigint, count: number): bigint {
  s64[0] = a;
  const isSwapped = (count & 32) !== 0;
  const low = isSwapped ? s32[1] : s32[0];
  const high = isSwapped ? s32[0] : s32[1];
  const crossing = (count & 31) === 0 ? 0 : -1;
  return join((low << count) | ((high >>> -count) & crossing), (high << count) | ((low >>> -count) & crossing));
}

/** `a` rotated right by `count` modulo 64. */
function rotr64(a: bigint, count: number): bigint {
  return rotl64(a, -count);
}

/** Quotient of unsigned numbers, with machine instructions for signed ones: V8 divides unsigned bigints several times slower. */
function quotientU64(a: bigint, b: bigint): bigint {
  if (b < 0n) return a < 0n && a >= b ? 1n : 0n;
  if (a >= 0n) return BigInt.asIntN(64, a / b);
  const half = BigInt.asIntN(64, BigInt.asUintN(64, a) >> 1n);
  const quotient = BigInt.asIntN(64, BigInt.asIntN(64, half / b) << 1n);
  const rest = BigInt.asIntN(64, a - quotient * b);
  return rest < 0n || rest >= b ? BigInt.asIntN(64, quotient + 1n) : quotient;
}

function divU64(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new Trap('divByZero');
  return quotientU64(a, b);
}

function remU64(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new Trap('remByZero');
  return BigInt.asIntN(64, a - quotientU64(a, b) * b);
}

/** The integral part of `a` modulo 2^64, as i64; |a| <= 2^64. Every step is exact in doubles. */
function truncate64(a: number): bigint {
  const integral = Math.trunc(a);
  const high = Math.floor(integral / TWO_32);
  return join(integral - high * TWO_32, high);
}

function truncS64(a: number): bigint {
  if (a >= -TWO_63 && a < TWO_63) return truncate64(a);
  throw new Trap('floatUnrepresentable');
}

function truncU64(a: number): bigint {
  if (a > -1 && a < TWO_64) return truncate64(a);
  throw new Trap('floatUnrepresentable');
}

function truncSatS64(a: number): bigint {
  if (a >= TWO_63) return 9223372036854775807n;
  return a > -TWO_63 ? truncate64(a) : a <= -TWO_63 ? -9223372036854775808n : 0n;
}

function truncSatU64(a: number): bigint {
  if (a >= TWO_64) return -1n;
  return a > 0 ? truncate64(a) : 0n;
}

const own = {
  s64,
  s32,
  sf32,
  sf64,
  exactF32,
  exactF64,
  exactBitsOfF32,
  quieted,
  clzHalves,
  ctzHalves,
  popcntHalves,
  shl64,
  shrS64,
  shrU64,
  rotl64,
  rotr64,
  divU64,
  remU64,
  truncS64,
  truncU64,
  truncSatS64,
  truncSatU64,
};

/** Everything that `Names.bound` may be asked for by expressions, by name. */
export const bindable: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...Object.entries(semantics),
  ...Object.entries(own),
]);
