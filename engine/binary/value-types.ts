/** Reading of value types, reference types and heap types (spec 5.3). */

import { DEFINED, HEAP, type HeapType, I8, I16, I32, refType, V128, type ValType } from '../isa/valtype.ts';
import type { ByteReader } from './reader.ts';

/**
 * Turns the type index read at `offset` into the number that types contain: the canonical number, or the index
 * itself while the type section is being read. Throws an `InvalidError` when there is no such type.
 */
export type ResolveType = (index: number, offset: number) => number;

const LOWEST_HEAP = HEAP.exn;
const HIGHEST_HEAP = HEAP.noexn;
/** `(ref null heap)` and `(ref heap)`: a heap type follows. */
const REF_NULL = 0x63;
const REF = 0x64;

function isAbstractHeap(byte: number): boolean {
  return byte >= LOWEST_HEAP && byte <= HIGHEST_HEAP;
}

function isNumberOrVector(byte: number): boolean {
  return byte >= V128 && byte <= I32;
}

/** A heap type: a signed 33-bit integer, where one byte of the negative half is an abstract heap type. */
export function readHeapType(reader: ByteReader, resolve: ResolveType): HeapType {
  const at = reader.pos;
  const code = reader.s33();
  if (code >= 0) return DEFINED | resolve(code, at);
  if (reader.pos === at + 1 && isAbstractHeap(code & 0x7f)) return code & 0x7f;
  return reader.malformed('malformed heap type', at);
}

/** The reference type with this first byte, which has been read; undefined if it does not begin one. */
function refTypeFrom(byte: number, reader: ByteReader, resolve: ResolveType): ValType | undefined {
  if (byte === REF_NULL) return refType(readHeapType(reader, resolve), true);
  if (byte === REF) return refType(readHeapType(reader, resolve), false);
  return isAbstractHeap(byte) ? refType(byte, true) : undefined;
}

export function readRefType(reader: ByteReader, resolve: ResolveType): ValType {
  const at = reader.pos;
  return refTypeFrom(reader.u8(), reader, resolve) ?? reader.malformed('malformed reference type', at);
}

export function readValType(reader: ByteReader, resolve: ResolveType): ValType {
  const at = reader.pos;
  const byte = reader.u8();
  if (isNumberOrVector(byte)) return byte;
  return refTypeFrom(byte, reader, resolve) ?? reader.malformed('malformed value type', at);
}

/** The type of a struct field or array element: a value type or a packed one. */
export function readStorageType(reader: ByteReader, resolve: ResolveType): ValType {
  const byte = reader.peek();
  if (byte === I8 || byte === I16) return reader.u8();
  if (!isNumberOrVector(byte) && !isAbstractHeap(byte) && byte !== REF && byte !== REF_NULL) {
    reader.malformed('malformed storage type');
  }
  return readValType(reader, resolve);
}

/** Does this byte begin a value type, where a type index could stand as well (block types)? */
export function beginsValType(byte: number): boolean {
  return isNumberOrVector(byte) || isAbstractHeap(byte) || byte === REF || byte === REF_NULL;
}
