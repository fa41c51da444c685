/** What a probe with `access: true` gets of the load or store at its location, in place of operands. */

import { InstructionReader } from '../binary/instruction-reader.ts';
import { type Instruction, instructions } from '../isa/instructions.ts';
import type { Module } from '../module/module.ts';
import { readsValue, writesValue } from './accessed-values.ts';
import type { TypedValue } from './frame.ts';
import type { ModuleInstance } from './instance.ts';
import type { MemoryInstance } from './memory.ts';
import { ProbeError } from './probe-error.ts';

/** The values of the topmost operands, the topmost first. */
type ReadOperands = (count: number) => readonly TypedValue[];
type Access = readonly [address: number, value: unknown];

/** A load or store at a location, with its immediates. */
export interface Accessed {
  readonly instruction: Instruction;
  /** Index of the memory. */
  readonly memory: number;
  /** Constant offset in bytes. */
  readonly offset: number;
  readonly isLoad: boolean;
  /**
   * Effective address and value of the access that is about to happen: what the load will push (of a lane load, the lane; undefined
   * if it will trap), or what the store will write (of a narrow one the low bytes, unsigned).
   */
  readonly read: (operands: ReadOperands) => Access;
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

function loads(instruction: Instruction, memory: MemoryInstance, offset: number): Accessed['read'] {
  const reads = readsValue(instruction);
  const width = instruction.access.reads as number;
  const count = instruction.params.length;
  return (operands) => {
    const address = addressOf(operands(count)[count - 1], offset);
    const view = memory.refresh();
    return [address, address + width > view.byteLength ? undefined : reads(view, address).value];
  };
}

function stores(instruction: Instruction, offset: number, lane: number): Accessed['read'] {
  const writes = writesValue(instruction);
  return (operands) => {
    const [value, address] = operands(2) as [TypedValue, TypedValue];
    return [addressOf(address, offset), writes(value, lane).value];
  };
}
