/**
 * Reading memory from probes. Addresses are those of the program: an i32 operand as it is (signed; taken as
 * unsigned), an unsigned number, or the bigint of a 64-bit memory. Reading beyond the end is a ProbeError, never a wrong value.
 */

import { type MemoryInstance, type ModuleInstance, ProbeError } from '../../engine/index.ts';
import { hexByte } from './value-text.ts';

export type Address = number | bigint;

/** Typed arrays that `array` can make. */
export interface NumericArrays {
  i8: Int8Array;
  u8: Uint8Array;
  i16: Int16Array;
  u16: Uint16Array;
  i32: Int32Array;
  u32: Uint32Array;
  i64: BigInt64Array;
  u64: BigUint64Array;
  f32: Float32Array;
  f64: Float64Array;
}

const constructors: {
  readonly [K in keyof NumericArrays]: {
    new (buffer: ArrayBuffer): NumericArrays[K];
    readonly BYTES_PER_ELEMENT: number;
  };
} = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
};

const BYTES_IN_A_LINE = 16;

/** A memory of an instance; always the current one, also after it grew. */
export class MemoryView {
  private readonly memory: MemoryInstance;
  private readonly index: number;

  /** `index`: which of the memories of the instance. */
  constructor(instance: ModuleInstance, index = 0) {
    const memory = instance.memories[index];
    if (memory === undefined) {
      const { length } = instance.memories;
      throw new ProbeError(`there is no memory ${index}: the instance has ${length === 0 ? 'none' : length}`);
    }
    this.memory = memory;
    this.index = index;
  }

  /** Size in bytes. */
  get size(): number {
    return this.memory.refresh().byteLength;
  }

  /** The bytes as they are in memory, not a copy: valid until the memory grows. */
  get data(): DataView {
    return this.memory.refresh();
  }

  u8(address: Address): number {
    return this.data.getUint8(this.at(address, 1));
  }

  i8(address: Address): number {
    return this.data.getInt8(this.at(address, 1));
  }

  u16(address: Address): number {
    return this.data.getUint16(this.at(address, 2), true);
  }

  i16(address: Address): number {
    return this.data.getInt16(this.at(address, 2), true);
  }

  u32(address: Address): number {
    return this.data.getUint32(this.at(address, 4), true);
  }

  i32(address: Address): number {
    return this.data.getInt32(this.at(address, 4), true);
  }

  u64(address: Address): bigint {
    return this.data.getBigUint64(this.at(address, 8), true);
  }

  i64(address: Address): bigint {
    return this.data.getBigInt64(this.at(address, 8), true);
  }

  f32(address: Address): number {
    return this.data.getFloat32(this.at(address, 4), true);
  }

  f64(address: Address): number {
    return this.data.getFloat64(this.at(address, 8), true);
  }

  /** A copy of `length` bytes. */
  bytes(address: Address, length: number): Uint8Array {
    const start = this.at(address, length);
    return new Uint8Array(this.data.buffer.slice(start, start + length) as ArrayBuffer);
  }

  /** A copy of `count` numbers; `address` need not be aligned. The host must be little-endian, as all hosts of note are. */
  array<K extends keyof NumericArrays>(kind: K, address: Address, count: number): NumericArrays[K] {
    const make = constructors[kind];
    return new make(this.bytes(address, count * make.BYTES_PER_ELEMENT).buffer as ArrayBuffer);
  }

  /** Text of `length` bytes in UTF-8; what is not UTF-8 becomes U+FFFD. */
  utf8(address: Address, length: number): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.bytes(address, length));
  }

  /** Text in UTF-8 up to the first zero byte; one that is longer than `limit` bytes ends with `...` there. */
  cString(address: Address, limit = 4096): string {
    const start = this.at(address, 1);
    const { size } = this;
    const { data } = this;
    let end = start;
    while (end < size && end - start < limit && data.getUint8(end) !== 0) end++;
    if (end === size)
      throw new ProbeError(`the text at ${start} of memory ${this.index} has no end: no zero byte follows`);
    const text = this.utf8(start, end - start);
    return data.getUint8(end) === 0 ? text : `${text}...`;
  }

  /** Bytes as a hex dump: address, 16 bytes in hexadecimal, and as ASCII; a line for each 16 bytes. */
  hex(address: Address, length: number): string {
    const start = this.at(address, length);
    const bytes = this.bytes(address, length);
    const lines: string[] = [];
    for (let i = 0; i < length; i += BYTES_IN_A_LINE) {
      lines.push(hexLine(start + i, bytes.subarray(i, i + BYTES_IN_A_LINE)));
    }
    return lines.join('\n');
  }

  /** The offset of `length` bytes at an address, all of which must be in the memory. */
  private at(address: Address, length: number): number {
    const start =
      typeof address === 'bigint' ? Number(BigInt.asUintN(64, address)) : address < 0 ? address >>> 0 : address;
    const { size } = this;
    if (Number.isInteger(start) && length >= 0 && start + length <= size) return start;
    throw new ProbeError(`${length} bytes at ${start} are not in memory ${this.index}, which has ${size} bytes`);
  }
}

function hexLine(address: number, bytes: Uint8Array): string {
  const hex = Array.from(bytes, hexByte)
    .join(' ')
    .padEnd(3 * BYTES_IN_A_LINE - 1);
  const text = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return `${address.toString(16).padStart(8, '0')}  ${hex}  ${text}`;
}
