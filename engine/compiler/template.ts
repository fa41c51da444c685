/**
 * The meanings of the instruction table as templates: parsed once for each row, then filled with the text of operands in as few
 * parentheses as possible. Operands come in the cheapest form that their place allows.
 */

import type { Instruction } from '../isa/instructions.ts';
import { F32, F64, I64, type ValType } from '../isa/valtype.ts';
import {
  binary,
  call,
  conditional,
  type Expr,
  expression,
  type Names,
  name,
  negative,
  PREC,
  quiet,
  type Text,
  truth,
  type Unwrapped,
} from './js-text.ts';

/** A meaning as a tree. Operands are numbered from 0. */
export type Node =
  | { readonly kind: 'operand'; readonly slot: number }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'negative'; readonly operand: Node }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node }
  | { readonly kind: 'conditional'; readonly test: Node; readonly then: Node; readonly otherwise: Node }
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Node[] };

export interface Template {
  readonly root: Node;
  /** How often each operand occurs. */
  readonly uses: readonly number[];
}

const binaryPrecedence: Readonly<Record<string, number>> = {
  '|': PREC.BIT_OR,
  '^': PREC.BIT_XOR,
  '&': PREC.BIT_AND,
  '===': PREC.EQUALITY,
  '!==': PREC.EQUALITY,
  '<': PREC.RELATIONAL,
  '>': PREC.RELATIONAL,
  '<=': PREC.RELATIONAL,
  '>=': PREC.RELATIONAL,
  '<<': PREC.SHIFT,
  '>>': PREC.SHIFT,
  '>>>': PREC.SHIFT,
  '+': PREC.ADDITIVE,
  '-': PREC.ADDITIVE,
  '*': PREC.MULTIPLICATIVE,
  '/': PREC.MULTIPLICATIVE,
  '%': PREC.MULTIPLICATIVE,
};

const token = /\s*(>>>|===|!==|<<|>>|<=|>=|[-+*/%&|^<>?:(),]|\d\w*|[A-Za-z][\w.]*)/y;

/** Operator precedence parsing after Pratt, for the operators that meanings have. */
class MeaningParser {
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(meaning: string) {
    const tokens: string[] = [];
    token.lastIndex = 0;
    while (token.lastIndex < meaning.length) {
      const match = token.exec(meaning);
      if (match === null) throw new Error(`instruction table: cannot read the meaning ${meaning}`);
      tokens.push(match[1]);
    }
    this.#tokens = tokens;
  }

