import { describe, expect, test } from 'vitest';
import { InstructionReader } from '../../engine/binary/instruction-reader.ts';
import { type Immediate, writeInstruction } from '../../engine/binary/instruction-writer.ts';
import { ByteWriter } from '../../engine/binary/writer.ts';
import { type ImmediateKind, type Instruction, instructions } from '../../engine/isa/instructions.ts';
import { DEFINED, EXTERNREF, F64, HEAP, I32, refType } from '../../engine/isa/valtype.ts';
import { failure, hex } from './support.ts';

/** Type index i has the canonical number 1000 + i. */
const typeNumbers = Int32Array.from({ length: 8 }, (_, i) => 1000 + i);

function readerOf(bytes: Uint8Array): InstructionReader {
  return new InstructionReader(bytes, typeNumbers);
}

function readHex(text: string): InstructionReader {
  const reader = readerOf(hex(text));
  reader.read();
  return reader;
}

const lanes = Array.from({ length: 16 }, (_, i) => 31 - i);

/** A value for each kind of immediate, twice where a row may have two of the kind. */
const samples: Readonly<Record<ImmediateKind, readonly [Immediate, Immediate]>> = {
  block: [{ index: 5 }, { index: 6 }],
  label: [3, 200],
  labels: [
    [1, 2, 300, 4],
    [7, 0],
  ],
  func: [129, 1],
  type: [4, 7],
  table: [130, 2],
  memory: [131, 3],
  local: [132, 4],
  global: [133, 5],
  tag: [134, 6],
  data: [135, 7],
  elem: [136, 8],
  field: [137, 9],
  count: [138, 10],
  heap: [HEAP.struct, DEFINED | 2],
  castflags: [3, 1],
  catches: [
    [
      { kind: 0, tag: 200, label: 1 },
      { kind: 1, tag: 2, label: 300 },
      { kind: 2, tag: 0, label: 4 },
      { kind: 3, tag: 0, label: 5 },
    ],
    [],
  ],
  types: [[I32], [EXTERNREF]],
  memarg: [
    { align: 3, offset: 0x1_2345_6789, memory: 200 },
    { align: 0, offset: 7 },
  ],
  lane: [15, 1],
  lanes: [lanes, lanes],
  i32: [-123456, 1],
  i64: [-0x1234_5678_9abc_def0n, 1n],
  f32: [0x7fa0_0001, 1],
  f64: [0x7ff4_0000_0000_0001n, 1n],
  v128: [lanes, lanes],
};

function sampleOf(row: Instruction): Immediate[] {
  return row.immediates.map((kind, i) => samples[kind][row.immediates.indexOf(kind) === i ? 0 : 1]);
}

function encode(row: Instruction): Uint8Array {
  const writer = new ByteWriter();
  writeInstruction(writer, row.name, ...sampleOf(row));
  return writer.toBytes();
}

const indexKinds = new Set<ImmediateKind>([
  'label',
  'func',
  'type',
  'table',
  'memory',
  'local',
  'global',
  'tag',
  'data',
  'elem',
  'field',
  'count',
]);

/** The immediates as the reader's fields give them, in the order of the row. */
function immediatesOf(reader: InstructionReader, row: Instruction): unknown[] {
  let indices = 0;
  let heaps = 0;
  return row.immediates.map((kind) => {
    if (indexKinds.has(kind)) return indices++ === 0 ? reader.index : reader.index2;
    switch (kind) {
      case 'block':
        return reader.blockKind === 2 ? { index: reader.index } : reader.blockKind;
      case 'labels':
        return reader.labels;
      case 'heap':
        return heaps++ === 0 ? reader.heap : reader.heap2;
      case 'castflags':
        return reader.flags;
      case 'catches':
        return reader.catches;
      case 'types':
        return reader.types;
      case 'memarg':
        return { align: reader.align, offset: reader.offset, memory: reader.index };
      case 'lane':
        return reader.lane;
      case 'i32':
      case 'f32':
        return reader.lo;
      case 'i64':
        return (BigInt(reader.hi) << 32n) | BigInt(reader.lo >>> 0);
      case 'f64':
        return BigInt.asUintN(64, (BigInt(reader.hi) << 32n) | BigInt(reader.lo >>> 0));
      default:
        return [...reader.vector];
    }
  });
}

/** Defined heap types come out with their canonical number. */
function resolved(value: Immediate): unknown {
  return value === (DEFINED | 2) ? DEFINED | 1002 : value;
}

describe.each(instructions.map((row) => [row.name, row] as const))('%s', (_name, row) => {
  test('is read back with all its immediates', () => {
    const bytes = encode(row);
    const reader = readerOf(Uint8Array.of(0, ...bytes));
    reader.pos = 1;
    reader.read();
    expect([reader.op, reader.at, reader.pos]).toEqual([row.op, 1, 1 + bytes.length]);
    expect(immediatesOf(reader, row)).toEqual(sampleOf(row).map(resolved));
  });

  test('is malformed wherever it is cut off', () => {
    const bytes = encode(row);
    for (let end = 1; end < bytes.length; end++) {
      const message = failure(() => readerOf(bytes.slice(0, end)).read());
      expect(message).toBe(`MalformedError: unexpected end of section or function @ ${end}`);
    }
  });
});

