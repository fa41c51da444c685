/** What a probe with `access: true` gets of the load or store at its location, in place of operands. */

import { InstructionReader } from '../binary/instruction-reader.ts';
import { type Instruction, instructions } from '../isa/instructions.ts';
import { bitsOfExactF32, exactF32 } from '../isa/signalling.ts';
import { F32, type ValType } from '../isa/valtype.ts';
import type { Module } from '../module/module.ts';
import { readsValue, writesValue } from './accessed-values.ts';
import type { TypedValue } from './frame.ts';
import type { ModuleInstance } from './instance.ts';
import type { MemoryInstance } from './memory.ts';
import { ProbeError } from './probe-error.ts';

/** The values of the topmost operands, the topmost first. */
type ReadOperands = (count: number) => readonly TypedValue[];
/** Is told of an access: its arguments, and no array, since elements of arrays do not keep all bits of a NaN. */
type Tell = (address: number, value: unknown) => void;

/** A load or store at a location, with its immediates. */
export interface Accessed {
  readonly instruction: Instruction;
  /** Index of the memory. */
  readonly memory: number;
  /** Constant offset in bytes. */
  readonly offset: number;
  readonly isLoad: boolean;
  /**
   * Tells effective address and value of the access that is about to happen: what the load will push (of a lane load, the lane; undefined
   * if it will trap), or what the store will write (of a narrow one the low bytes, unsigned).
   */
  readonly read: (operands: ReadOperands, tell: Tell) => void;
}

/** The access of the instruction at a pc of a function's body; a ProbeError if it is no load or store. */
export function accessedAt(instance: ModuleInstance, func: number, pc: number): Accessed {
  const { module } = instance;
  const reader = readerAt(module, func, pc);
  const instruction = pc === 0 ? undefined : instructions[reader.op];
  if (instruction === undefined || !instruction.immediates.includes('memarg')) {
    const what = instruction === undefined ? 'the entry of a function' : instruction.mnemonic;
    throw new ProbeError(
      `${what} at pc ${pc} of function ${func} is no load or store: "access: true" in the "needs" of a probe is for those`,
      { func, pc },
    );
  }
  const { offset, index, lane } = reader;
  const memory = instance.memories[index] as MemoryInstance;
  const isLoad = instruction.access.reads !== undefined;
  const read = isLoad ? loads(instruction, memory, offset) : stores(instruction, offset, lane);
  return { instruction, memory: index, offset, isLoad, read };
}

function readerAt({ bytes, types, bodies, importCounts }: Module, func: number, pc: number): InstructionReader {
  const body = bodies[func - importCounts.function] as Module['bodies'][number];
  const reader = new InstructionReader(bytes, types);
  reader.pos = body.start + pc;
  reader.end = body.end;
  if (pc > 0) reader.read();
  return reader;
}

function addressOf(operand: TypedValue | undefined, offset: number): number {
  return ((operand?.value as number) >>> 0) + offset;
}

/** The value as a JavaScript number carries it: a NaN with its bits, as compiled code passes them. */
function withAllBits({ type, value, bits }: TypedValue): unknown {
  return type === F32 && bits !== undefined ? exactF32(Number(bits)) : value;
}

/**
 * The bits of a NaN, or another float, that a store's probe with `access: true` was given: an f32 is carried by the f64 with the same sign
 * whose payload begins with that of the f32. What a load's probe gets may have other bits than what lies in memory.
 */
export function floatBits(type: ValType, value: number): bigint {
  if (type === F32) return BigInt(bitsOfExactF32(value) >>> 0);
  float[0] = value;
  return BigInt.asUintN(64, bitsOfFloat[0] as bigint);
}

const float = new Float64Array(1);
const bitsOfFloat = new BigInt64Array(float.buffer);

function loads(instruction: Instruction, memory: MemoryInstance, offset: number): Accessed['read'] {
  const reads = readsValue(instruction);
  const width = instruction.access.reads as number;
  const count = instruction.params.length;
  return (operands, tell) => {
    const address = addressOf(operands(count)[count - 1], offset);
    const view = memory.refresh();
    tell(address, address + width > view.byteLength ? undefined : reads(view, address).value);
  };
}

function stores(instruction: Instruction, offset: number, lane: number): Accessed['read'] {
  const writes = writesValue(instruction);
  return (operands, tell) => {
    const [value, address] = operands(2) as [TypedValue, TypedValue];
    tell(addressOf(address, offset), withAllBits(writes(value, lane)));
  };
}
