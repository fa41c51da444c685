/**
 * Number literals of the text format (spec 6.3.1, 6.3.2), to their exact bits.
 *
 * Floats go through an exact fraction of bigints and are rounded once: parsing to f64 first and
 * rounding that to f32 gives the wrong neighbour for values near the middle of two f32.
 */

export class LiteralError extends Error {
  constructor(literal: string, type: string) {
    super(`${JSON.stringify(literal)} is not a literal of type ${type}`);
    this.name = 'LiteralError';
  }
}

const integer = /^([+-]?)(0x[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|[0-9]+(?:_[0-9]+)*)$/;

/** An integer of `bits` bits, signed or unsigned in the text; the result is its unsigned value. */
export function parseInteger(literal: string, bits: number): bigint {
  const match = integer.exec(literal);
  if (match === null) throw new LiteralError(literal, `i${bits}`);
  const magnitude = BigInt((match[2] as string).replaceAll('_', ''));
  const isNegative = match[1] === '-';
  if (magnitude > (isNegative ? 1n << BigInt(bits - 1) : (1n << BigInt(bits)) - 1n)) {
    throw new LiteralError(literal, `i${bits}`);
  }
  return BigInt.asUintN(bits, isNegative ? -magnitude : magnitude);
}

/** The i32 as a signed number. */
export function parseI32(literal: string): number {
  return Number(parseInteger(literal, 32)) | 0;
}

/** The i64 as a signed bigint. */
export function parseI64(literal: string): bigint {
  return BigInt.asIntN(64, parseInteger(literal, 64));
}

/** A binary floating-point format of IEEE 754. */
interface FloatFormat {
  readonly name: string;
  /** Bits stored of the significand. */
  readonly fraction: number;
  /** Bits of the exponent. */
  readonly exponent: number;
}

const f32: FloatFormat = { name: 'f32', fraction: 23, exponent: 8 };
const f64: FloatFormat = { name: 'f64', fraction: 52, exponent: 11 };

/** The bits of an f32, as an unsigned number. */
export function parseF32Bits(literal: string): number {
  return Number(parseFloatBits(literal, f32));
}

/** The bits of an f64, as an unsigned bigint. */
export function parseF64Bits(literal: string): bigint {
  return parseFloatBits(literal, f64);
}

const hexDigits = '[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*';
const decDigits = '[0-9]+(?:_[0-9]+)*';
const special = new RegExp(`^(inf|nan)(?::0x(${hexDigits}))?$`);
const hexFloat = new RegExp(`^0x(${hexDigits})(?:\\.(${hexDigits})?)?(?:[pP]([+-]?${decDigits}))?$`);
const decFloat = new RegExp(`^(${decDigits})(?:\\.(${decDigits})?)?(?:[eE]([+-]?${decDigits}))?$`);

function parseFloatBits(literal: string, format: FloatFormat): bigint {
  const isNegative = literal.startsWith('-');
  const body = isNegative || literal.startsWith('+') ? literal.slice(1) : literal;
  const magnitude = specialBits(body, format) ?? finiteBits(body, format);
  if (magnitude === undefined) throw new LiteralError(literal, format.name);
  return isNegative ? magnitude | (1n << BigInt(format.fraction + format.exponent)) : magnitude;
}

function specialBits(body: string, format: FloatFormat): bigint | undefined {
  const match = special.exec(body);
  if (match === null) return undefined;
  const infinity = ((1n << BigInt(format.exponent)) - 1n) << BigInt(format.fraction);
  const payload = match[2];
  if (match[1] === 'inf') return payload === undefined ? infinity : undefined;
  const fraction =
    payload === undefined ? 1n << BigInt(format.fraction - 1) : BigInt(`0x${payload.replaceAll('_', '')}`);
  return fraction > 0n && fraction < 1n << BigInt(format.fraction) ? infinity | fraction : undefined;
}

/** Beyond these powers of ten every f32 and f64 is zero or infinite; keeps bigints small. */
const MAX_DECIMAL_EXPONENT = 400;
const MIN_DECIMAL_EXPONENT = -400;
/** The same for powers of two. */
const MAX_BINARY_EXPONENT = 1200;

function finiteBits(body: string, format: FloatFormat): bigint | undefined {
  const clean = (digits: string | undefined): string => (digits ?? '').replaceAll('_', '');
  const hex = hexFloat.exec(body);
  if (hex !== null) {
    const fraction = clean(hex[2]);
    const significand = BigInt(`0x${clean(hex[1])}${fraction}`);
    const exponent = Number(clean(hex[3]) || '0') - 4 * fraction.length;
    if (significand === 0n) return 0n;
    const size = significand.toString(2).length + exponent;
    if (size > MAX_BINARY_EXPONENT) return undefined;
    if (size < -MAX_BINARY_EXPONENT) return 0n;
    return exponent >= 0
      ? roundFraction(significand << BigInt(exponent), 1n, format)
      : roundFraction(significand, 1n << BigInt(-exponent), format);
  }
  const dec = decFloat.exec(body);
  if (dec === null) return undefined;
  const fraction = clean(dec[2]);
  const digits = (clean(dec[1]) + fraction).replace(/^0+(?=.)/, '');
  const significand = BigInt(digits);
  const exponent = Number(clean(dec[3]) || '0') - fraction.length;
  if (significand === 0n) return 0n;
  const size = digits.length + exponent;
  if (size > MAX_DECIMAL_EXPONENT) return undefined;
  if (size < MIN_DECIMAL_EXPONENT) return 0n;
  return exponent >= 0
    ? roundFraction(significand * 10n ** BigInt(exponent), 1n, format)
    : roundFraction(significand, 10n ** BigInt(-exponent), format);
}

/** The bits of the float nearest to `numerator / denominator` (positive), ties to even; undefined on overflow. */
function roundFraction(numerator: bigint, denominator: bigint, format: FloatFormat): bigint | undefined {
  const precision = format.fraction + 1;
  const bias = (1 << (format.exponent - 1)) - 1;
  // The value is significand * 2^scale; scale never falls below that of subnormal numbers.
  const minScale = 1 - bias - format.fraction;
  const magnitude = numerator.toString(2).length - denominator.toString(2).length;
  let scale = Math.max(magnitude - precision, minScale);
  let significand = divideToEven(numerator, denominator, scale);
  if (significand >> BigInt(precision) !== 0n) {
    // One bit too many: divide again by the doubled unit; halving the rounded result would round twice.
    scale++;
    significand = divideToEven(numerator, denominator, scale);
    if (significand >> BigInt(precision) !== 0n) {
      significand >>= 1n; // rounded up to the next power of two, exact
      scale++;
    }
  }
  if (significand >> BigInt(format.fraction) === 0n) return significand; // subnormal or zero
  const exponent = scale + format.fraction + bias;
  if (exponent >= (1 << format.exponent) - 1) return undefined;
  return (BigInt(exponent) << BigInt(format.fraction)) | (significand & ((1n << BigInt(format.fraction)) - 1n));
}

/** `numerator / (denominator * 2^scale)`, rounded to the nearest integer, ties to even. */
function divideToEven(numerator: bigint, denominator: bigint, scale: number): bigint {
  const over = scale < 0 ? numerator << BigInt(-scale) : numerator;
  const under = scale > 0 ? denominator << BigInt(scale) : denominator;
  const quotient = over / under;
  const twice = (over - quotient * under) * 2n;
  return twice > under || (twice === under && (quotient & 1n) === 1n) ? quotient + 1n : quotient;
}
