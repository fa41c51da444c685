/** Writing of single instructions, the counterpart of `InstructionReader`. */

import { type ImmediateKind, type InstrName, instruction } from '../isa/instructions.ts';
import type { HeapType, ValType } from '../isa/valtype.ts';
import type { CatchClause } from './instruction-reader.ts';
import type { Bytes, ByteWriter } from './writer.ts';

export type BlockType = 'empty' | { readonly type: ValType } | { readonly index: number };

export interface Memarg {
  /** Exponent of 2. */
  readonly align: number;
  readonly offset: number | bigint;
  /** Default 0, which is not written. */
  readonly memory?: number;
}

/** What stands for each kind of immediate. Indices, counts, flags and lanes are numbers; floats are given as bits. */
export interface ImmediateValues {
  block: BlockType;
  label: number;
  labels: readonly number[];
  func: number;
  type: number;
  table: number;
  memory: number;
  local: number;
  global: number;
  tag: number;
  data: number;
  elem: number;
  field: number;
  count: number;
  heap: HeapType;
  castflags: number;
  catches: readonly CatchClause[];
  types: readonly ValType[];
  memarg: Memarg;
  lane: number;
  lanes: Bytes;
  i32: number;
  i64: bigint;
  f32: number;
  f64: bigint;
  v128: Bytes;
}

export type Immediate = ImmediateValues[ImmediateKind];

const HAS_MEMORY = 0x40;

const writers: { readonly [K in ImmediateKind]: (writer: ByteWriter, value: ImmediateValues[K]) => unknown } = {
  block: writeBlockType,
  label: writeIndex,
  labels: (writer, labels) => {
    writer.u32(labels.length - 1);
    for (const label of labels) writer.u32(label);
  },
  func: writeIndex,
  type: writeIndex,
  table: writeIndex,
  memory: writeIndex,
  local: writeIndex,
  global: writeIndex,
  tag: writeIndex,
  data: writeIndex,
  elem: writeIndex,
  field: writeIndex,
  count: writeIndex,
  heap: (writer, heap) => writer.heapType(heap),
  castflags: (writer, flags) => writer.u8(flags),
  catches: writeCatches,
  types: (writer, types) => writer.valTypes(types),
  memarg: writeMemarg,
  lane: (writer, lane) => writer.u8(lane),
  lanes: (writer, lanes) => writer.bytes(lanes),
  i32: (writer, value) => writer.s32(value),
  i64: (writer, value) => writer.s64(value),
  f32: (writer, bits) => writer.fixed32(bits),
  f64: (writer, bits) => writer.fixed64(bits),
  v128: (writer, bytes) => writer.bytes(bytes),
};

function writeIndex(writer: ByteWriter, index: number): void {
  writer.u32(index);
}

function writeBlockType(writer: ByteWriter, block: BlockType): void {
  if (block === 'empty') writer.u8(0x40);
  else if ('type' in block) writer.valType(block.type);
  else writer.s32(block.index);
}

function writeMemarg(writer: ByteWriter, { align, offset, memory = 0 }: Memarg): void {
  if (memory === 0) writer.u32(align);
  else writer.u32(align | HAS_MEMORY).u32(memory);
  writer.u64(offset);
}

function writeCatches(writer: ByteWriter, catches: readonly CatchClause[]): void {
  writer.u32(catches.length);
  for (const { kind, tag, label } of catches) {
    writer.u8(kind);
    if (kind < 2) writer.u32(tag);
    writer.u32(label);
  }
}

/**
 * Writes an instruction: the unique name of its row, and its immediates in the order of the instruction table, which
 * is that of their encoding. A wrong number of immediates is an error of the caller.
 */
export function writeInstruction(writer: ByteWriter, name: InstrName, ...immediates: readonly Immediate[]): void {
  const { opcode, immediates: kinds } = instruction(name);
  if (kinds.length !== immediates.length) {
    throw new TypeError(`${name} has ${kinds.length} immediates, ${immediates.length} were given`);
  }
  if (opcode > 0xff) writer.u8(opcode >> 12).u32(opcode & 0xfff);
  else writer.u8(opcode);
  for (const [i, kind] of kinds.entries()) {
    // The kind tells the type of the value, which TypeScript cannot follow through the table.
    const write = writers[kind] as (writer: ByteWriter, value: Immediate) => unknown;
    write(writer, immediates[i] as Immediate);
  }
}
