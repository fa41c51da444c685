/**
 * Modules of one function that executes one instruction, built byte by byte: independent of the engine's own writer.
 *
 * Values go through memory, so that all their bits arrive and can be compared: the function `run(base)` loads
 * operand n from `base + 16 * n`, executes the instruction and stores the result at `base + 16 * resultSlot`.
 */

import type { Instruction } from '../../engine/isa/instructions.ts';
import { F32, F64, I32, I64, V128, type ValType } from '../../engine/isa/valtype.ts';

/** Where the result of `run` goes, in slots of 16 bytes from the base. */
export const resultSlot = 4;

export function unsignedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

export function signedLeb(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest >= -0x40n && rest < 0x40n) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** A vector of the binary format: the number of elements and the elements. */
export function vec(elements: readonly (readonly number[])[]): number[] {
  return [...unsignedLeb(elements.length), ...elements.flat()];
}

export function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsignedLeb(content.length), ...content];
}

/** An exported function with this type and these instructions (without the final `end`). */
export interface FunctionSpec {
  readonly params: readonly ValType[];
  readonly results: readonly ValType[];
  readonly body: readonly number[];
  /** Number of memories (default 1). */
  readonly memories?: number;
}

/** A module with memories of one page, exported as `memory`, `memory1`, ..., and the function, exported as `run`. */
export function oneFunctionModule(spec: FunctionSpec): Uint8Array<ArrayBuffer> {
  const name = (text: string): number[] => vec([...Buffer.from(text)].map((byte) => [byte]));
  const bytes = (types: readonly ValType[]): number[] => vec(types.map((type) => [type]));
  const code = [0, ...spec.body, 0x0b];
  const memories = Array.from({ length: spec.memories ?? 1 }, (_, i) => i);
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vec([[0x60, ...bytes(spec.params), ...bytes(spec.results)]])),
    ...section(3, vec([[0]])),
    ...section(5, vec(memories.map(() => [0, 1]))),
    ...section(
      7,
      vec([...memories.map((i) => [...name(i === 0 ? 'memory' : `memory${i}`), 2, i]), [...name('run'), 0, 0]]),
    ),
    ...section(10, vec([[...unsignedLeb(code.length), ...code]])),
  ]);
}

export function opcodeBytes(instruction: Instruction): number[] {
  const { opcode } = instruction;
  return opcode <= 0xff ? [opcode] : [opcode >> 12, ...unsignedLeb(opcode & 0xfff)];
}

const loads = new Map<ValType, readonly number[]>([
  [I32, [0x28, 2]],
  [I64, [0x29, 3]],
  [F32, [0x2a, 2]],
  [F64, [0x2b, 3]],
  [V128, [0xfd, 0, 4]],
]);
const stores = new Map<ValType, readonly number[]>([
  [I32, [0x36, 2]],
  [I64, [0x37, 3]],
  [F32, [0x38, 2]],
  [F64, [0x39, 3]],
  [V128, [0xfd, 11, 4]],
]);

/**
 * The module whose `run(base)` executes the instruction with these immediates (in their binary encoding). Operands and
 * results are in memory 0.
 */
export function instructionModule(
  instruction: Instruction,
  immediates: readonly number[],
  memories = 1,
): Uint8Array<ArrayBuffer> {
  const access = (kinds: typeof loads, type: ValType, slot: number): number[] => [
    ...(kinds.get(type) as readonly number[]),
    ...unsignedLeb(16 * slot),
  ];
  const getBase = [0x20, 0];
  const { params, results } = instruction;
  const body = [
    ...results.flatMap(() => getBase),
    ...params.flatMap((type, slot) => [...getBase, ...access(loads, type, slot)]),
    ...opcodeBytes(instruction),
    ...immediates,
    ...results.flatMap((type) => access(stores, type, resultSlot)),
  ];
  return oneFunctionModule({ params: [I32], results: [], body, memories });
}

/** The encoding of a memarg without alignment. */
export function memarg(offset: number, memory = 0): number[] {
  return memory === 0 ? [0, ...unsignedLeb(offset)] : [0x40, ...unsignedLeb(memory), ...unsignedLeb(offset)];
}
