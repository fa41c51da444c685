/**
 * Expressions over the state of a program: `$n > 3 and u32[$p + 8] == 0`. This is the grammar, with which text becomes a tree; `bind.ts`
 * gives it a meaning at a location. Nothing of an expression is ever run as JavaScript.
 *
 *     or, ||                       the weakest
 *     and, &&
 *     not                          in front of a comparison
 *     == != < <= > >=              one in a row; unlike in C, they bind weaker than the operators on bits
 *     |   then ^   then &
 *     << >>
 *     + -
 *     * / %
 *     - ~ !                        in front of a value
 */

import { nearestOf } from '../../probes/index.ts';
import { ExpressionError } from './expression-error.ts';
import { type Token, tokens } from './tokens.ts';

/** Integers in memory, and what values are converted to. */
export const numberTypes = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f32', 'f64'] as const;
export type NumberType = (typeof numberTypes)[number];

/** A name, or an index. */
export type Key = string | number;

export type BinaryOperator =
  | ('or' | 'and' | '==' | '!=' | '<' | '<=' | '>' | '>=')
  | ('|' | '^' | '&' | '<<' | '>>' | '+' | '-' | '*' | '/' | '%');
export type UnaryOperator = '-' | '~' | 'not';

/** A part of an expression; `at` is where it begins in the text. */
export type Expression = { readonly at: number } & (
  | { readonly kind: 'number'; readonly value: number | bigint; readonly isFloat: boolean }
  | { readonly kind: 'null' | 'arrivals' | 'depth' }
  | { readonly kind: 'local' | 'global'; readonly key: Key }
  | { readonly kind: 'operand'; readonly fromTop: number }
  | { readonly kind: 'load'; readonly type: NumberType; readonly memory: Key; readonly address: Expression }
  | { readonly kind: 'convert'; readonly type: NumberType; readonly value: Expression }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly value: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
);

/** The weakest first. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const COMPARISONS = 2;

const spellings: Readonly<Record<string, string>> = { '||': 'or', '&&': 'and' };

const words = ['global', 'operand', 'memory', 'arrivals', 'depth', 'null', 'and', 'or', 'not', ...numberTypes];

/** Deeper parentheses than anybody writes. */
const MOST_LEVELS = 100;

