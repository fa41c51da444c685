/**
 * Forms of i64 instructions that V8 compiles to 64-bit machine arithmetic; as in the table, most of these allocate bigints.
 * Nanoseconds that one operation adds to a loop with random operands, on V8 11.3 (best of 9 runs, noise about 1 ns):
 *
 * | operation | as in the table | here |
 * |---|---|---|
 * | wrap to i32 | 9 | 1 |
 * | extend from signed i32 | 12 | 1 |
 * | unsigned comparison | 8 | 4, as a signed one |
 * | shift left by a variable | 10 | 1 |
 * | shift right by a variable | 15 | 7 |
 * | shift right by a constant | 13 | 1 |
 * | rotate by a constant | 9 | 1 |
 * | rotate by a variable | 18 | 10 |
 * | unsigned division | 15 | 9 |
 * | clz, ctz, popcnt | 8, 8, 10 | 3, 1, 6 |
 * | convert to f64 | 20 | 1 |
 * | truncate an f64 | 12 | 7 |
 */

import { F64, I64 } from '../isa/valtype.ts';
import {
  asIntN,
  asTrapping,
  asUint64,
  bigConstantOf,
  type Form,
  type Forms,
  fromMeaning,
  loose,
  lowHalf,
  plain,
  type Repeats,
  type RepeatTable,
  store64,
  throughScratch,
  trappingCall,
  unsigned,
} from './forms.ts';
import {
  binary,
  call,
  conditional,
  type Expr,
  known,
  literal,
  type Names,
  name,
  PREC,
  quiet,
  sequence,
  type Text,
} from './js-text.ts';
import { comparison } from './template.ts';

const MIN = -(1n << 63n);

/** `piece` brought into range. */
function wrapped(piece: Text, operands: readonly Expr[]): Expr {
  return plain(I64, asIntN(64, piece), operands);
}

/**
 * A result of two computations is wrapped though it is in range: V8 does not see that it is, and with an operand like
 * that on both sides it leaves the machine's arithmetic for that of objects.
 */
function bitwise(operator: '&' | '|' | '^', prec: number): Form {
  return (operands) => {
    const [a, b] = operands;
    const piece = binary(a, operator, b, prec);
    const isSimple = a.isAtom || b.isAtom || bigConstantOf(a) !== undefined || bigConstantOf(b) !== undefined;
    return isSimple ? plain(I64, piece, operands) : wrapped(piece, operands);
  };
}

/** `a + -4n` as `a - 4n`, and the other way. */
function addition(operator: '+' | '-'): Form {
  return (operands, names) => {
    const value = bigConstantOf(operands[1]);
    if (value === undefined || value >= 0n || value === MIN) return undefined;
    const meaning = `BigInt.asIntN(64, a ${operator === '+' ? '-' : '+'} b)`;
    return fromMeaning(meaning, I64, [operands[0], known(I64, -value)], names);
  };
}

/** Unsigned numbers are ordered as signed ones with the highest bit turned over. */
function flipped(e: Expr): Text {
  const value = bigConstantOf(e);
  if (value !== undefined) return literal(value ^ MIN);
  return asIntN(64, binary(e, '-', name('0x8000000000000000n'), PREC.ADDITIVE));
}

function unsignedComparison(operator: string): Form {
  return (operands) => comparison(flipped(operands[0]), operator, flipped(operands[1]), operands);
}

/** A shift count or the like, modulo 64. */
function constantCount(e: Expr | undefined): number | undefined {
  const value = bigConstantOf(e);
  return value === undefined ? undefined : Number(value & 63n);
}

function shiftLeft(e: Text, bits: number): Text {
  return binary(e, '<<', literal(BigInt(bits)), PREC.SHIFT);
}

function shiftRight(e: Expr, bits: number): Text {
  return binary(asUint64(e), '>>', literal(BigInt(bits)), PREC.SHIFT);
}

/** A call with an i64 and a count. */
function byCount(callee: string, operands: readonly Expr[], names: Names): Expr {
  return plain(I64, call(names.bound(callee), operands[0], lowHalf(operands[1], names)), operands);
}

