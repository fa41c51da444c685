/** What the records of forms share: a form takes the place of the table's meaning of an instruction. */

import type { InstrName } from '../isa/instructions.ts';
import type { ValType } from '../isa/valtype.ts';
import {
  binary,
  call,
  type Expr,
  expression,
  type Facets,
  literal,
  type Names,
  PREC,
  sequence,
  type Text,
} from './js-text.ts';
import { fillTemplate, type Node, parseMeaning } from './template.ts';

/** Makes the expression; undefined where the table's meaning will do. */
export type Form = (operands: readonly Expr[], names: Names) => Expr | undefined;

/** Which operands a form uses more than once. */
export type Repeats = (operands: readonly (Expr | undefined)[]) => readonly boolean[];

export type Forms = Partial<Record<InstrName, Form>>;

/** Operands used more than once, for those forms that have some. Forms that trap take atoms: see `trapping`. */
export type RepeatTable = Partial<Record<InstrName, Repeats>>;

const parsed = new Map<string, Node>();

/** A form of the operands a and b in the language of the table's meanings. */
export function fromMeaning(meaning: string, type: ValType, operands: readonly Expr[], names: Names): Expr {
  let root = parsed.get(meaning);
  if (root === undefined) {
    root = parseMeaning(meaning);
    parsed.set(meaning, root);
  }
  return fillTemplate(root, type, operands, names);
}

/** Marks an expression as one that can trap. */
export function asTrapping(e: Expr): Expr {
  return { ...e, canTrap: true };
}

/**
 * A call of a function that can trap. Its arguments are atoms: one that traps on its own would leave the wrong site behind.
 */
export function trappingCall(callee: string, args: readonly Text[], names: Names): Text {
  return sequence(names.site(), call(names.bound(callee), ...args).text);
}

/** The i32 value of a constant operand. */
export function constantOf(e: Expr | undefined): number | undefined {
  return typeof e?.constant === 'number' ? e.constant : undefined;
}

/** The i64 value of a constant operand. */
export function bigConstantOf(e: Expr | undefined): bigint | undefined {
  return typeof e?.constant === 'bigint' ? e.constant : undefined;
}

/** `BigInt.asIntN(bits, piece)`. */
export function asIntN(bits: number, piece: Text): Text {
  return call('BigInt.asIntN', literal(bits), piece);
}

/** `BigInt.asUintN(64, piece)`. */
export function asUint64(piece: Text): Text {
  return call('BigInt.asUintN', literal(64), piece);
}

/** The form that may be any number congruent to the value, for consumers that wrap. */
export function loose(e: Expr): Text {
  return e.unwrapped ?? e;
}

/** `piece >>> 0`. */
export function unsigned(piece: Text): Text {
  return binary(piece, '>>>', literal(0), PREC.SHIFT);
}

/** The low half of an i64 as i32. Scratch memory is many times faster than `Number(BigInt.asIntN(32, x))`. */
export function lowHalf(e: Expr, names: Names): Text {
  return e.low ?? throughScratch('s64', e, 's32', names);
}

/** The bits of a value as another type: writes element 0 of one scratch array, reads that of another. */
export function throughScratch(from: string, piece: Text, to: string, names: Names): Text {
  return sequence(store64(from, piece, names), `${names.bound(to)}[0]`);
}

/** The assignment to element 0 of a scratch array. */
export function store64(array: string, piece: Text, names: Names): string {
  return `${names.bound(array)}[0] = ${piece.prec >= PREC.ASSIGNMENT ? piece.text : `(${piece.text})`}`;
}

/** An expression of a facetless result. */
export function plain(type: ValType, piece: Text, operands: readonly Expr[], facets: Facets = {}): Expr {
  return expression(type, piece, operands, facets);
}
