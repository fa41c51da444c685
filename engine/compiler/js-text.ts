/**
 * Pieces of JavaScript text for values of the compiled function: what an expression is, constants, conditions.
 *
 * How values are held: an i32 is a signed number, an i64 a signed bigint in range, an f64 a number with all its bits (V8
 * keeps the bits of a NaN in moves, and in unary minus and `Math.abs`; it does not in elements of a plain array). An f32
 * is the number of the same value; a NaN is the f64 NaN with the same sign and the payload at the top, so that a
 * signalling one stays signalling: see `helpers.ts`.
 */

import { F32, F64, I32, I64, type ValType } from '../isa/valtype.ts';

/** Precedences of JavaScript (ECMA-262, 13), higher ones bind tighter. */
export const PREC = {
  SEQUENCE: 1,
  ASSIGNMENT: 2,
  CONDITIONAL: 3,
  OR: 4,
  AND: 5,
  BIT_OR: 6,
  BIT_XOR: 7,
  BIT_AND: 8,
  EQUALITY: 9,
  RELATIONAL: 10,
  SHIFT: 11,
  ADDITIVE: 12,
  MULTIPLICATIVE: 13,
  UNARY: 14,
  CALL: 15,
  ATOM: 16,
} as const;

/** Text with the precedence of its outermost operator. */
export interface Text {
  readonly text: string;
  readonly prec: number;
}

/** A number before it is brought into the range of i32: an integer of at most this magnitude. */
export interface Unwrapped extends Text {
  /** Largest magnitude; below 2^53, so that the number is exact. */
  readonly bound: number;
}

/** An expression without effects other than traps. */
export interface Expr extends Text {
  readonly type: ValType;
  /** The value, if it is known: i32 and i64 signed, f32 and f64 a number. Absent for a NaN. */
  readonly constant?: number | bigint;
  /** For an i32 that is 0 or 1: the same as a JavaScript boolean. */
  readonly condition?: Text;
  /** The opposite of `condition`; present with it. */
  readonly negation?: Text;
  /** Where the text is `X | 0`: X, for consumers that wrap again. */
  readonly unwrapped?: Unwrapped;
  /** For floats: a cheaper form whose NaN may have other bits, for consumers that do not tell NaNs apart. */
  readonly quiet?: Text;
  /** For an i64: a number that is equal to it modulo 2^32, as i32. */
  readonly low?: Text;
  /** Identifier or literal: may be repeated. */
  readonly isAtom: boolean;
  readonly canTrap: boolean;
  readonly readsMemory: boolean;
  /** For floats: the value may be a signalling NaN. */
  readonly maybeSignalling: boolean;
}

/** The typed arrays over a memory, and the `DataView`. */
export type ViewKind = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'f32' | 'i64' | 'f64' | 'dv';

/** Where text gets the names that it uses. The function also declares the scratch variables `t`, `u` and `w`. */
export interface Names {
  /** A name for a value of `helpers.ts` or `semantics.ts`; notes that the function needs it. */
  bound(name: string): string;
  /** Text such as `p = 17`, to be evaluated before something that can trap: says where in the function it is. */
  site(): string;
  /** A local variable that holds a typed array over the memory, an empty one if the memory is above 2 GiB; or the `DataView`. */
  view(memory: number, kind: ViewKind): string;
  /** May accesses use the `DataView`? Only where views are known to be of the memory as it is. */
  hasDataView(memory: number): boolean;
  /**
   * Text to be evaluated where an access has found nothing in a view, since the memory may have grown; undefined where views are
   * known to be of the memory as it is.
   */
  growthCheck?(memory: number): string | undefined;
  /** A `SlowMemory` for the memory. */
  slow(memory: number): string;
}

/** The text, in parentheses if it binds less tightly than `prec`. */
export function inside(piece: Text, prec: number): string {
  return piece.prec >= prec ? piece.text : `(${piece.text})`;
}

/** A binary operation that groups to the left. */
export function binary(left: Text, operator: string, right: Text, prec: number): Text {
  return { text: `${inside(left, prec)} ${operator} ${inside(right, prec + 1)}`, prec };
}

export function call(callee: string, ...args: readonly Text[]): Text {
  return { text: `${callee}(${args.map((arg) => inside(arg, PREC.ASSIGNMENT)).join(', ')})`, prec: PREC.CALL };
}

/** Pieces evaluated in order, the last is the value. Always in parentheses: commas also separate arguments. */
export function sequence(...pieces: readonly string[]): Text {
  return { text: `(${pieces.join(', ')})`, prec: PREC.ATOM };
}

