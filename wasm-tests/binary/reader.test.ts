import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../engine/binary/reader.ts';
import { ByteWriter } from '../../engine/binary/writer.ts';
import { failure, hex } from './support.ts';

const reader = (text: string): ByteReader => new ByteReader(hex(text));

describe('LEB128', () => {
  test.each([
    ['u32', '00', 0],
    ['u32', '7f', 127],
    ['u32', '80 01', 128],
    ['u32', 'e5 8e 26', 624485],
    ['u32', '80 80 80 80 00', 0],
    ['u32', 'ff ff ff ff 0f', 0xffff_ffff],
    ['s32', '7f', -1],
    ['s32', '40', -64],
    ['s32', '3f', 63],
    ['s32', 'c0 00', 64],
    ['s32', 'ff 7f', -1],
    ['s32', 'ff ff ff ff 07', 0x7fff_ffff],
    ['s32', '80 80 80 80 78', -0x8000_0000],
    ['s32', 'ff ff ff ff 7f', -1],
    ['s33', '80 80 80 80 08', 0x8000_0000],
    ['s33', 'ff ff ff ff 0f', 0xffff_ffff],
    ['s33', '80 80 80 80 70', -0x1_0000_0000],
    ['s33', 'ff ff ff ff 7f', -1],
    ['s33', '70', -16],
    ['u64', '00', 0n],
    ['u64', '80 80 80 80 10', 0x1_0000_0000n],
    ['u64', 'ff ff ff ff ff ff ff ff ff 01', 0xffff_ffff_ffff_ffffn],
    ['u64', '80 80 80 80 80 80 80 80 80 01', 1n << 63n],
    ['u64', '80 80 80 80 80 80 80 80 80 00', 0n],
    ['s64', '7f', -1n],
    ['s64', '80 80 80 80 78', -0x8000_0000n],
    ['s64', '80 80 80 80 40', -0x4_0000_0000n],
    ['s64', 'ff ff ff ff ff ff ff ff ff 00', (1n << 63n) - 1n],
    ['s64', '80 80 80 80 80 80 80 80 80 7f', -(1n << 63n)],
    ['s64', 'ff ff ff ff ff ff ff ff ff 7f', -1n],
    ['u64Number', 'ff ff ff ff ff ff ff 0f', 2 ** 53 - 1],
    ['u64Number', 'ff ff ff ff ff ff ff ff ff 01', 2 ** 64],
  ] as const)('%s of %s is %s', (method, text, value) => {
    const r = reader(text);
    expect(r[method]()).toBe(value);
    expect(r.isAtEnd).toBe(true);
  });

  test.each([
    ['u32', '', 'unexpected end of section or function @ 0'],
    ['u32', '80 80', 'unexpected end of section or function @ 2'],
    ['u32', '80 80 80 80 80', 'integer representation too long @ 5'],
    ['u32', '80 80 80 80 80 00', 'integer representation too long @ 5'],
    ['u32', 'ff ff ff ff 10', 'integer too large @ 4'],
    ['u32', '80 80 80 80 f0', 'integer too large @ 4'],
    ['s32', '80 80 80 80 80 00', 'integer representation too long @ 5'],
    ['s32', '80 80 80 80 08', 'integer too large @ 4'],
    ['s32', 'ff ff ff ff 77', 'integer too large @ 4'],
    ['s33', '80 80 80 80 10', 'integer too large @ 4'],
    ['s33', 'ff ff ff ff 6f', 'integer too large @ 4'],
    ['s33', '80 80 80 80 80 00', 'integer representation too long @ 5'],
    ['u64', 'ff ff ff ff ff ff ff ff ff 02', 'integer too large @ 9'],
    ['u64', '80 80 80 80 80 80 80 80 80 80 00', 'integer representation too long @ 10'],
    ['s64', 'ff ff ff ff ff ff ff ff ff 01', 'integer too large @ 9'],
    ['s64', '80 80 80 80 80 80 80 80 80 7e', 'integer too large @ 9'],
    ['s64', '80 80 80 80 80 80 80 80 80 ff 00', 'integer representation too long @ 10'],
    ['s64', '80 80 80', 'unexpected end of section or function @ 3'],
    ['fixed32', '00 00 00', 'unexpected end of section or function @ 3'],
  ] as const)('%s of %s is refused: %s', (method, text, message) => {
    const r = reader(text);
    expect(failure(() => r[method]())).toBe(`MalformedError: ${message}`);
  });

  test('reads back what the writer wrote, at every power of two and its neighbours', () => {
    for (let bit = 0n; bit < 64n; bit++) {
      for (const delta of [-1n, 0n, 1n]) {
        const value = (1n << bit) + delta;
        for (const signed of [value, -value]) {
          const s64 = BigInt.asIntN(64, signed);
          const u64 = BigInt.asUintN(64, signed);
          const s32 = Number(BigInt.asIntN(32, signed));
          const u32 = s32 >>> 0;
          const bytes = new ByteWriter().s64(s64).u64(u64).s32(s32).u32(u32).toBytes();
          const r = new ByteReader(bytes);
          expect([r.s64(), r.u64(), r.s32(), r.u32(), r.isAtEnd]).toEqual([s64, u64, s32, u32, true]);
        }
      }
    }
  });

  test('the 33-bit form reads every 32-bit index and every small negative number back', () => {
    for (const value of [0, 63, 64, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, -1, -64, -65, -0x1_0000_0000]) {
      expect(new ByteReader(new ByteWriter().s32(value).toBytes()).s33()).toBe(value);
    }
  });

  test('does not read beyond the end of its range', () => {
    const r = new ByteReader(hex('80 80 01 00'), 0, 2);
    expect(failure(() => r.u32())).toBe('MalformedError: unexpected end of section or function @ 2');
  });
});

describe('names', () => {
  test.each([
    ['00', ''],
    ['03 61 62 63', 'abc'],
    ['02 c3 a4', 'ä'],
    ['04 f0 9f a6 84', '🦄'],
    ['04 f4 8f bf bf', '\u{10ffff}'],
    ['03 ef bb bf', '\ufeff'],
    ['01 00', '\0'],
  ])('%s is %j', (text, name) => {
    expect(reader(text).name()).toBe(name);
  });

  test('a long name is the same as a short one, repeated', () => {
    const name = 'aä🦄'.repeat(100);
    expect(new ByteReader(new ByteWriter().name(name).toBytes()).name()).toBe(name);
  });

  test.each([
    ['a lone continuation byte', '01 80'],
    ['a truncated sequence', '02 e2 82'],
    ['an overlong form', '02 c0 80'],
    ['a surrogate', '03 ed a0 80'],
    ['a code point above 10ffff', '04 f4 90 80 80'],
    ['a byte that UTF-8 never uses', '01 ff'],
  ])('%s is malformed', (_what, text) => {
    expect(failure(() => reader(text).name())).toBe('MalformedError: malformed UTF-8 encoding @ 1');
  });

  test('a length beyond the end is out of bounds', () => {
    expect(failure(() => reader('05 61 62').name())).toBe('MalformedError: length out of bounds: 5 bytes @ 0');
  });
});
