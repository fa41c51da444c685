/**
 * What a memory access reads or writes, as a value: derived from the table's columns (width, signature and meaning), so
 * that an access that is added to the table is understood, or refused when a probe is attached.
 */

import type { Instruction } from '../isa/instructions.ts';
import { F32, F64, I32, I64, V128, type ValType } from '../isa/valtype.ts';
import type { TypedValue } from './frame.ts';

/** The value that a load at `address`, which is in bounds, is about to push. */
export type ReadsValue = (view: DataView, address: number) => TypedValue;
/** The value that a store is about to write, of its topmost operand. */
export type WritesValue = (operand: TypedValue, lane: number) => TypedValue;

const VECTOR_BYTES = 16;

function integer(type: ValType, value: number | bigint): TypedValue {
  return { type, value, bits: undefined };
}

/** Little-endian bytes as an integer: i32 of up to 4 bytes, else i64; less than a whole one is unsigned. */
function integerAt(view: DataView, address: number, width: number): TypedValue {
  if (width === 1) return integer(I32, view.getUint8(address));
  if (width === 2) return integer(I32, view.getUint16(address, true));
  if (width === 4) return integer(I32, view.getInt32(address, true));
  return integer(I64, view.getBigInt64(address, true));
}

function vector(bytes: Uint8Array): TypedValue {
  return { type: V128, value: bytes, bits: undefined };
}

/** The getters of a DataView that the meanings of loads are made of. */
const getters = {
  getInt8: (view, at) => view.getInt8(at),
  getUint8: (view, at) => view.getUint8(at),
  getInt16: (view, at) => view.getInt16(at, true),
  getUint16: (view, at) => view.getUint16(at, true),
  getInt32: (view, at) => view.getInt32(at, true),
  getUint32: (view, at) => view.getUint32(at, true),
  getBigInt64: (view, at) => view.getBigInt64(at, true),
} satisfies Readonly<Record<string, (view: DataView, at: number) => number | bigint>>;

function unknownMeaning(i: Instruction): Error {
  return new Error(
    `the value that ${i.name} accesses cannot be told from its row: signature ${i.signature}, meaning ${i.meaning}`,
  );
}

/** How to read the value of a load. For a load of one lane it is the lane, for others what the instruction pushes. */
export function readsValue(i: Instruction): ReadsValue {
  const width = i.access.reads as number;
  const type = i.results[0];
  if (i.immediates.includes('lane')) return (view, at) => integerAt(view, at, width);
  if (type === F32)
    return (view, at) => ({ type, value: view.getFloat32(at, true), bits: BigInt(view.getUint32(at, true)) });
  if (type === F64)
    return (view, at) => ({ type, value: view.getFloat64(at, true), bits: view.getBigUint64(at, true) });
  if (type === V128) return readsVector(i, width);
  const [, getter] = /\bm\.(get\w+)\(ea\b/.exec(i.meaning) ?? [];
  if (type === undefined || getter === undefined || !Object.hasOwn(getters, getter)) throw unknownMeaning(i);
  const get: (view: DataView, at: number) => number | bigint = getters[getter as keyof typeof getters];
  return type === I64 ? (view, at) => integer(I64, BigInt(get(view, at))) : (view, at) => integer(I32, get(view, at));
}

/** Vectors: whole, some low bytes and zeros, one lane in all places, or lanes that are made twice as wide. */
function readsVector(i: Instruction, width: number): ReadsValue {
  const [kind, lane = ''] = i.meaning.split(' ');
  switch (kind) {
    case 'load':
    case 'load-zero':
      return (view, at) => vector(repeated(view, at, width, 1));
    case 'load-splat':
      return (view, at) => vector(repeated(view, at, width, VECTOR_BYTES / width));
    case 'load-extend':
      return (view, at) => vector(extended(view, at, Number(lane.slice(1)) / 8, lane.startsWith('i')));
    default:
      throw unknownMeaning(i);
  }
}

function repeated(view: DataView, at: number, width: number, times: number): Uint8Array {
  const bytes = new Uint8Array(VECTOR_BYTES);
  const source = new Uint8Array(view.buffer, view.byteOffset + at, width);
  for (let n = 0; n < times; n++) bytes.set(source, n * width);
  return bytes;
}

/** Each lane of `width` bytes fills the low half of a lane, and its sign, or zeros, the other half. */
function extended(view: DataView, at: number, width: number, isSigned: boolean): Uint8Array {
  const bytes = new Uint8Array(VECTOR_BYTES);
  for (let from = 0, to = 0; to < VECTOR_BYTES; from += width, to += 2 * width) {
    for (let n = 0; n < width; n++) bytes[to + n] = view.getUint8(at + from + n);
    const isNegative = view.getInt8(at + from + width - 1) < 0;
    if (isSigned && isNegative) bytes.fill(0xff, to + width, to + 2 * width);
  }
  return bytes;
}

const sizes: ReadonlyMap<ValType, number> = new Map([
  [I32, 4],
  [I64, 8],
  [F32, 4],
  [F64, 8],
  [V128, VECTOR_BYTES],
]);

/** How to read the value of a store: the operand, or of it the lane or the low bytes that are written, unsigned. */
export function writesValue(i: Instruction): WritesValue {
  const width = i.access.writes as number;
  const type = i.params[1];
  if (i.immediates.includes('lane')) {
    return (operand, lane) => {
      const bytes = operand.value as Uint8Array;
      return integerAt(new DataView(bytes.buffer, bytes.byteOffset), lane * width, width);
    };
  }
  if (type === undefined) throw unknownMeaning(i);
  if (width === sizes.get(type)) return (operand) => operand;
  if (type === I64) return (operand) => integer(I64, BigInt.asUintN(8 * width, operand.value as bigint));
  if (type !== I32) throw unknownMeaning(i);
  const mask = 2 ** (8 * width) - 1;
  return (operand) => integer(I32, (operand.value as number) & mask);
}