export function conditional(test: Text, then: Text, otherwise: Text): Text {
  const [a, b] = [inside(then, PREC.ASSIGNMENT), inside(otherwise, PREC.ASSIGNMENT)];
  return { text: `${inside(test, PREC.OR)} ? ${a} : ${b}`, prec: PREC.CONDITIONAL };
}

/** Unary minus; two of them must not become `--`. */
export function negative(piece: Text): Text {
  const operand = inside(piece, PREC.UNARY);
  return { text: operand.startsWith('-') ? `-(${operand})` : `-${operand}`, prec: PREC.UNARY };
}

export function literal(value: number | bigint): Text {
  const isNegative = value < 0 || Object.is(value, -0);
  const digits = typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : String(value);
  return { text: digits, prec: isNegative ? PREC.UNARY : PREC.ATOM };
}

export function name(text: string): Text {
  return { text, prec: PREC.ATOM };
}

/** What an expression has beyond its text. */
export type Facets = Partial<Omit<Expr, keyof Text | 'type' | 'canTrap' | 'readsMemory'>>;

/** An expression from its text; it can trap or reads memory if one of its operands does. */
export function expression(type: ValType, piece: Text, operands: readonly Expr[], facets: Facets = {}): Expr {
  return {
    isAtom: false,
    maybeSignalling: false,
    ...facets,
    type,
    text: piece.text,
    prec: piece.prec,
    canTrap: operands.some((e) => e.canTrap),
    readsMemory: operands.some((e) => e.readsMemory),
  };
}

/** An i32 that is 1 or 0, by a condition and its opposite. */
export function truth(condition: Text, negation: Text, operands: readonly Expr[]): Expr {
  const text = conditional(condition, literal(1), literal(0));
  return expression(I32, text, operands, { condition, negation });
}

/** The variable with this name. */
export function atom(type: ValType, text: string): Expr {
  return expression(type, name(text), [], { isAtom: true, maybeSignalling: type === F32 || type === F64 });
}

/** A known number. */
export function known(type: ValType, value: number | bigint): Expr {
  const isAtom = true;
  if (typeof value === 'number') return expression(type, literal(value), [], { isAtom, constant: value });
  return expression(type, literal(value), [], {
    isAtom,
    constant: value,
    low: literal(Number(BigInt.asIntN(32, value))),
  });
}

const halves = new Int32Array(2);
const asF32 = new Float32Array(halves.buffer);
const asF64 = new Float64Array(halves.buffer);
const asI64 = new BigInt64Array(halves.buffer);

/** A constant from its bits: `low` and, for 64-bit types, `high`. */
export function constant(type: ValType, low: number, high: number, names: Names): Expr {
  halves[0] = low;
  halves[1] = high;
  if (type === I32) return known(type, low | 0);
  if (type === I64) return known(type, asI64[0]);
  const value = type === F32 ? asF32[0] : asF64[0];
  if (!Number.isNaN(value)) return known(type, value);
  const isCanonical = type === F32 ? low === 0x7fc00000 : low === 0 && high === 0x7ff80000;
  if (isCanonical) return expression(type, name('NaN'), [], { isAtom: true });
  const words = type === F32 ? [literal(low | 0)] : [literal(low | 0), literal(high | 0)];
  const text = call(names.bound(type === F32 ? 'exactF32' : 'exactF64'), ...words);
  return expression(type, text, [], { quiet: name('NaN'), maybeSignalling: true });
}

/** The form for consumers to which one NaN is like another. */
export function quiet(e: Expr): Text {
  return e.quiet ?? e;
}

/** A JavaScript boolean: is the i32 other than 0? */
export function conditionOf(e: Expr): Text {
  if (e.condition !== undefined) return e.condition;
  if (e.constant !== undefined) return name(String(e.constant !== 0));
  return binary(e, '!==', literal(0), PREC.EQUALITY);
}

/** A JavaScript boolean: is the i32 0? */
export function negationOf(e: Expr): Text {
  if (e.negation !== undefined) return e.negation;
  if (e.constant !== undefined) return name(String(e.constant === 0));
  return binary(e, '===', literal(0), PREC.EQUALITY);
}

/** The text of `conditionOf`, for places between parentheses. */
export function asCondition(e: Expr): string {
  return conditionOf(e).text;
}

/** The text of `negationOf`, for places between parentheses. */
export function asNegatedCondition(e: Expr): string {
  return negationOf(e).text;
}
