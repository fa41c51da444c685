/** Values at which instructions go wrong, as bytes (little-endian), and seeded random ones. */

import { F32, F64, I32, I64, V128, type ValType } from '../../engine/isa/valtype.ts';

/** One value, or one lane: its bytes, lowest first. */
export type Bytes = Uint8Array<ArrayBuffer>;

function bytesOf(width: number, value: bigint): Bytes {
  const bytes = new Uint8Array(width);
  for (let i = 0; i < width; i++) bytes[i] = Number((value >> BigInt(8 * i)) & 0xffn);
  return bytes;
}

/** Zero, small numbers, every limit of 8, 16, 32 and 64 bits, bit patterns, and neighbours of powers of two. */
function integerEdges(bits: number): Bytes[] {
  const values = new Set<bigint>([0n, 1n, 2n, 3n, 5n, 7n, 10n, -1n, -2n, -3n, -10n]);
  for (const power of [4, 7, 8, 15, 16, 24, 31, 32, 33, 53, 62, 63]) {
    if (power >= bits) continue;
    const limit = 1n << BigInt(power);
    for (const v of [limit - 1n, limit, limit + 1n, -limit - 1n, -limit, -limit + 1n]) values.add(v);
  }
  const pattern = (byte: bigint): bigint => BigInt.asUintN(bits, 0x0101010101010101n * byte);
  for (const byte of [0x55n, 0xaan, 0x0fn, 0x80n, 0x7fn]) values.add(pattern(byte));
  values.add(0x123456789abcdef0n);
  values.add(0xfedcba9876543210n);
  // Rounded first to f64 and then to f32 they come out wrong.
  for (const v of [0x7fffff4000000001n, 0x8000004000000001n, 0x0020000020000001n]) values.add(v);
  const unique = new Set([...values].map((v) => BigInt.asUintN(bits, v)));
  return [...unique].map((v) => bytesOf(bits / 8, v));
}

const floatMagnitudes: readonly number[] = [
  ...[0, 0.1, 0.25, 0.5, 0.75, 0.9999999, 1, 1.25, 1.5, 1.9999999, 2, 2.5, 3.5, 4.5, Math.PI, 5, 126.5, 127.5],
  ...[255, 255.5, 256, 32767.5, 65535.5, 8388607.5, 8388608, 16777215, 16777216, 16777217],
  // Limits of conversions to integers: the last number inside, the limit, the first one outside.
  ...[2147483520, 2147483646.5, 2147483647, 2147483647.9, 2147483648, 2147483648.5, 2147483649, 2147483904],
  ...[4294967040, 4294967295, 4294967295.9, 4294967296, 4294967296.5, 4294967297],
  ...[2 ** 51 + 0.5, 2 ** 52 - 0.5, 2 ** 52, 2 ** 53 - 1, 2 ** 53, 2 ** 63 - 1024, 2 ** 63, 2 ** 63 + 2048],
  ...[2 ** 64 - 2048, 2 ** 64, 2 ** 65, 1e19, 1e38, 3.4028234663852886e38, 3.4028235677973366e38, 1e300],
  ...[Number.MAX_VALUE, Number.MIN_VALUE, 2 ** -1022, 2 ** -1022 - 2 ** -1074],
  ...[1.1754943508222875e-38, 1.1754942106924411e-38, 1.401298464324817e-45, 0.7e-45, Number.POSITIVE_INFINITY],
];

/** Bits of NaNs without sign: canonical, quiet with payload, signalling. */
const nans32 = [0x7fc00000n, 0x7fc12345n, 0x7fffffffn, 0x7f800001n, 0x7fa00000n];
const nans64 = [
  0x7ff8000000000000n,
  0x7ff8000012345678n,
  0x7fffffffffffffffn,
  0x7ff0000000000001n,
  0x7ff4000000000000n,
];

