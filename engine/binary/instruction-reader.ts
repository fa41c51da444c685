/**
 * Reading of instructions (spec 5.4): one after another, the immediates into fields of the reader.
 *
 * This is the inner loop of validation and of everything else that walks code, so nothing is allocated for the
 * common instructions, and what to read is a literal number per row of the instruction table (`shapeOf`).
 */

import { InvalidError, UnsupportedError } from '../isa/errors.ts';
import { instructions, opByByte, opByPrefix } from '../isa/instructions.ts';
import type { HeapType, ValType } from '../isa/valtype.ts';
import { checkLimit, LIMITS } from './limits.ts';
import { ByteReader, UNEXPECTED_END } from './reader.ts';
import { beginsValType, type ResolveType, readHeapType, readValType } from './value-types.ts';

/** A clause of `try_table`; kinds: 0 catch, 1 catch_ref, 2 catch_all, 3 catch_all_ref. `tag` is 0 for the last two. */
export interface CatchClause {
  readonly kind: 0 | 1 | 2 | 3;
  readonly tag: number;
  readonly label: number;
}

/** How to read the immediates that the instruction table names; the numbers are the cases of `readImmediates`. */
const shapes: Readonly<Record<string, number>> = {
  '': 0,
  label: 1,
  func: 1,
  table: 1,
  memory: 1,
  local: 1,
  global: 1,
  tag: 1,
  data: 1,
  elem: 1,
  type: 1,
  'type table': 2,
  'data memory': 2,
  'elem table': 2,
  'memory memory': 2,
  'table table': 2,
  'type field': 2,
  'type count': 2,
  'type data': 2,
  'type elem': 2,
  'type type': 2,
  memarg: 3,
  i32: 4,
  block: 5,
  i64: 6,
  f32: 7,
  f64: 8,
  labels: 9,
  types: 10,
  heap: 11,
  'castflags label heap heap': 12,
  'block catches': 13,
  v128: 14,
  lanes: 14,
  lane: 15,
  'memarg lane': 16,
};

const shapeOf = Uint8Array.from(instructions, (i) => {
  const shape = shapes[i.immediates.join(' ')];
  if (shape === undefined) throw new Error(`no rule to read the immediates of ${i.name}`);
  return shape;
});

/** By how much an instruction changes the number of open blocks; `delegate` closes its `try` like an `end`. */
export const nesting: Int8Array = Int8Array.from(instructions, (i) =>
  i.effects.has('label') ? 1 : i.name === 'end' || i.name === 'delegate' ? -1 : 0,
);

const FIRST_PREFIX = 0xfb;
const THREADS_PREFIX = 0xfe;
const ATOMIC_WAIT64 = 0x02;
const ATOMIC_FENCE = 0x03;
const FIRST_ATOMIC_ACCESS = 0x10;
const LAST_ATOMIC_ACCESS = 0x4e;
const EMPTY_BLOCK = 0x40;
/** In the first number of a memarg: a memory index follows (spec 5.4.6). */
const HAS_MEMORY = 0x40;
const NO_VECTOR = new Uint8Array(16);

/** Reads one instruction after another; the fields hold the immediates of the last one read, other fields are stale. */
export class InstructionReader extends ByteReader {
  /** Dense number of the instruction. */
  op = 0;
  /** Offset in the module of its opcode (of its prefix byte). */
  at = 0;
  /** The first immediate that is an index or a count, and the second. */
  index = 0;
  index2 = 0;
  /** Block type: 0 empty, 1 one value type (in `type`), 2 a type index (in `index`). */
  blockKind: 0 | 1 | 2 = 0;
  type: ValType = 0;
  /** Heap type of ref.null, ref.test and ref.cast; the first of br_on_cast. */
  heap: HeapType = 0;
  /** The second heap type of br_on_cast. */
  heap2: HeapType = 0;
  /** Cast flags of br_on_cast: bit 0, the first type is nullable; bit 1, the second. */
  flags = 0;
  /** Alignment of a memory access, as the exponent of 2. The memory is in `index`. */
  align = 0;
  /** Constant offset of a memory access, in bytes; exact up to 2^53, `offsetBig` always. */
  offset = 0;
  lane = 0;
  /** Bits of a constant: i32 and f32 in `lo`; i64 and f64 in both halves, each an int32. */
  lo = 0;
  hi = 0;
  /** The 16 bytes of v128.const or lane numbers of i8x16.shuffle: a view of the module. */
  vector: Uint8Array = NO_VECTOR;
  /** All labels of br_table, the default last. */
  labels: number[] = [];
  /** The types of `select t`. */
  types: ValType[] = [];
  catches: CatchClause[] = [];

  private readonly resolve: ResolveType;

  /** `typeNumbers` is `Module.types`: the canonical number of each type index. */
  constructor(bytes: Uint8Array, typeNumbers: Int32Array) {
    super(bytes);
    this.resolve = (index, offset) => {
      if (index >= typeNumbers.length) throw new InvalidError(`unknown type ${index}`, offset);
      return typeNumbers[index] as number;
    };
  }

  /** Offset of a memory access as a u64. */
  get offsetBig(): bigint {
    return (BigInt(this.high >>> 0) << 32n) | BigInt(this.low >>> 0);
  }

  /** Reads one instruction. */
  read(): void {
    const at = this.pos;
    this.at = at;
    if (at >= this.end) this.failAtEnd();
    const byte = this.bytes[at] as number;
    this.pos = at + 1;
    const op = opByByte[byte] as number;
    this.op = op >= 0 ? op : this.prefixed(byte);
    const shape = shapeOf[this.op] as number;
    if (shape === 0) return;
    if (shape === 1) this.index = this.u32();
    else this.readImmediates(shape);
  }