describe('opcodes', () => {
  test('every byte that is no row and no prefix is illegal', () => {
    const known = new Set(instructions.map((i) => (i.opcode > 0xff ? i.opcode >> 12 : i.opcode)));
    for (let byte = 0; byte < 0x100; byte++) {
      if (known.has(byte) || byte === 0xfe) continue;
      const name = byte.toString(16).padStart(2, '0');
      expect(failure(() => readHex(`${name} 00`))).toBe(`MalformedError: illegal opcode ${name} @ 0`);
    }
  });

  test.each([
    ['fb 1f', 'illegal opcode fb 1f @ 0'],
    ['fc 12', 'illegal opcode fc 12 @ 0'],
    ['fd 9a 01', 'illegal opcode fd 9a @ 0'],
    ['fd ff ff 03', 'illegal opcode fd ffff @ 0'],
    ['fd 80 80 80 80 80 00', 'integer representation too long @ 6'],
    ['fe 04', 'illegal opcode fe 04 @ 0'],
    ['fe 4f 00 00', 'illegal opcode fe 4f @ 0'],
  ])('%s is refused: %s', (text, message) => {
    expect(failure(() => readHex(text))).toBe(`MalformedError: ${message}`);
  });

  test('the number behind a prefix may be longer than needed', () => {
    expect(readHex('fc 8a 80 80 80 00 01 02').op).toBe(readHex('fc 0a 01 02').op);
  });

  test('an instruction of the threads proposal is unsupported, and can be passed over', () => {
    const reader = readerOf(hex('fe 10 02 00 fe 03 00 01 0b'));
    expect(failure(() => reader.read())).toContain('needs the feature "threads"');
    expect(reader.pos).toBe(4);
    expect(failure(() => reader.read())).toContain('UnsupportedError');
    expect(reader.pos).toBe(7);
  });
});

describe('immediates', () => {
  test.each([
    ['02 40', [0, 0]],
    ['02 7f', [1, I32]],
    ['03 7c', [1, F64]],
    ['04 6f', [1, EXTERNREF]],
    ['1f 64 6e 00', [1, refType(HEAP.any, false)]],
    ['02 63 02', [1, refType(DEFINED | 1002, true)]],
  ])('block type of %s', (text, [kind, type]) => {
    const reader = readHex(text);
    expect([reader.blockKind, reader.blockKind === 0 ? 0 : reader.type]).toEqual([kind, type]);
    expect(reader.isAtEnd).toBe(true);
  });

  test('a type index as block type may be longer than needed', () => {
    const reader = readHex('02 85 80 00');
    expect([reader.blockKind, reader.index, reader.isAtEnd]).toEqual([2, 5, true]);
  });

  test.each([
    ['a block type that is negative and no value type', '02 41', 'MalformedError: malformed block type @ 1'],
    ['a memarg with unknown flags', '28 80 01 00', 'MalformedError: malformed memop flags @ 1'],
    ['a heap type that does not exist', 'd0 7f', 'MalformedError: malformed heap type @ 1'],
    ['an abstract heap type in two bytes', 'd0 f0 7f', 'MalformedError: malformed heap type @ 1'],
    ['a heap type index that does not exist', 'd0 08', 'InvalidError: unknown type 8 @ 1'],
    ['a value type that does not exist', '1c 01 40', 'MalformedError: malformed value type @ 2'],
    ['cast flags above 3', 'fb 18 04 00 70 70', 'MalformedError: malformed br_on_cast flags @ 2'],
    ['a catch clause of kind 4', '1f 40 01 04 00', 'MalformedError: malformed catch clause @ 3'],
    ['more labels than bytes', '0e ff ff ff ff 0f 00', 'MalformedError: unexpected end of section or function @ 7'],
  ])('%s is refused', (_what, text, message) => {
    expect(failure(() => readHex(text))).toBe(message);
  });

  test('a br_table with more labels than V8 takes is refused', () => {
    const writer = new ByteWriter();
    writeInstruction(writer, 'br_table', new Array<number>(65_522).fill(0));
    expect(failure(() => readerOf(writer.toBytes()).read())).toBe(
      'InvalidError: too many labels of br_table: 65521, the limit is 65520 @ 1',
    );
    const largest = new ByteWriter();
    writeInstruction(largest, 'br_table', new Array<number>(65_521).fill(0));
    const reader = readerOf(largest.toBytes());
    reader.read();
    expect(reader.labels.length).toBe(65_521);
  });

  test('a 64-bit offset is exact as a bigint', () => {
    const reader = readHex('28 02 ff ff ff ff ff ff ff ff ff 01');
    expect(reader.offsetBig).toBe(2n ** 64n - 1n);
    expect(reader.offset).toBe(2 ** 64);
    expect(readHex('28 02 ff 01').offsetBig).toBe(255n);
    expect(readHex('28 02 7f').offsetBig).toBe(127n);
  });
});

describe('the end of code', () => {
  const cutAt = (text: string, end: number): string =>
    failure(() => {
      const reader = readerOf(hex(text));
      reader.end = end;
      reader.pos = end;
      reader.read();
    });

  test('is unexpected at the end of the module, and otherwise told as the official suite does', () => {
    expect(cutAt('01', 1)).toBe('MalformedError: unexpected end of section or function @ 1');
    expect(cutAt('01 0b', 1)).toBe('MalformedError: section size mismatch: code ends without end @ 1');
    expect(cutAt('01 05', 1)).toBe('MalformedError: END opcode expected @ 1');
  });

  test('skipToEnd follows nested blocks and legacy delegates, and passes over unsupported instructions', () => {
    const code = '02 40 03 40 0b 06 40 18 00 0b 1f 40 00 0b fe 03 00 0b';
    const reader = readerOf(hex(code));
    reader.skipToEnd(18, 1);
    expect(reader.pos).toBe(18);
    expect(failure(() => readerOf(hex(code)).skipToEnd(18, 2))).toBe(
      'MalformedError: unexpected end of section or function @ 18',
    );
    expect(failure(() => readerOf(hex('0b 01')).skipToEnd(2, 1))).toBe('MalformedError: END opcode expected @ 1');
  });
});
