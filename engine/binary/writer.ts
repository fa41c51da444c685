/** Writing of the binary format: the primitive parts (spec 5.2), types, and the frame of sections. */

import {
  definedNumber,
  type HeapType,
  heapOf,
  isDefined,
  isNullable,
  isRef,
  refType,
  type ValType,
} from '../isa/valtype.ts';
import type { FunctionBody, Module } from '../module/module.ts';

export type Bytes = ArrayLike<number>;

const utf8 = new TextEncoder();

/** Collects bytes; every method returns the writer, so that calls can be chained. */
export class ByteWriter {
  private buffer = new Uint8Array(64);
  /** Number of bytes written. */
  length = 0;

  private reserve(count: number): void {
    if (this.length + count <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(this.length + count, 2 * this.buffer.length));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
  }

  u8(byte: number): this {
    this.reserve(1);
    this.buffer[this.length++] = byte;
    return this;
  }

  bytes(bytes: Bytes): this {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  /** Unsigned LEB128 in the shortest form. */
  u32(value: number): this {
    let rest = value >>> 0;
    for (; rest > 0x7f; rest >>>= 7) this.u8((rest & 0x7f) | 0x80);
    return this.u8(rest);
  }

  u64(value: number | bigint): this {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 0x7fn; rest >>= 7n) this.u8(Number(rest & 0x7fn) | 0x80);
    return this.u8(Number(rest));
  }

  /** Signed LEB128 in the shortest form; for s33 as well. */
  s32(value: number): this {
    return this.s64(BigInt(value));
  }

  s64(value: bigint): this {
    let rest = BigInt.asIntN(64, value);
    for (; rest < -0x40n || rest > 0x3fn; rest >>= 7n) this.u8(Number(rest & 0x7fn) | 0x80);
    return this.u8(Number(rest & 0x7fn));
  }

  /** Four bytes, little endian: the bits of an f32. */
  fixed32(bits: number): this {
    return this.u8(bits & 0xff)
      .u8((bits >>> 8) & 0xff)
      .u8((bits >>> 16) & 0xff)
      .u8(bits >>> 24);
  }

  /** Eight bytes, little endian: the bits of an f64. */
  fixed64(bits: bigint): this {
    return this.fixed32(Number(BigInt.asIntN(32, bits))).fixed32(Number(BigInt.asIntN(32, bits >> 32n)));
  }

  name(name: string): this {
    return this.sized(utf8.encode(name));
  }

  /** A length and that many bytes. */
  sized(bytes: Bytes): this {
    return this.u32(bytes.length).bytes(bytes);
  }

  /** A count and the items; each is bytes already encoded. */
  vector(items: readonly Bytes[]): this {
    this.u32(items.length);
    for (const item of items) this.bytes(item);
    return this;
  }

  /** A heap type; the number of a defined type must be a type index of the module that is written. */
  heapType(heap: HeapType): this {
    return isDefined(heap) ? this.s32(definedNumber(heap)) : this.u8(heap);
  }

  /** A value type, packed type or reference type, in its shortest form. Defined types as in `heapType`. */
  valType(type: ValType): this {
    if (!isRef(type)) return this.u8(type);
    const heap = heapOf(type);
    if (!isDefined(heap) && type === refType(heap, true)) return this.u8(heap);
    return this.u8(isNullable(type) ? 0x63 : 0x64).heapType(heap);
  }

  valTypes(types: readonly ValType[]): this {
    this.u32(types.length);
    for (const type of types) this.valType(type);
    return this;
  }

  /** A copy of what has been written. */
  toBytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}

/** A section: its id and what stands behind id and size. */
export interface RawSection {
  readonly id: number;
  readonly content: Bytes;
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const CODE = 10;

/** A module of sections as they are: nothing is checked or put in order. */
export function encodeSections(sections: readonly RawSection[]): Uint8Array {
  const writer = new ByteWriter().bytes(HEADER);
  for (const { id, content } of sections) writer.u8(id).sized(content);
  return writer.toBytes();
}

/** The content of a custom section. */
export function encodeCustom(name: string, content: Bytes): RawSection {
  return { id: 0, content: new ByteWriter().name(name).bytes(content).toBytes() };
}

/**
 * The module with the bodies that `rewrite` returns (local declarations and code, without the size) in place of its
 * own; undefined leaves a body as it is. All other sections are copied.
 */
export function rewriteBodies(
  module: Module,
  rewrite: (body: FunctionBody, bytes: Uint8Array) => Bytes | undefined,
): Uint8Array {
  const sections = module.sections.map(({ id, start, end }): RawSection => {
    if (id !== CODE) return { id, content: module.bytes.subarray(start, end) };
    const writer = new ByteWriter().u32(module.bodies.length);
    for (const body of module.bodies) {
      const bytes = module.bytes.subarray(body.start, body.end);
      writer.sized(rewrite(body, bytes) ?? bytes);
    }
    return { id, content: writer.toBytes() };
  });
  return encodeSections(sections);
}
