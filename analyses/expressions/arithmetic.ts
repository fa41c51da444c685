/**
 * Arithmetic of expressions. Integers are exact and of any size: a number where that is safe, else a bigint; both may meet. Floats are
 * numbers of 64 bits.
 */

import type { BinaryOperator, NumberType } from './syntax.ts';

export type Numeric = number | bigint;

/** A value that cannot be had at this moment: memory beyond the end, a division by zero. */
export class NoValue extends Error {
  override readonly name = 'NoValue';
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The same integer as a number where that is exact. */
export function normal(value: bigint): Numeric {
  return value <= SAFE && value >= -SAFE ? Number(value) : value;
}

function exact(small: (a: number, b: number) => number, large: (a: bigint, b: bigint) => bigint) {
  return (a: Numeric, b: Numeric): Numeric => {
    if (typeof a === 'number' && typeof b === 'number') {
      const result = small(a, b);
      if (Number.isSafeInteger(result)) return result;
    }
    return normal(large(BigInt(a), BigInt(b)));
  };
}

function isInt32(value: Numeric): value is number {
  return typeof value === 'number' && (value | 0) === value;
}

/** On bits, as if integers had infinitely many of them. */
function bitwise(small: (a: number, b: number) => number, large: (a: bigint, b: bigint) => bigint) {
  return (a: Numeric, b: Numeric): Numeric =>
    isInt32(a) && isInt32(b) ? small(a, b) : normal(large(BigInt(a), BigInt(b)));
}

function divisor<T extends Numeric>(value: T): T {
  if (Number(value) === 0) throw new NoValue('division by zero');
  return value;
}

const MOST_SHIFTED = 64;

function shiftCount(count: bigint): bigint {
  if (count >= 0n && count <= MOST_SHIFTED) return count;
  throw new NoValue(`a shift by ${count}, where 0 to ${MOST_SHIFTED} are possible`);
}

type Operation = (a: Numeric, b: Numeric) => Numeric;
export type Arithmetic = Exclude<BinaryOperator, 'or' | 'and' | '==' | '!=' | '<' | '<=' | '>' | '>='>;

/** A sum of -0 and 0 is 0, and so is every integer zero. */
const noMinusZero = (value: number): number => value + 0;

export const integerOperations: Readonly<Record<Arithmetic, Operation>> = {
  '+': exact(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  '-': exact(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  '*': exact(
    (a, b) => noMinusZero(a * b),
    (a, b) => a * b,
  ),
  '/': exact(
    (a, b) => noMinusZero(Math.trunc(a / divisor(b))),
    (a, b) => a / divisor(b),
  ),
  '%': exact(
    (a, b) => noMinusZero(a % divisor(b)),
    (a, b) => a % divisor(b),
  ),
  '&': bitwise(
    (a, b) => a & b,
    (a, b) => a & b,
  ),
  '|': bitwise(
    (a, b) => a | b,
    (a, b) => a | b,
  ),
  '^': bitwise(
    (a, b) => a ^ b,
    (a, b) => a ^ b,
  ),
  '<<': (a, b) => normal(BigInt(a) << shiftCount(BigInt(b))),
  '>>': (a, b) => normal(BigInt(a) >> shiftCount(BigInt(b))),
};

/** Operators on bits have no meaning for floats. */
export const floatOperations: Readonly<Partial<Record<Arithmetic, Operation>>> = {
  '+': (a, b) => Number(a) + Number(b),
  '-': (a, b) => Number(a) - Number(b),
  '*': (a, b) => Number(a) * Number(b),
  '/': (a, b) => Number(a) / Number(b),
  '%': (a, b) => Number(a) % Number(b),
};

/** Numbers and bigints compare exactly; a NaN equals nothing. */
export function isEqual(a: Numeric, b: Numeric): boolean {
  return a === b || (typeof a !== typeof b && a >= b && a <= b);
}

export function negated(value: Numeric): Numeric {
  return typeof value === 'bigint' ? normal(-value) : noMinusZero(-value);
}

/** A value as a type has it: integers wrap, fractions of floats are cut off. */
export function converted(value: Numeric, type: NumberType): Numeric {
  if (type === 'f64') return Number(value);
  if (type === 'f32') return Math.fround(Number(value));
  if (type === 'i32' && isInt32(value)) return value;
  if (typeof value === 'number' && !Number.isFinite(value)) throw new NoValue(`${value} as ${type}`);
  const whole = BigInt(typeof value === 'number' ? Math.trunc(value) : value);
  const bits = Number(type.slice(1));
  return normal(type.startsWith('u') ? BigInt.asUintN(bits, whole) : BigInt.asIntN(bits, whole));
}