class Parser {
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private next = 0;
  private nesting = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokens(text);
  }

  whole(): Expression {
    const expression = this.binary(0);
    const rest = this.peek();
    if (rest.kind !== 'end') throw this.unexpected(rest, 'an operator, or the end');
    return expression;
  }

  private peek(): Token {
    return this.tokens[this.next] as Token;
  }

  private take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.next++;
    return token;
  }

  /** Takes the next token if it is this sign or word. */
  private takes(text: string): boolean {
    const { kind, text: found } = this.peek();
    if ((kind !== 'sign' && kind !== 'word') || found !== text) return false;
    this.next++;
    return true;
  }

  private expect(text: string): void {
    if (!this.takes(text)) throw this.unexpected(this.peek(), `"${text}"`);
  }

  private unexpected(token: Token, expected: string): ExpressionError {
    const found = token.kind === 'end' ? 'it ends' : `there is "${token.text}"`;
    return new ExpressionError(this.text, token.at, `${found} where ${expected} is expected`);
  }

  private operatorOf(level: number): BinaryOperator | undefined {
    const { kind, text } = this.peek();
    if (kind !== 'sign' && kind !== 'word') return undefined;
    return levels[level]?.find((operator) => operator === (spellings[text] ?? text));
  }

  private binary(level: number): Expression {
    if (level === levels.length) return this.unary();
    if (level === COMPARISONS && this.peek().text === 'not') return this.prefixed('not', () => this.binary(level));
    let left = this.binary(level + 1);
    for (let operator = this.operatorOf(level); operator !== undefined; operator = this.operatorOf(level)) {
      this.take();
      left = { kind: 'binary', operator, left, right: this.binary(level + 1), at: left.at };
      if (level === COMPARISONS && this.operatorOf(level) !== undefined) {
        throw new ExpressionError(this.text, this.peek().at, 'comparisons do not chain: write a < b and b < c');
      }
    }
    return left;
  }

  private unary(): Expression {
    const sign = (['-', '~', '!'] as const).find((text) => this.peek().kind === 'sign' && this.peek().text === text);
    if (sign === undefined) return this.nested(() => this.primary());
    return this.prefixed(sign === '!' ? 'not' : sign, () => this.unary());
  }

  /** An operator and the value behind it. */
  private prefixed(operator: UnaryOperator, operand: () => Expression): Expression {
    const { at } = this.take();
    return { kind: 'unary', operator, value: this.nested(operand), at };
  }

  /** What is parsed by recursion, which must not be deeper than the stack of the host. */
  private nested(parse: () => Expression): Expression {
    if (++this.nesting > MOST_LEVELS) {
      throw new ExpressionError(this.text, this.peek().at, 'it is nested too deeply');
    }
    const expression = parse();
    this.nesting--;
    return expression;
  }

  private primary(): Expression {
    const token = this.take();
    const { at } = token;
    switch (token.kind) {
      case 'number':
        return { kind: 'number', value: token.value, isFloat: token.isFloat, at };
      case 'local':
        return { kind: 'local', key: token.key, at };
      case 'word':
        if (['and', 'or', 'not'].includes(token.text)) break;
        return this.word(token.text, token);
      case 'sign': {
        if (token.text !== '(') break;
        const inner = this.binary(0);
        this.expect(')');
        return inner;
      }
    }
    throw this.unexpected(token, 'a value');
  }

  private word(word: string, token: Token): Expression {
    const { at } = token;
    if (word === 'null' || word === 'arrivals' || word === 'depth') return { kind: word, at };
    if (word === 'global') return { kind: 'global', key: this.key(), at };
    if (word === 'operand') return { kind: 'operand', fromTop: this.index(), at };
    if (word === 'memory') {
      const memory = this.key();
      this.expect('.');
      const { text, at: typeAt } = this.take();
      return this.load(this.numberType(text, typeAt), memory, at);
    }
    const type = this.numberType(word, at);
    if (!this.takes('(')) return this.load(type, 0, at);
    const value = this.binary(0);
    this.expect(')');
    return { kind: 'convert', type, value, at };
  }

  private numberType(word: string, at: number): NumberType {
    const type = numberTypes.find((name) => name === word);
    if (type !== undefined) return type;
    const advice = `; a local is written $${word}, a global global.${word}`;
    throw new ExpressionError(this.text, at, `"${word}" means nothing here${advice}`, nearestOf(word, words));
  }

  private load(type: NumberType, memory: Key, at: number): Expression {
    this.expect('[');
    const address = this.binary(0);
    this.expect(']');
    return { kind: 'load', type, memory, address, at };
  }

  /** `.name`, `[3]` or `["any name"]`. */
  private key(): Key {
    if (this.takes('.')) {
      const token = this.take();
      if (token.kind === 'word') return token.text;
      throw this.unexpected(token, 'a name');
    }
    if (this.peek().text !== '[') throw this.unexpected(this.peek(), '".name" or "[index]"');
    const [, inside] = this.tokens.slice(this.next) as [Token, Token];
    if (inside.kind !== 'text') return this.index();
    this.next += 2;
    this.expect(']');
    return inside.text;
  }

  /** `[3]`. */
  private index(): number {
    this.expect('[');
    const token = this.take();
    if (token.kind !== 'number' || typeof token.value !== 'number' || token.isFloat) {
      throw this.unexpected(token, 'an index');
    }
    this.expect(']');
    return token.value;
  }
}

/** @throws ExpressionError that says where the text makes no sense */
export function parseExpression(text: string): Expression {
  return new Parser(text).whole();
}
