/** Addresses at which memory instructions go wrong, with a memory whose bytes all differ from their neighbours. */

import type { Instruction } from '../../engine/isa/instructions.ts';
import { resultSlot } from './build.ts';
import type { Bytes } from './edge-values.ts';
import { operandBase } from './native.ts';

const pageBytes = 65536;

export interface MemoryCase {
  /** The address operand as an i32. */
  readonly address: Bytes;
  /** The memory before the instruction; not to be changed. */
  readonly memory: Bytes;
}

function pattern(seed: number): Bytes {
  return Uint8Array.from({ length: pageBytes }, (_, i) => (i * 151 + (i >> 8) * 31 + seed) ^ (i >> 3));
}

const patterns = [pattern(0), pattern(0x80), new Uint8Array(pageBytes).fill(0xff)];

/** Effective addresses inside, unaligned, at both ends and outside, for an access of the instruction's width. */
export function memoryCases(instruction: Instruction, offset: number): MemoryCase[] {
  const { reads, writes } = instruction.access;
  const width = reads ?? writes ?? 0;
  const last = pageBytes - width;
  const effective = [0, 1, 2, 3, 7, 13, 4096, 4097, 4100, 4111, last - 1, last, last + 1, last + 2, pageBytes - 1];
  const addresses = [...effective.map((ea) => ea - offset), 0x7fffffff, 0x80000000, 0xffffffff, 0];
  const operands = new Set(addresses.map((address) => address >>> 0));
  return [...operands].flatMap((address) => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, address, true);
    return patterns.map((memory) => ({ address: bytes, memory }));
  });
}

/** Equal but for the place where the oracle keeps operands and result. */
export function sameMemory(a: Bytes, b: Bytes): boolean {
  const end = operandBase + 16 * (resultSlot + 1);
  return (
    Buffer.compare(a.subarray(0, operandBase), b.subarray(0, operandBase)) === 0 &&
    Buffer.compare(a.subarray(end), b.subarray(end)) === 0
  );
}
