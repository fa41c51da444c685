/**
 * Reading of the primitive parts of the binary format (spec 5.2): bytes, LEB128 integers, names.
 *
 * Error messages begin with the words of the official test suite. Offsets are in bytes from the start of the module
 * and name the byte that is wrong; for what is cut off, the first byte that is missing.
 */

import { MalformedError } from '../isa/errors.ts';

export const UNEXPECTED_END = 'unexpected end of section or function';
export const TOO_LONG = 'integer representation too long';
const TOO_LARGE = 'integer too large';

/** Below this many bytes, an ASCII name is put together faster by hand than by `TextDecoder`. */
const SHORT_NAME = 48;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads forward over a range of a module's bytes; `end` may be moved to narrow or widen the range. */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** Offset in the module of the next byte. */
  pos: number;
  /** Offset behind the last byte that may be read. */
  end: number;
  /** The two halves of the 64-bit integer last read by `readWide`, each as an int32. */
  low = 0;
  high = 0;

  constructor(bytes: Uint8Array, pos = 0, end = bytes.length) {
    this.bytes = bytes;
    this.pos = pos;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return this.pos >= this.end;
  }

  /** Throws a `MalformedError` for the byte at `offset` (default: the next one). */
  malformed(detail: string, offset: number = this.pos): never {
    throw new MalformedError(detail, offset);
  }

  u8(): number {
    if (this.pos >= this.end) this.malformed(UNEXPECTED_END);
    return this.bytes[this.pos++] as number;
  }

  /** The next byte, left in place. */
  peek(): number {
    if (this.pos >= this.end) this.malformed(UNEXPECTED_END);
    return this.bytes[this.pos] as number;
  }

  /** Unsigned 32-bit LEB128. */
  u32(): number {
    if (this.pos < this.end) {
      const byte = this.bytes[this.pos] as number;
      if (byte < 0x80) {
        this.pos += 1;
        return byte;
      }
    }
    return this.longU32();
  }

  private longU32(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    const last = this.u8();
    if ((last & 0x7f) > 0x0f) this.malformed(TOO_LARGE, this.pos - 1);
    if (last >= 0x80) this.malformed(TOO_LONG);
    return (value | (last << 28)) >>> 0;
  }

  /** Signed 32-bit LEB128, as an int32. */
  s32(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value << (25 - shift)) >> (25 - shift);
    }
    const last = this.u8();
    const unused = last & 0x78;
    if (unused !== 0 && unused !== 0x78) this.malformed(TOO_LARGE, this.pos - 1);
    if (last >= 0x80) this.malformed(TOO_LONG);
    return value | (last << 28);
  }

  /** Signed 33-bit LEB128: a block type or heap type, where the non-negative half is a type index. */
  s33(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value << (25 - shift)) >> (25 - shift);
    }
    const last = this.u8();
    const unused = last & 0x70;
    if (unused !== 0 && unused !== 0x70) this.malformed(TOO_LARGE, this.pos - 1);
    if (last >= 0x80) this.malformed(TOO_LONG);
    // Five bytes hold 35 bits: the highest bit of the 33 is bit 4 of the last byte.
    const unsigned = (value | (last << 28)) >>> 0;
    return (last & 0x10) === 0 ? unsigned : unsigned - 0x1_0000_0000;
  }

  /** Unsigned 64-bit LEB128. */
  u64(): bigint {
    this.readWide(false);
    return (BigInt(this.high >>> 0) << 32n) | BigInt(this.low >>> 0);
  }

  /** Unsigned 64-bit LEB128 as a number: exact up to 2^53, rounded above. */
  u64Number(): number {
    if (this.pos < this.end) {
      const byte = this.bytes[this.pos] as number;
      if (byte < 0x80) {
        this.pos += 1;
        return byte;
      }
    }
    this.readWide(false);
    return (this.high >>> 0) * 0x1_0000_0000 + (this.low >>> 0);
  }

  /** Signed 64-bit LEB128. */
  s64(): bigint {
    this.readWide(true);
    return (BigInt(this.high) << 32n) | BigInt(this.low >>> 0);
  }

  /** Reads a 64-bit LEB128 into `low` and `high`. */
  readWide(isSigned: boolean): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = this.u8();
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        if (isSigned && (byte & 0x40) !== 0) {
          const used = shift + 7;
          if (used < 32) {
            low |= -1 << used;
            high = -1;
          } else high |= -1 << (used - 32);
        }
        this.low = low;
        this.high = high;
        return;
      }
    }
    const last = this.u8();
    const bits = last & 0x7f;
    if (bits > 1 && !(isSigned && bits === 0x7f)) this.malformed(TOO_LARGE, this.pos - 1);
    if (isSigned && bits === 1) this.malformed(TOO_LARGE, this.pos - 1);
    if (last >= 0x80) this.malformed(TOO_LONG);
    this.low = low;
    this.high = high | (bits << 31);
  }

  /** Four bytes, little endian, as an int32: the bits of an f32 or half of an f64. */
  fixed32(): number {
    const at = this.skip(4);
    const b = this.bytes;
    return (
      (b[at] as number) | ((b[at + 1] as number) << 8) | ((b[at + 2] as number) << 16) | ((b[at + 3] as number) << 24)
    );
  }

  /** Moves over `length` bytes and returns the offset of the first. */
  skip(length: number): number {
    const at = this.pos;
    if (length > this.end - at) this.malformed(UNEXPECTED_END, this.end);
    this.pos = at + length;
    return at;
  }

  /** A length in bytes that must fit into what is left (spec: the length of a name or of a section). */
  length(): number {
    const at = this.pos;
    const length = this.u32();
    if (length > this.end - this.pos) this.malformed(`length out of bounds: ${length} bytes`, at);
    return length;
  }

  /** A name (spec 5.2.4): a length in bytes and that many bytes of UTF-8. */
  name(): string {
    const length = this.length();
    const start = this.pos;
    this.pos = start + length;
    return decodeUtf8(this.bytes, start, start + length);
  }
}

/** The string whose UTF-8 encoding lies at `start..end`; surrogates and overlong forms are refused. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT_NAME) {
    let text = '';
    let i = start;
    for (; i < end; i++) {
      const byte = bytes[i] as number;
      if (byte >= 0x80) break;
      text += String.fromCharCode(byte);
    }
    if (i === end) return text;
  }
  try {
    return utf8.decode(bytes.subarray(start, end));
  } catch {
    throw new MalformedError('malformed UTF-8 encoding', start);
  }
}
