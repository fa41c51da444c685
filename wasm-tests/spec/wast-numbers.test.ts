import { describe, expect, test } from 'vitest';
import { LiteralError, parseF32Bits, parseF64Bits, parseI32, parseI64, parseInteger } from '../support/wast-numbers.ts';

const view = new DataView(new ArrayBuffer(8));

function f64BitsOf(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** A fraction of powers of two, exactly in decimal: `numerator / 2^twos`. */
function exactDecimal(numerator: bigint, twos: number): string {
  const digits = (numerator * 5n ** BigInt(twos)).toString().padStart(twos + 1, '0');
  return twos === 0 ? digits : `${digits.slice(0, -twos)}.${digits.slice(-twos)}`;
}

/** Deterministic pseudo-random 32 bits (xorshift). */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

describe('integer literals', () => {
  test.each([
    ['0', 0],
    ['-1', -1],
    ['+7', 7],
    ['4294967295', -1],
    ['0xffff_ffff', -1],
    ['-0x8000_0000', -2147483648],
    ['2147483648', -2147483648],
    ['1_000', 1000],
  ])('%s is the i32 %d', (literal, value) => {
    expect(parseI32(literal)).toBe(value);
  });

  test.each(['4294967296', '-2147483649', '0x', '1__0', '_1', '1_', '', '0x1g', '1.0', '0X1'])(
    '%j is no i32',
    (literal) => {
      expect(() => parseI32(literal)).toThrow(LiteralError);
    },
  );

  test('an i64 keeps all bits', () => {
    expect(parseI64('0xffff_ffff_ffff_fffe')).toBe(-2n);
    expect(parseI64('-9223372036854775808')).toBe(-(2n ** 63n));
    expect(() => parseI64('18446744073709551616')).toThrow(LiteralError);
  });

  test('lanes take signed and unsigned spellings', () => {
    expect(parseInteger('-1', 8)).toBe(255n);
    expect(parseInteger('255', 8)).toBe(255n);
    expect(() => parseInteger('256', 8)).toThrow(LiteralError);
  });
});

describe('float literals', () => {
  test.each([
    ['0', 0x0000_0000],
    ['-0.0', 0x8000_0000],
    ['1', 0x3f80_0000],
    ['0x1p-149', 0x0000_0001],
    ['0x1p-150', 0x0000_0000],
    ['0x1.8p-150', 0x0000_0001],
    ['0x1.fffffep+127', 0x7f7f_ffff],
    ['0x1.fffffe8p+127', 0x7f7f_ffff],
    ['3.4028234663852886e38', 0x7f7f_ffff],
    ['1.17549435e-38', 0x0080_0000],
    ['0x0.fffffffp-126', 0x0080_0000],
    ['inf', 0x7f80_0000],
    ['-inf', 0xff80_0000],
    ['nan', 0x7fc0_0000],
    ['-nan', 0xffc0_0000],
    ['nan:0x1', 0x7f80_0001],
    ['-nan:0x7f_ffff', 0xffff_ffff],
    ['1_0.2_5e1_0', 0x51be_ebcf],
    ['0xA_Bp+0_4', 0x452b_0000],
    ['1.', 0x3f80_0000],
    ['1e-1000', 0],
  ])('%s has the f32 bits %i', (literal, bits) => {
    expect(parseF32Bits(literal)).toBe(bits);
  });

  test.each([
    '0x1p128',
    '3.5e38',
    '1e99999',
    'nan:0x0',
    'nan:0x80_0000',
    'nan:1',
    'inf:0x1',
    '.5',
    '1e',
    '0x.8',
    '1._5',
  ])('%s is no f32', (literal) => {
    expect(() => parseF32Bits(literal)).toThrow(LiteralError);
  });

  test('an f32 is rounded once, not first to f64', () => {
    // One and half a unit in the last place, and less than an f64 can tell above it.
    expect(parseF32Bits('0x1.0000010000000001p0')).toBe(0x3f80_0001);
    expect(parseF32Bits('1.000000059604644775390625')).toBe(0x3f80_0000);
    expect(parseF32Bits('1.00000005960464477539062500000000000000000001')).toBe(0x3f80_0001);
  });

  test('every f32 reads back from its exact decimal, and the middle of two goes to the even one', () => {
    const random = makeRandom(0x5eed);
    const twos = 151; // everything below is a multiple of 2^-151
    for (let i = 0; i < 500; i++) {
      const exponent = i < 50 ? i % 2 : random() % 254; // subnormal and the smallest normal numbers often enough
      const fraction = random() & 0x7f_ffff;
      const bits = ((exponent << 23) | fraction) >>> 0;
      const unit = 1n << BigInt(Math.max(exponent, 1) + 1);
      const value = BigInt(exponent === 0 ? fraction : fraction | 0x80_0000) * unit;
      const middle = value + unit / 2n;
      expect(parseF32Bits(exactDecimal(value, twos))).toBe(bits);
      expect(parseF32Bits(exactDecimal(middle, twos))).toBe(bits + (bits & 1));
      expect(parseF32Bits(exactDecimal(middle - 1n, twos))).toBe(bits);
      expect(parseF32Bits(exactDecimal(middle + 1n, twos))).toBe(bits + 1);
    }
  });

  test('decimal f64 literals agree with those of JavaScript', () => {
    const random = makeRandom(0xf64);
    for (let i = 0; i < 2000; i++) {
      const literal = `${random()}.${random()}${random()}e${(random() % 640) - 340}`;
      const value = Number(literal);
      if (value === Number.POSITIVE_INFINITY) expect(() => parseF64Bits(literal)).toThrow(LiteralError);
      else expect(parseF64Bits(literal), literal).toBe(f64BitsOf(value));
    }
  });

  test('an f64 keeps the payload of a NaN', () => {
    expect(parseF64Bits('nan:0x4_0000_0000_0000')).toBe(0x7ff4_0000_0000_0000n);
    expect(parseF64Bits('-nan:0xf_ffff_ffff_ffff')).toBe(0xffff_ffff_ffff_ffffn);
    expect(() => parseF64Bits('nan:0x10_0000_0000_0000')).toThrow(LiteralError);
  });

  test('hexadecimal f64 literals are rounded to even at the 53rd bit', () => {
    expect(parseF64Bits('0x1.00000000000008p0')).toBe(0x3ff0_0000_0000_0000n);
    expect(parseF64Bits('0x1.00000000000018p0')).toBe(0x3ff0_0000_0000_0002n);
    expect(parseF64Bits('0x1.000000000000080000000001p0')).toBe(0x3ff0_0000_0000_0001n);
    expect(parseF64Bits('0x1p-1074')).toBe(1n);
    expect(parseF64Bits('0x1p-1075')).toBe(0n);
  });
});
