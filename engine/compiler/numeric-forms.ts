/**
 * Forms of i32, f32 and f64 instructions that are better than the meanings of the table: shorter or faster with constants and
 * conditions, without a call, or exact to the bits of a NaN.
 */

import { F32, F64, I32, type ValType } from '../isa/valtype.ts';
import {
  asTrapping,
  constantOf,
  type Form,
  type Forms,
  fromMeaning,
  lowHalf,
  plain,
  type Repeats,
  type RepeatTable,
  throughScratch,
  trappingCall,
} from './forms.ts';
import {
  binary,
  call,
  conditional,
  conditionOf,
  type Expr,
  known,
  literal,
  type Names,
  name,
  negationOf,
  negative,
  PREC,
  quiet,
  type Text,
  truth,
} from './js-text.ts';

/** The operands with `value` in the place of the second. */
function withSecond(operands: readonly Expr[], value: number): Expr[] {
  return [operands[0], known(I32, value)];
}

/** `a + -4` as `a - 4`, and the other way. */
function addition(operator: '+' | '-'): Form {
  return (operands, names) => {
    const value = constantOf(operands[1]);
    if (value === undefined || value >= 0 || value === -0x80000000) return undefined;
    const opposite = operator === '+' ? '-' : '+';
    return fromMeaning(`a ${opposite} b | 0`, I32, withSecond(operands, -value), names);
  };
}

/** A shift by a constant, with the count that JavaScript takes: modulo 32. */
function shift(operator: string): Form {
  return (operands, names) => {
    const count = constantOf(operands[1]);
    if (count === undefined) return undefined;
    if ((count & 31) === 0) return operands[0];
    return fromMeaning(`a ${operator} b`, I32, withSecond(operands, count & 31), names);
  };
}

function rotation(left: boolean): Form {
  return (operands, names) => {
    const count = constantOf(operands[1]);
    if (count === undefined) return undefined;
    const bits = (left ? count : -count) & 31;
    return bits === 0 ? operands[0] : fromMeaning(`a << ${bits} | a >>> ${32 - bits}`, I32, operands, names);
  };
}

/** `x === 0` and `x !== 0` of a condition are the condition itself, or its opposite. */
function withZero(isEqual: boolean): Form {
  return ([a, b]) => {
    const [value, zero] = constantOf(a) === 0 ? [b, a] : [a, b];
    if (constantOf(zero) !== 0 || value.condition === undefined || value.negation === undefined) return undefined;
    const [condition, negation] = [value.condition, value.negation];
    return isEqual ? truth(negation, condition, [value]) : truth(condition, negation, [value]);
  };
}

/** `&&` or `||` of two conditions. The second is not always evaluated then, so it must not trap. */
function junction(operator: '&' | '|'): Form {
  return (operands, names) => {
    const [a, b] = operands;
    if (a.condition === undefined || b.condition === undefined || b.canTrap) return undefined;
    const [and, or] = [
      (x: Text, y: Text) => binary(x, '&&', y, PREC.AND),
      (x: Text, y: Text) => binary(x, '||', y, PREC.OR),
    ];
    const [join, opposite] = operator === '&' ? [and, or] : [or, and];
    const condition = join(conditionOf(a), conditionOf(b));
    const bits = fromMeaning(`a ${operator} b`, I32, operands, names);
    return { ...bits, condition, negation: opposite(negationOf(a), negationOf(b)) };
  };
}

interface Division {
  readonly callee: string;
  readonly operator: '/' | '%';
  readonly isSigned: boolean;
}

/** Without a check where the divisor is known to be harmless; otherwise the unlikely cases are left to a function. */
function division({ callee, operator, isSigned }: Division): Form {
  const isRisky = (value: number): boolean => value === 0 || (callee === 'divS32' && value === -1);
  const meaning = isSigned ? `a ${operator} b | 0` : `(a >>> 0) ${operator} (b >>> 0) | 0`;
  return (operands, names) => {
    const [a, b] = operands;
    const value = constantOf(b);
    if (value !== undefined && !isRisky(value)) {
      if (isSigned) return fromMeaning(meaning, I32, operands, names);
      const dividend = binary(a.unwrapped ?? a, '>>>', literal(0), PREC.SHIFT);
      const quotient = binary(dividend, operator, literal(value >>> 0), PREC.MULTIPLICATIVE);
      return plain(I32, binary(quotient, '|', literal(0), PREC.BIT_OR), operands);
    }
    const unlikely = trappingCall(callee, operands, names);
    if (value !== undefined) return asTrapping(plain(I32, unlikely, operands));
    const isZero = binary(b, '===', literal(0), PREC.EQUALITY);
    const isMinusOne = binary(b, '===', literal(-1), PREC.EQUALITY);
    const test = callee === 'divS32' ? binary(isZero, '||', isMinusOne, PREC.OR) : isZero;
    return asTrapping(plain(I32, conditional(test, unlikely, fromMeaning(meaning, I32, operands, names)), operands));
  };
}

