import { describe, expect, test } from 'vitest';
import { parseScript } from '../support/wast-script.ts';
import { allMatch, formatValue, type Pattern, type SpecValue } from '../support/wast-values.ts';

function patterns(text: string): readonly Pattern[] {
  const [command] = parseScript(Buffer.from(`(assert_return (invoke "f") ${text})`));
  if (command?.kind !== 'assert_return') throw new Error('not a pattern');
  return command.expected;
}

const f32 = (bits: number): SpecValue => ({ type: 'f32', bits });
const f64 = (bits: bigint): SpecValue => ({ type: 'f64', bits });
const v128 = (...words: number[]): SpecValue => ({
  type: 'v128',
  bytes: new Uint8Array(Uint32Array.from(words).buffer),
});

function isMatch(text: string, ...values: SpecValue[]): boolean {
  return allMatch(values, patterns(text));
}

describe('results', () => {
  test('numbers are compared by type and bits', () => {
    expect(isMatch('(i32.const -1)', { type: 'i32', value: -1 })).toBe(true);
    expect(isMatch('(i32.const 1)', { type: 'i32', value: 2 })).toBe(false);
    expect(isMatch('(i64.const 1)', { type: 'i32', value: 1 })).toBe(false);
    expect(isMatch('(f32.const -0)', f32(0x8000_0000))).toBe(true);
    expect(isMatch('(f32.const 0)', f32(0x8000_0000))).toBe(false);
    expect(isMatch('(f64.const nan:0x1)', f64(0x7ff0_0000_0000_0001n))).toBe(true);
    expect(isMatch('(f64.const nan:0x1)', f64(0x7ff8_0000_0000_0001n))).toBe(false);
  });

  test('their number must agree', () => {
    expect(isMatch('', { type: 'i32', value: 0 })).toBe(false);
    expect(isMatch('(i32.const 0)')).toBe(false);
    expect(isMatch('')).toBe(true);
  });

  test('a canonical NaN has the quiet bit only, of either sign', () => {
    expect(isMatch('(f32.const nan:canonical)', f32(0x7fc0_0000))).toBe(true);
    expect(isMatch('(f32.const nan:canonical)', f32(0xffc0_0000))).toBe(true);
    expect(isMatch('(f32.const nan:canonical)', f32(0x7fc0_0001))).toBe(false);
    expect(isMatch('(f32.const nan:canonical)', f32(0x7f80_0001))).toBe(false);
    expect(isMatch('(f32.const nan:canonical)', f32(0x7f80_0000))).toBe(false);
    expect(isMatch('(f64.const nan:canonical)', f64(0xfff8_0000_0000_0000n))).toBe(true);
    expect(isMatch('(f64.const nan:canonical)', f64(0x7ff8_0000_0000_0001n))).toBe(false);
  });

  test('an arithmetic NaN has at least the quiet bit', () => {
    expect(isMatch('(f32.const nan:arithmetic)', f32(0xffc0_0123))).toBe(true);
    expect(isMatch('(f32.const nan:arithmetic)', f32(0x7fa0_0000))).toBe(false);
    expect(isMatch('(f64.const nan:arithmetic)', f64(0x7ff8_0000_0000_0001n))).toBe(true);
    expect(isMatch('(f64.const nan:arithmetic)', f64(0x7ff4_0000_0000_0000n))).toBe(false);
    expect(isMatch('(f64.const nan:arithmetic)', f64(0x7ff0_0000_0000_0000n))).toBe(false);
  });

  test('vectors are compared lane by lane', () => {
    const nan = 0x7fc0_0000;
    expect(isMatch('(v128.const i32x4 1 2 3 4)', v128(1, 2, 3, 4))).toBe(true);
    expect(isMatch('(v128.const i8x16 1 0 0 0 2 0 0 0 3 0 0 0 4 0 0 0)', v128(1, 2, 3, 4))).toBe(true);
    expect(isMatch('(v128.const i32x4 1 2 3 5)', v128(1, 2, 3, 4))).toBe(false);
    expect(isMatch('(v128.const f32x4 nan:canonical 0 nan:arithmetic 1)', v128(nan, 0, nan + 1, 0x3f80_0000))).toBe(
      true,
    );
    expect(isMatch('(v128.const f32x4 nan:canonical 0 nan:arithmetic 1)', v128(nan + 1, 0, nan, 0x3f80_0000))).toBe(
      false,
    );
    expect(isMatch('(v128.const f64x2 nan:canonical 0)', v128(0, 0x7ff8_0000, 0, 0))).toBe(true);
  });

  test('one of several results will do', () => {
    expect(isMatch('(either (i32.const 1) (i32.const 2))', { type: 'i32', value: 2 })).toBe(true);
    expect(isMatch('(either (i32.const 1) (i32.const 2))', { type: 'i32', value: 3 })).toBe(false);
  });

  test('references are compared by kind, those of the host by number', () => {
    expect(isMatch('(ref.null func)', { type: 'ref', kind: 'null' })).toBe(true);
    expect(isMatch('(ref.func)', { type: 'ref', kind: 'null' })).toBe(false);
    expect(isMatch('(ref.extern 1)', { type: 'ref', kind: 'host', host: 1 })).toBe(true);
    expect(isMatch('(ref.extern 1)', { type: 'ref', kind: 'host', host: 2 })).toBe(false);
    expect(isMatch('(ref.extern)', { type: 'ref', kind: 'null' })).toBe(false);
    expect(isMatch('(ref.eq)', { type: 'ref', kind: 'i31' })).toBe(true);
    expect(isMatch('(ref.eq)', { type: 'ref', kind: 'host', host: 0 })).toBe(false);
    expect(isMatch('(ref.struct)', { type: 'ref', kind: 'array' })).toBe(false);
  });

  test('messages show bits and values', () => {
    expect(formatValue(f32(0x7fa0_0000))).toBe('f32.const nan (0x7fa00000)');
    expect(formatValue(f64(0x8000_0000_0000_0000n))).toBe('f64.const -0 (0x8000000000000000)');
    expect(formatValue(v128(1, 2, 3, 0xffff_ffff))).toBe(
      'v128.const i32x4 0x00000001 0x00000002 0x00000003 0xffffffff',
    );
    expect(patterns('(v128.const f64x2 nan:canonical 1) (ref.null)').map((p) => formatValue(p))).toEqual([
      'v128.const f64x2 nan:canonical 1 (0x3ff0000000000000)',
      'ref.null',
    ]);
  });
});
