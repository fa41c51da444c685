/** Addresses, indices and counts among operands. */

import type { Frame } from '../../engine/index.ts';

/** An integer operand as the specification reads addresses, indices and counts: unsigned. Beyond 2^53 it is rounded. */
export function unsigned(value: unknown): number {
  return typeof value === 'bigint' ? Number(BigInt.asUintN(64, value)) : (value as number) >>> 0;
}

/** The operand `fromTop` of a frame, unsigned. */
export function unsignedOperand(frame: Frame, fromTop: number): number {
  return unsigned(frame.operand(fromTop).value);
}