function floatEdges(bits: 32 | 64): Bytes[] {
  const view = new DataView(new ArrayBuffer(8));
  const sign = 1n << BigInt(bits - 1);
  const patterns = floatMagnitudes.map((magnitude) => {
    if (bits === 32) view.setFloat32(0, magnitude);
    else view.setFloat64(0, magnitude);
    return bits === 32 ? BigInt(view.getUint32(0)) : view.getBigUint64(0);
  });
  const unique = new Set([...patterns, ...(bits === 32 ? nans32 : nans64)].flatMap((p) => [p, p | sign]));
  return [...unique].map((p) => bytesOf(bits / 8, p));
}

/** Types of lanes, and of scalars by the same names. */
export type LaneType = 'i8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64';

/** Edge values of a lane type. */
export const laneEdges: Readonly<Record<LaneType, readonly Bytes[]>> = {
  i8: integerEdges(8),
  i16: integerEdges(16),
  i32: integerEdges(32),
  i64: integerEdges(64),
  f32: floatEdges(32),
  f64: floatEdges(64),
};

/** A source of random bytes that gives the same ones for the same seed (xorshift32). */
export function randomBytes(seed: number): (length: number) => Bytes {
  let state = seed | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
  return (length) => Uint8Array.from({ length }, () => next() >>> 11);
}

/**
 * Vectors whose lanes run through the edge values, beginning at the value number `shift`: a row of vectors beside
 * the row with each other shift brings every value together with every other one.
 */
export function edgeVectors(lane: LaneType, shift: number): Bytes[] {
  const edges = laneEdges[lane];
  const lanes = lane.endsWith('8') ? 16 : 128 / Number(lane.slice(1));
  return Array.from({ length: Math.ceil(edges.length / lanes) }, (_, row) => {
    const vector = new Uint8Array(16);
    for (let k = 0; k < lanes; k++) {
      vector.set(edges[(row * lanes + k + shift) % edges.length] as Bytes, (16 / lanes) * k);
    }
    return vector;
  });
}

const scalarLane = new Map<ValType, LaneType>([
  [I32, 'i32'],
  [I64, 'i64'],
  [F32, 'f32'],
  [F64, 'f64'],
]);

/** Bytes of a value of this type. */
export function sizeOf(type: ValType): number {
  if (type === V128) return 16;
  return type === I32 || type === F32 ? 4 : 8;
}

/** Edge values of a scalar type. */
export function scalarEdges(type: ValType): readonly Bytes[] {
  const lane = scalarLane.get(type);
  if (lane === undefined) throw new Error(`no scalar type: 0x${type.toString(16)}`);
  return laneEdges[lane];
}

/** Operands to try on an instruction without addresses: one list for each execution. */
export function operandTuples(params: readonly ValType[], lanes: readonly LaneType[], seed: number): Bytes[][] {
  const random = randomBytes(seed);
  const tuples = Array.from({ length: 200 }, () => params.map((type) => random(sizeOf(type))));
  if (!params.includes(V128)) return [...product(params.map(scalarEdges)), ...tuples];
  for (const lane of lanes) tuples.push(...vectorTuples(params, lane));
  return tuples;
}

function vectorTuples(params: readonly ValType[], lane: LaneType): Bytes[][] {
  const first = edgeVectors(lane, 0);
  if (params.length === 1) return first.map((a) => [a]);
  const second = params[1] as ValType;
  if (second !== V128) return product([first, [...scalarEdges(second), ...scalarCounts(second)]]);
  return laneEdges[lane].flatMap((_, shift) => {
    const b = edgeVectors(lane, shift);
    // A third operand moves at another speed, so that it meets many pairs of the others.
    const c = edgeVectors(lane, 3 * shift + 1);
    return first.map((a, row) => [a, b[row] as Bytes, c[row] as Bytes].slice(0, params.length));
  });
}

/** All shift counts of 64-bit lanes and some above. */
function scalarCounts(type: ValType): Bytes[] {
  return type === I32 ? Array.from({ length: 70 }, (_, count) => bytesOf(4, BigInt(count))) : [];
}

function product(lists: readonly (readonly Bytes[])[]): Bytes[][] {
  return lists.reduce<Bytes[][]>((tuples, list) => tuples.flatMap((t) => list.map((v) => [...t, v])), [[]]);
}