/** A float inside both limits is truncated by `| 0`; what is outside, or a NaN, traps. */
function truncation(callee: string, above: string, below: string): Form {
  return ([a], names) => {
    const over = binary(quiet(a), '>', name(above), PREC.RELATIONAL);
    const under = binary(quiet(a), '<', name(below), PREC.RELATIONAL);
    const isInside = binary(over, '&&', under, PREC.AND);
    const unlikely = trappingCall(callee, [quiet(a)], names);
    return asTrapping(plain(I32, conditional(isInside, binary(quiet(a), '|', literal(0), PREC.BIT_OR), unlikely), [a]));
  };
}

/** An operation of JavaScript that keeps all bits but the sign. */
function signOperation(type: ValType, apply: (piece: Text) => Text): Form {
  return ([a]) =>
    plain(type, apply(a), [a], {
      ...(a.quiet === undefined ? {} : { quiet: apply(a.quiet) }),
      maybeSignalling: a.maybeSignalling,
    });
}

const absolute = (piece: Text): Text => call('Math.abs', piece);

/** The sign bit of a carried f32 is where that of an f64 is, so that one function serves both. */
function copysign(type: ValType): Form {
  return (operands, names) =>
    plain(type, call(names.bound('copysign64'), ...operands), operands, {
      maybeSignalling: operands[0].maybeSignalling,
    });
}

/** Rounding to an integral number: V8 may pass a signalling NaN through, and JavaScript takes f64. */
function rounding64(callee: string): Form {
  return ([a]) => {
    const test = binary(a, '!==', a, PREC.EQUALITY);
    return plain(F64, conditional(test, name('NaN'), call(callee, a)), [a], { quiet: call(callee, quiet(a)) });
  };
}

function rounding32(callee: string): Form {
  return ([a]) => {
    const rounded = call(callee, quiet(a));
    return plain(F32, a.maybeSignalling ? call('Math.fround', rounded) : rounded, [a], { quiet: rounded });
  };
}

/**
 * V8 leaves out `x * 1`, `x / 1`, `x - 0`, may leave out `x + -0`, and takes a negation for the same with other signs; then a
 * signalling NaN stays one. With these constants it is made quiet.
 */
function arithmetic(type: ValType, operator: '+' | '-' | '*' | '/'): Form {
  const neutral = operator === '+' || operator === '-' ? 0 : 1;
  return (operands, names) => {
    const [a, b] = operands;
    const isNeutral = (e: Expr): boolean => Math.abs(constantOf(e) ?? Number.NaN) === neutral;
    const isOpen = (isNeutral(b) && a.maybeSignalling) || (operator !== '/' && isNeutral(a) && b.maybeSignalling);
    if (!isOpen) return undefined;
    const prec = neutral === 0 ? PREC.ADDITIVE : PREC.MULTIPLICATIVE;
    const result = binary(quiet(a), operator, quiet(b), prec);
    const exact = call(names.bound('quieted'), result);
    return plain(type, type === F32 ? call('Math.fround', exact) : exact, operands, { quiet: result });
  };
}

/** Both types are numbers; only a signalling NaN changes. */
function promote([a]: readonly Expr[], names: Names): Expr {
  if (!a.maybeSignalling)
    return plain(F64, a, [a], { isAtom: a.isAtom, ...(a.quiet === undefined ? {} : { quiet: a.quiet }) });
  return plain(F64, call(names.bound('quieted'), a), [a], { quiet: quiet(a) });
}

/** From the exact form: V8 takes `Math.fround` of an element of a `Float32Array` for the element itself, signalling NaNs and all. */
function demote([a]: readonly Expr[]): Expr {
  return plain(F32, call('Math.fround', a), [a]);
}