function shl(operands: readonly Expr[], names: Names): Expr {
  const [a, b] = operands;
  const bits = constantCount(b);
  if (bits === undefined) return byCount('shl64', operands, names);
  return bits === 0 ? a : wrapped(shiftLeft(a, bits), operands);
}

function shrU(operands: readonly Expr[], names: Names): Expr {
  const [a, b] = operands;
  const bits = constantCount(b);
  if (bits === undefined) return byCount('shrU64', operands, names);
  return bits === 0 ? a : wrapped(shiftRight(a, bits), operands);
}

/** V8 has no machine instruction for the shift of a signed bigint; what an unsigned shift leaves is taken as signed. */
function shrS(operands: readonly Expr[], names: Names): Expr {
  const [a, b] = operands;
  const bits = constantCount(b);
  if (bits === undefined) return byCount('shrS64', operands, names);
  return bits === 0 ? a : plain(I64, asIntN(64 - bits, shiftRight(a, bits)), operands);
}

function rotation(left: boolean): Form {
  return (operands, names) => {
    const [a, b] = operands;
    const count = constantCount(b);
    if (count === undefined) return byCount(left ? 'rotl64' : 'rotr64', operands, names);
    const bits = (left ? count : -count) & 63;
    if (bits === 0) return a;
    const high = asIntN(64, shiftLeft(a, bits));
    return wrapped(binary(high, '|', asIntN(64, shiftRight(a, 64 - bits)), PREC.BIT_OR), operands);
  };
}

interface Division {
  readonly callee: string;
  readonly operator: '/' | '%';
}

/** Divides by the operator of JavaScript; the unlikely cases are left to a function. */
function signedDivision({ callee, operator }: Division): Form {
  const isRisky = (value: bigint): boolean => value === 0n || (operator === '/' && value === -1n);
  return (operands, names) => {
    const [a, b] = operands;
    const quotient = asIntN(64, binary(a, operator, b, PREC.MULTIPLICATIVE));
    const value = bigConstantOf(b);
    if (value !== undefined && !isRisky(value)) return plain(I64, quotient, operands);
    const unlikely = trappingCall(callee, operands, names);
    if (value !== undefined) return asTrapping(plain(I64, unlikely, operands));
    if (operator === '%') {
      const isZero = binary(b, '===', literal(0n), PREC.EQUALITY);
      return asTrapping(plain(I64, conditional(isZero, unlikely, quotient), operands));
    }
    // Faster than to compare with 0 and -1: most divisors are positive.
    const isPositive = binary(b, '>', literal(0n), PREC.RELATIONAL);
    const isLikely = binary(isPositive, '||', binary(b, '<', literal(-1n), PREC.RELATIONAL), PREC.OR);
    return asTrapping(plain(I64, conditional(isLikely, quotient, unlikely), operands));
  };
}

/** Where both are below 2^63 it is the signed division. */
function unsignedDivision({ callee, operator }: Division): Form {
  return (operands, names) => {
    const [a, b] = operands;
    const quotient = asIntN(64, binary(a, operator, b, PREC.MULTIPLICATIVE));
    const value = bigConstantOf(b);
    const isPositive = binary(a, '>=', literal(0n), PREC.RELATIONAL);
    if (value !== undefined && value !== 0n) {
      const rare = call(names.bound(callee), a, b);
      return plain(I64, value < 0n ? rare : conditional(isPositive, quotient, rare), operands);
    }
    const unlikely = trappingCall(callee, operands, names);
    if (value !== undefined) return asTrapping(plain(I64, unlikely, operands));
    const test = binary(isPositive, '&&', binary(b, '>', literal(0n), PREC.RELATIONAL), PREC.AND);
    return asTrapping(plain(I64, conditional(test, quotient, unlikely), operands));
  };
}

/** A function of both halves, whose result is a small number. */
function ofHalves(callee: string): Form {
  return ([a], names) => {
    const s32 = names.bound('s32');
    const count = call(names.bound(callee), name(`${s32}[0]`), name(`${s32}[1]`));
    const low = sequence(store64('s64', a, names), count.text);
    return plain(I64, call('BigInt', unsigned(low)), [a], { low });
  };
}

