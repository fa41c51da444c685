/** When two outcomes of an instruction count as the same. */

import type { Instruction } from '../../engine/isa/instructions.ts';
import type { Bytes } from './edge-values.ts';
import type { Outcome } from './native.ts';

/** Instructions whose NaN results have an unspecified sign and payload (spec 4.3.3, NaN propagation). */
const arithmetic =
  /^(f32|f64)(?:x\d)?\.(add|sub|mul|div|sqrt|min|max|ceil|floor|trunc|nearest|demote|promote|relaxed_(madd|nmadd|min|max))/;

/** Bits of the floats in the result whose NaNs are arithmetic, 0 where all bits are specified. */
export function nanBits(instruction: Instruction): 0 | 32 | 64 {
  const match = arithmetic.exec(instruction.name);
  if (match === null) return 0;
  return match[1] === 'f32' ? 32 : 64;
}

const canonical = { 32: 0x7fc00000n, 64: 0x7ff8000000000000n } as const;
const infinity = { 32: 0x7f800000n, 64: 0x7ff0000000000000n } as const;

/** The lane without its sign. */
function magnitude(bytes: Bytes, lane: number, bits: 32 | 64): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const value = bits === 32 ? BigInt(view.getUint32(4 * lane, true)) : view.getBigUint64(8 * lane, true);
  return BigInt.asUintN(bits - 1, value);
}

/** Does a float in these bytes, read with 32 or 64 bits, hold a NaN that is not canonical? */
function hasOddNan(bytes: Bytes): boolean {
  return ([32, 64] as const).some((bits) =>
    Array.from({ length: Math.floor((8 * bytes.length) / bits) }, (_, lane) => magnitude(bytes, lane, bits)).some(
      (value) => value > infinity[bits] && value !== canonical[bits],
    ),
  );
}

/** The rules of a comparison: the floats' bits where NaNs are arithmetic (or 0), and what the operands were. */
export interface Comparison {
  readonly bits: 0 | 32 | 64;
  readonly operands: readonly Bytes[];
}

/**
 * Equal bits; or, in a float of an arithmetic result, any quiet NaN for a NaN. From canonical NaNs alone (and from
 * numbers) comes a canonical one.
 */
function sameResult(expected: Bytes, actual: Bytes, { bits, operands }: Comparison): boolean {
  if (Buffer.compare(expected, actual) === 0) return true;
  if (bits === 0 || expected.length !== actual.length) return false;
  const mayBeOdd = operands.some(hasOddNan);
  const size = bits / 8;
  for (let lane = 0; lane < expected.length / size; lane++) {
    const [from, to] = [lane * size, (lane + 1) * size];
    if (Buffer.compare(expected.subarray(from, to), actual.subarray(from, to)) === 0) continue;
    const got = magnitude(actual, lane, bits);
    if (magnitude(expected, lane, bits) <= infinity[bits]) return false;
    if (mayBeOdd ? (got & canonical[bits]) !== canonical[bits] : got !== canonical[bits]) return false;
  }
  return true;
}

export function sameOutcome(expected: Outcome, actual: Outcome, comparison: Comparison): boolean {
  if ('trap' in expected || 'trap' in actual) {
    return 'trap' in expected && 'trap' in actual && expected.trap === actual.trap;
  }
  return sameResult(expected.result, actual.result, comparison);
}

const hex = (bytes: Bytes): string => Buffer.from(bytes).reverse().toString('hex') || '(none)';

/** One line that tells a difference: operands and outcomes as numbers in hexadecimal. */
export function describeDifference(operands: readonly Bytes[], expected: Outcome, actual: Outcome): string {
  const text = (o: Outcome): string => ('trap' in o ? `trap "${o.trap}"` : hex(o.result));
  return `(${operands.map(hex).join(', ')}): expected ${text(expected)}, got ${text(actual)}`;
}