  parse(): Node {
    const root = this.#conditional();
    if (this.#next !== this.#tokens.length) throw new Error(`instruction table: ${this.#tokens.join(' ')} goes on`);
    return root;
  }

  #accept(text: string): boolean {
    if (this.#tokens[this.#next] !== text) return false;
    this.#next++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw new Error(`instruction table: no ${text} in ${this.#tokens.join(' ')}`);
  }

  #conditional(): Node {
    const test = this.#binary(PREC.OR);
    if (!this.#accept('?')) return test;
    const then = this.#conditional();
    this.#expect(':');
    return { kind: 'conditional', test, then, otherwise: this.#conditional() };
  }

  #binary(least: number): Node {
    let left = this.#unary();
    for (;;) {
      const operator = this.#tokens[this.#next] ?? '';
      const prec = binaryPrecedence[operator];
      if (prec === undefined || prec < least) return left;
      this.#next++;
      left = { kind: 'binary', operator, left, right: this.#binary(prec + 1) };
    }
  }

  #unary(): Node {
    if (this.#accept('-')) return { kind: 'negative', operand: this.#unary() };
    if (this.#accept('(')) {
      const inner = this.#conditional();
      this.#expect(')');
      return inner;
    }
    const text = this.#tokens[this.#next++] ?? '';
    if (this.#accept('(')) return { kind: 'call', callee: text, args: this.#arguments() };
    if (/^[abc]$/.test(text)) return { kind: 'operand', slot: text.charCodeAt(0) - 97 };
    if (/^\d/.test(text) || text === 'NaN') return { kind: 'literal', text };
    throw new Error(`instruction table: unknown ${text} in ${this.#tokens.join(' ')}`);
  }

  #arguments(): Node[] {
    const args: Node[] = [];
    do args.push(this.#conditional());
    while (this.#accept(','));
    this.#expect(')');
    return args;
  }
}

function children(node: Node): readonly Node[] {
  if (node.kind === 'negative') return [node.operand];
  if (node.kind === 'binary') return [node.left, node.right];
  if (node.kind === 'conditional') return [node.test, node.then, node.otherwise];
  return node.kind === 'call' ? node.args : [];
}

function countUses(node: Node, uses: number[]): void {
  if (node.kind === 'operand') uses[node.slot]++;
  for (const child of children(node)) countUses(child, uses);
}

/** The tree of a meaning. */
export function parseMeaning(meaning: string): Node {
  return new MeaningParser(meaning).parse();
}

const templates = new Map<Instruction, Template>();

/** The template of a row with a meaning that names no memory. */
export function templateOf(instr: Instruction): Template {
  let template = templates.get(instr);
  if (template === undefined) {
    const uses = instr.params.map(() => 0);
    const root = parseMeaning(instr.meaning);
    countUses(root, uses);
    template = { root, uses };
    templates.set(instr, template);
  }
  return template;
}

/**
 * What becomes of a value in its place: taken modulo 2^32, or used as it is. Bigints are wrapped at every step: V8 computes
 * with machine words only where it sees that they fit.
 */
type Wrap = 'i32' | 'none';

interface Filling {
  readonly operands: readonly Expr[];
  readonly names: Names;
}

/** Sums of i32 stay far below this; an operand that would reach it is taken in its wrapped form. */
const MAX_BOUND = 2 ** 50;

function fillOperand(e: Expr, wrap: Wrap): Unwrapped {
  const isFloat = e.type === F32 || e.type === F64;
  const piece = isFloat ? quiet(e) : wrap === 'none' ? e : (e.unwrapped ?? e);
  const bound = piece === e.unwrapped ? e.unwrapped.bound : 2 ** 31;
  return bound > MAX_BOUND ? { text: e.text, prec: e.prec, bound: 2 ** 31 } : { ...piece, bound };
}

function isBig(node: Node, operands: readonly Expr[]): boolean {
  if (node.kind === 'operand') return operands[node.slot].type === I64;
  if (node.kind === 'literal') return node.text.endsWith('n');
  if (node.kind === 'call') return node.callee.startsWith('BigInt');
  return children(node).some((child) => isBig(child, operands));
}

/** Operators of numbers that take both sides modulo 2^32. */
const wrapping = new Set(['|', '&', '^', '<<', '>>', '>>>']);

function fillBinary(node: Node & { kind: 'binary' }, wrap: Wrap, filling: Filling): Unwrapped {
  const { operator } = node;
  const prec = binaryPrecedence[operator];
  const isNumberWrap = wrapping.has(operator) && !isBig(node, filling.operands);
  const passes = wrap !== 'none' && (operator === '+' || operator === '-');
  const inner: Wrap = isNumberWrap ? 'i32' : passes ? wrap : 'none';
  const left = fill(node.left, inner, filling);
  const right = fill(node.right, inner, filling);
  const bound = isNumberWrap ? 2 ** 32 : left.bound + right.bound;
  return { ...binary(left, operator, right, prec), bound };
}

/** Functions whose arguments are taken modulo 2^32. */
const wrappingCalls = new Set(['Math.imul', 'Math.clz32']);

function fill(node: Node, wrap: Wrap, filling: Filling): Unwrapped {
  const bound = 2 ** 32;
  switch (node.kind) {
    case 'operand':
      return fillOperand(filling.operands[node.slot], wrap);
    case 'literal':
      return { ...name(node.text), bound };
    case 'negative':
      return { ...negative(fill(node.operand, wrap, filling)), bound };
    case 'binary':
      return fillBinary(node, wrap, filling);
    case 'conditional': {
      const [test, then, otherwise] = children(node).map((child) => fill(child, 'none', filling));
      return { ...conditional(test, then, otherwise), bound };
    }
    case 'call': {
      const isGlobal = /^(Math|BigInt|Number)\b/.test(node.callee);
      const callee = isGlobal ? node.callee : filling.names.bound(node.callee);
      const args = node.args.map((arg) => fill(arg, wrappingCalls.has(node.callee) ? 'i32' : 'none', filling));
      return { ...call(callee, ...args), bound };
    }
  }
}

function isLiteral(node: Node, text: string): boolean {
  return node.kind === 'literal' && node.text === text;
}

/** The X of `X | 0`. */
function wrappedPart(node: Node): Node | undefined {
  return node.kind === 'binary' && node.operator === '|' && isLiteral(node.right, '0') ? node.left : undefined;
}

const opposites: Readonly<Record<string, string>> = { '===': '!==', '!==': '===' };
/** Not for floats: a comparison with a NaN is false both ways. */
const integerOpposites: Readonly<Record<string, string>> = { '<': '>=', '>=': '<', '>': '<=', '<=': '>' };

/** The opposite of a comparison with this operator, as the same text with another one; undefined for floats. */
export function oppositeOperator(operator: string, type: ValType): string | undefined {
  if (operator in opposites) return opposites[operator];
  return type === F32 || type === F64 ? undefined : integerOpposites[operator];
}

/** The i32 of a comparison. */
export function comparison(left: Text, operator: string, right: Text, operands: readonly Expr[]): Expr {
  const prec = binaryPrecedence[operator];
  const condition = binary(left, operator, right, prec);
  const opposite = oppositeOperator(operator, operands[0].type);
  const negation =
    opposite === undefined
      ? { text: `!(${condition.text})`, prec: PREC.UNARY }
      : binary(left, opposite, right, binaryPrecedence[opposite]);
  return truth(condition, negation, operands);
}

/** A tree filled with operands, as an expression of this type. */
export function fillTemplate(root: Node, type: ValType, operands: readonly Expr[], names: Names): Expr {
  const filling = { operands, names };
  if (root.kind === 'conditional' && isLiteral(root.then, '1') && root.test.kind === 'binary') {
    const { left, operator, right } = root.test;
    return comparison(fill(left, 'none', filling), operator, fill(right, 'none', filling), operands);
  }
  const wrapped = wrappedPart(root);
  const piece = fill(root, 'none', filling);
  const isAtom = root.kind === 'operand' && operands[0].isAtom;
  if (wrapped === undefined) return expression(type, piece, operands, { isAtom });
  return expression(type, piece, operands, { unwrapped: fill(wrapped, 'i32', filling) });
}