/** `BigInt` of an unsigned number is a machine instruction for V8, that of a signed one is a call. */
function extendU([a]: readonly Expr[]): Expr {
  return plain(I64, call('BigInt', unsigned(loose(a))), [a], { low: a });
}

function extendS([a]: readonly Expr[]): Expr {
  return plain(I64, asIntN(32, call('BigInt', unsigned(loose(a)))), [a], { low: a });
}

/** Both halves as doubles are exact; the sum is rounded once. */
function toF64(isSigned: boolean): Form {
  return ([a], names) => {
    const s32 = names.bound('s32');
    const high = name(`${s32}[1]`);
    const scaled = binary(isSigned ? high : unsigned(high), '*', literal(2 ** 32), PREC.MULTIPLICATIVE);
    const sum = binary(scaled, '+', unsigned(name(`${s32}[0]`)), PREC.ADDITIVE);
    return plain(F64, sequence(store64('s64', a, names), sum.text), [a]);
  };
}

function truncation(callee: string): Form {
  return ([a], names) => asTrapping(plain(I64, trappingCall(callee, [quiet(a)], names), [a]));
}

function f64OfBits([a]: readonly Expr[], names: Names): Expr {
  return plain(F64, throughScratch('s64', a, 'sf64', names), [a], { maybeSignalling: true });
}

const first = (): readonly boolean[] => [true];
const both = (): readonly boolean[] => [true, true];

/** With a constant divisor that cannot trap, the dividend is used once. */
const unlessDivisor =
  (isOnce: (value: bigint) => boolean): Repeats =>
  ([, b]) => {
    const value = bigConstantOf(b);
    return value === undefined || !isOnce(value) ? [true, true] : [false, false];
  };

/** Which operands the forms below use more than once, or take as atoms since they trap. */
export const i64Repeats: RepeatTable = {
  'i64.div_s': unlessDivisor((value) => value !== 0n && value !== -1n),
  'i64.rem_s': unlessDivisor((value) => value !== 0n),
  'i64.div_u': both,
  'i64.rem_u': both,
  'i64.rotl': ([, b]) => [constantCount(b) !== undefined, false],
  'i64.rotr': ([, b]) => [constantCount(b) !== undefined, false],
  'i64.trunc_f32_s': first,
  'i64.trunc_f32_u': first,
  'i64.trunc_f64_s': first,
  'i64.trunc_f64_u': first,
};

export const i64Forms: Forms = {
  'i64.add': addition('+'),
  'i64.sub': addition('-'),
  'i64.and': bitwise('&', PREC.BIT_AND),
  'i64.or': bitwise('|', PREC.BIT_OR),
  'i64.xor': bitwise('^', PREC.BIT_XOR),
  'i64.lt_u': unsignedComparison('<'),
  'i64.gt_u': unsignedComparison('>'),
  'i64.le_u': unsignedComparison('<='),
  'i64.ge_u': unsignedComparison('>='),
  'i64.clz': ofHalves('clzHalves'),
  'i64.ctz': ofHalves('ctzHalves'),
  'i64.popcnt': ofHalves('popcntHalves'),
  'i64.div_s': signedDivision({ callee: 'divS64', operator: '/' }),
  'i64.rem_s': signedDivision({ callee: 'remS64', operator: '%' }),
  'i64.div_u': unsignedDivision({ callee: 'divU64', operator: '/' }),
  'i64.rem_u': unsignedDivision({ callee: 'remU64', operator: '%' }),
  'i64.shl': shl,
  'i64.shr_s': shrS,
  'i64.shr_u': shrU,
  'i64.rotl': rotation(true),
  'i64.rotr': rotation(false),
  'i64.extend_i32_s': extendS,
  'i64.extend_i32_u': extendU,
  'i64.trunc_f32_s': truncation('truncS64'),
  'i64.trunc_f32_u': truncation('truncU64'),
  'i64.trunc_f64_s': truncation('truncS64'),
  'i64.trunc_f64_u': truncation('truncU64'),
  'i64.reinterpret_f64': ([a], names) => plain(I64, throughScratch('sf64', a, 's64', names), [a]),
  'f64.reinterpret_i64': f64OfBits,
  'f64.convert_i64_s': toF64(true),
  'f64.convert_i64_u': toF64(false),
};
