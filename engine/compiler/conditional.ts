/**
 * An `if` whose arms compute a value and nothing else is an expression: `a ? b : c`. What a compiler makes of `a && b`
 * becomes `a && b` again, which V8 turns into jumps without the 0 or 1 between.
 */

import { V128 } from '../isa/valtype.ts';
import type { Block } from './block.ts';
import type { Emitter } from './emitter.ts';
import { conditional, conditionOf, type Expr, expression, negationOf, PREC, type Text, truth } from './js-text.ts';
import { type Entry, exprOf } from './operand-stack.ts';

/** What the arm of an `if` that ends here has computed; undefined if it has come to statements. */
export function valueOfArm(e: Emitter, block: Block): Entry | undefined {
  const [type] = block.results;
  if (block.entry !== 'no' || block.isTargeted || block.results.length !== 1 || type === V128) return undefined;
  return e.lines.isEmpty ? e.stack.peek() : undefined;
}

/** The operand that one of two operands becomes, by a third. */
export function choice(test: Entry, then: Entry, otherwise: Entry): Omit<Entry, 'type' | 'isHome' | 'isSpilled'> {
  const entries = [test, then, otherwise];
  return {
    expr: chosen(exprOf(test), exprOf(then), exprOf(otherwise)),
    deps: [...new Set(entries.flatMap(({ deps }) => deps))],
    reads: entries.reduce((all, { reads }) => all | reads, 0),
  };
}

function chosen(test: Expr, then: Expr, otherwise: Expr): Expr {
  const operands = [test, then, otherwise];
  if (isTruth(then) && isTruth(otherwise)) {
    return truth(eitherWay(test, then, otherwise, conditionOf), eitherWay(test, then, otherwise, negationOf), operands);
  }
  return expression(then.type, conditional(conditionOf(test), then, otherwise), operands, {
    maybeSignalling: then.maybeSignalling || otherwise.maybeSignalling,
  });
}

function isTruth({ condition, constant }: Expr): boolean {
  return condition !== undefined || constant === 0 || constant === 1;
}

/** The condition, or its opposite, of a truth that one of two truths becomes. */
function eitherWay(test: Expr, then: Expr, otherwise: Expr, form: (e: Expr) => Text): Text {
  const [a, b] = [form(then), form(otherwise)];
  if (b.text === 'false') return both(conditionOf(test), a);
  if (b.text === 'true') return either(negationOf(test), a);
  if (a.text === 'true') return either(conditionOf(test), b);
  if (a.text === 'false') return both(negationOf(test), b);
  return conditional(conditionOf(test), a, b);
}

function both(a: Text, b: Text): Text {
  return joined(a, '&&', b, PREC.AND);
}

function either(a: Text, b: Text): Text {
  return joined(a, '||', b, PREC.OR);
}

/** Both operators are associative. */
function joined(a: Text, operator: string, b: Text, prec: number): Text {
  const part = (text: Text) => (text.prec >= prec ? text.text : `(${text.text})`);
  return { text: `${part(a)} ${operator} ${part(b)}`, prec };
}