function bitsOfF32([a]: readonly Expr[], names: Names): Expr {
  if (a.maybeSignalling) return plain(I32, call(names.bound('exactBitsOfF32'), a), [a]);
  return plain(I32, throughScratch('sf32', a, 's32', names), [a]);
}

function f32OfBits([a]: readonly Expr[], names: Names): Expr {
  const quick = throughScratch('s32', a.unwrapped ?? a, 'sf32', names);
  return plain(F32, call(names.bound('exactF32'), a), [a], { quiet: quick, maybeSignalling: true });
}

const first = (): readonly boolean[] => [true];
const both = (): readonly boolean[] => [true, true];

/** With a constant divisor that cannot trap, the dividend is used once. */
const unlessDivisor =
  (risky: readonly number[]): Repeats =>
  ([, b]) => {
    const value = constantOf(b);
    return value === undefined || risky.includes(value) ? [true, true] : [false, false];
  };

/** Which operands the forms below use more than once, or take as atoms since they trap. */
export const numericRepeats: RepeatTable = {
  'i32.div_s': unlessDivisor([0, -1]),
  'i32.div_u': unlessDivisor([0]),
  'i32.rem_s': unlessDivisor([0]),
  'i32.rem_u': unlessDivisor([0]),
  'i32.rotl': both,
  'i32.rotr': both,
  'i32.trunc_f32_s': first,
  'i32.trunc_f32_u': first,
  'i32.trunc_f64_s': first,
  'i32.trunc_f64_u': first,
  'f64.ceil': first,
  'f64.floor': first,
  'f64.trunc': first,
};

export const numericForms: Forms = {
  'i32.eqz': ([a], names) => withZero(true)([a, known(I32, 0)], names),
  'i32.eq': withZero(true),
  'i32.ne': withZero(false),
  'i32.add': addition('+'),
  'i32.sub': addition('-'),
  'i32.and': junction('&'),
  'i32.or': junction('|'),
  'i32.shl': shift('<<'),
  'i32.shr_s': shift('>>'),
  'i32.shr_u': shift('>>>'),
  'i32.rotl': rotation(true),
  'i32.rotr': rotation(false),
  'i32.div_s': division({ callee: 'divS32', operator: '/', isSigned: true }),
  'i32.div_u': division({ callee: 'divU32', operator: '/', isSigned: false }),
  'i32.rem_s': division({ callee: 'remS32', operator: '%', isSigned: true }),
  'i32.rem_u': division({ callee: 'remU32', operator: '%', isSigned: false }),
  'i32.wrap_i64': ([a], names) => plain(I32, lowHalf(a, names), [a]),
  'i32.trunc_f32_s': truncation('truncS32', '-2147483649', '2147483648'),
  'i32.trunc_f32_u': truncation('truncU32', '-1', '4294967296'),
  'i32.trunc_f64_s': truncation('truncS32', '-2147483649', '2147483648'),
  'i32.trunc_f64_u': truncation('truncU32', '-1', '4294967296'),
  'i32.reinterpret_f32': bitsOfF32,
  'f32.reinterpret_i32': f32OfBits,
  'f32.abs': signOperation(F32, absolute),
  'f32.neg': signOperation(F32, negative),
  'f32.copysign': copysign(F32),
  'f32.ceil': rounding32('Math.ceil'),
  'f32.floor': rounding32('Math.floor'),
  'f32.trunc': rounding32('Math.trunc'),
  'f32.add': arithmetic(F32, '+'),
  'f32.sub': arithmetic(F32, '-'),
  'f32.mul': arithmetic(F32, '*'),
  'f32.div': arithmetic(F32, '/'),
  'f32.demote_f64': demote,
  'f64.abs': signOperation(F64, absolute),
  'f64.neg': signOperation(F64, negative),
  'f64.copysign': copysign(F64),
  'f64.ceil': rounding64('Math.ceil'),
  'f64.floor': rounding64('Math.floor'),
  'f64.trunc': rounding64('Math.trunc'),
  'f64.add': arithmetic(F64, '+'),
  'f64.sub': arithmetic(F64, '-'),
  'f64.mul': arithmetic(F64, '*'),
  'f64.div': arithmetic(F64, '/'),
  'f64.promote_f32': promote,
};