  /** A value type, as in the local declarations at the start of a body. */
  valType(): ValType {
    return readValType(this, this.resolve);
  }

  /**
   * Reads the rest of a body or expression that must end at `end`, `depth` open blocks away (the body itself counts).
   * Throws where it is malformed; instructions that are only unsupported are passed over.
   */
  skipToEnd(end: number, depth: number): void {
    for (let open = depth; open > 0; ) {
      try {
        this.read();
      } catch (error) {
        if (error instanceof UnsupportedError) continue;
        throw error;
      }
      open += nesting[this.op];
    }
    if (this.pos !== end) this.malformed('END opcode expected');
  }

  private prefixed(byte: number): number {
    if (byte === THREADS_PREFIX) this.readAtomic();
    if (byte < FIRST_PREFIX || byte > THREADS_PREFIX) this.malformed(`illegal opcode ${hex(byte)}`, this.at);
    const number = this.u32();
    const op = opByPrefix(byte, number);
    if (op < 0) this.malformed(`illegal opcode ${hex(byte)} ${hex(number)}`, this.at);
    return op;
  }

  /** Reads an instruction of the threads proposal, so that the next one can be read, and refuses it. */
  private readAtomic(): never {
    const number = this.u32();
    if (number === ATOMIC_FENCE) this.u8();
    else if (number <= ATOMIC_WAIT64 || (number >= FIRST_ATOMIC_ACCESS && number <= LAST_ATOMIC_ACCESS))
      this.readMemarg();
    else this.malformed(`illegal opcode fe ${hex(number)}`, this.at);
    throw new UnsupportedError('threads', this.at, `instruction 0xfe 0x${hex(number)}`);
  }

  /**
   * Code ends without `end`. The official suite wants the message of a decoder that knows no sizes and reads on:
   * at the end of the module, and where the next byte happens to be an `end`, it differs.
   */
  private failAtEnd(): never {
    const next = this.bytes[this.end];
    if (next === undefined) this.malformed(UNEXPECTED_END);
    this.malformed(next === 0x0b ? 'section size mismatch: code ends without end' : 'END opcode expected');
  }

  private readImmediates(shape: number): void {
    switch (shape) {
      case 2:
        this.index = this.u32();
        this.index2 = this.u32();
        return;
      case 3:
        return this.readMemarg();
      case 4:
        this.lo = this.s32();
        return;
      case 5:
        return this.readBlockType();
      case 6:
        this.readWide(true);
        this.lo = this.low;
        this.hi = this.high;
        return;
      case 7:
        this.lo = this.fixed32();
        return;
      case 8:
        this.lo = this.fixed32();
        this.hi = this.fixed32();
        return;
      default:
        return this.readRareImmediates(shape);
    }
  }

  private readRareImmediates(shape: number): void {
    switch (shape) {
      case 9:
        return this.readLabels();
      case 10:
        return this.readTypes();
      case 11:
        this.heap = readHeapType(this, this.resolve);
        return;
      case 12:
        return this.readCast();
      case 13:
        this.readBlockType();
        return this.readCatches();
      case 14: {
        const start = this.skip(16);
        this.vector = this.bytes.subarray(start, start + 16);
        return;
      }
      case 15:
        this.lane = this.u8();
        return;
      default:
        this.readMemarg();
        this.lane = this.u8();
    }
  }

  private readMemarg(): void {
    const at = this.pos;
    const flags = this.u32();
    if (flags >= 2 * HAS_MEMORY) this.malformed('malformed memop flags', at);
    this.align = flags & (HAS_MEMORY - 1);
    this.index = flags >= HAS_MEMORY ? this.u32() : 0;
    if (this.pos < this.end) {
      const byte = this.bytes[this.pos] as number;
      if (byte < 0x80) {
        this.pos += 1;
        this.offset = byte;
        this.low = byte;
        this.high = 0;
        return;
      }
    }
    this.offset = this.u64Number();
  }

  private readBlockType(): void {
    const at = this.pos;
    const byte = this.peek();
    if (byte === EMPTY_BLOCK) {
      this.pos = at + 1;
      this.blockKind = 0;
    } else if (beginsValType(byte)) {
      this.blockKind = 1;
      this.type = readValType(this, this.resolve);
    } else {
      this.blockKind = 2;
      this.index = this.s33();
      if (this.index < 0) this.malformed('malformed block type', at);
    }
  }

  private readLabels(): void {
    const at = this.pos;
    const count = this.u32();
    if (count > this.end - this.pos) this.malformed(UNEXPECTED_END, this.end);
    checkLimit('labels of br_table', count, LIMITS.brTableSize, at);
    const labels = new Array<number>(count + 1);
    for (let i = 0; i <= count; i++) labels[i] = this.u32();
    this.labels = labels;
  }

  private readTypes(): void {
    const count = this.u32();
    if (count > this.end - this.pos) this.malformed(UNEXPECTED_END, this.end);
    this.types = [];
    for (let i = 0; i < count; i++) this.types.push(readValType(this, this.resolve));
  }

  private readCast(): void {
    this.flags = this.u8();
    if (this.flags > 3) this.malformed('malformed br_on_cast flags', this.pos - 1);
    this.index = this.u32();
    this.heap = readHeapType(this, this.resolve);
    this.heap2 = readHeapType(this, this.resolve);
  }

  private readCatches(): void {
    const count = this.u32();
    if (count > this.end - this.pos) this.malformed(UNEXPECTED_END, this.end);
    this.catches = [];
    for (let i = 0; i < count; i++) {
      const kind = this.u8();
      if (kind !== 0 && kind !== 1 && kind !== 2 && kind !== 3) this.malformed('malformed catch clause', this.pos - 1);
      const tag = kind < 2 ? this.u32() : 0;
      this.catches.push({ kind, tag, label: this.u32() });
    }
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
