// An expression calculator: tokens, a tree of objects with virtual methods, evaluation.
//
//   wiz examples/calculator.wasm "2 + 3 * (4 - 1)" "sqrt(2) ^ 2"
//
// Shows what coverage is for: the expressions given decide which operators, functions and error paths run.

import { args, exit, print, printError } from './wasi';

/** The first thing wrong with an expression; AssemblyScript has no exceptions to catch. */
let failure: string = '';

function fail(message: string): void {
  if (failure.length == 0) failure = message;
}

abstract class Expression {
  abstract evaluate(): f64;
}

class Constant extends Expression {
  constructor(private value: f64) {
    super();
  }
  evaluate(): f64 {
    return this.value;
  }
}

class Negation extends Expression {
  constructor(private operand: Expression) {
    super();
  }
  evaluate(): f64 {
    return -this.operand.evaluate();
  }
}

class Binary extends Expression {
  constructor(
    private operator: i32,
    private left: Expression,
    private right: Expression,
  ) {
    super();
  }
  evaluate(): f64 {
    const a = this.left.evaluate();
    const b = this.right.evaluate();
    switch (this.operator) {
      case 0x2b:
        return a + b;
      case 0x2d:
        return a - b;
      case 0x2a:
        return a * b;
      case 0x2f:
        if (b == 0) fail('division by zero');
        return a / b;
      case 0x25:
        if (b == 0) fail('remainder by zero');
        return a % b;
      default:
        return Math.pow(a, b);
    }
  }
}

class Call extends Expression {
  constructor(
    private name: string,
    private argument: Expression,
  ) {
    super();
  }
  evaluate(): f64 {
    const x = this.argument.evaluate();
    if (this.name == 'sqrt') return Math.sqrt(x);
    if (this.name == 'abs') return Math.abs(x);
    if (this.name == 'floor') return Math.floor(x);
    if (this.name == 'fact') return factorial(x);
    fail('unknown function ' + this.name);
    return NaN;
  }
}

function factorial(n: f64): f64 {
  if (n < 0 || n != Math.floor(n)) {
    fail('fact needs a whole number that is not negative');
    return NaN;
  }
  return n < 2 ? 1 : n * factorial(n - 1);
}

function isDigit(c: i32): bool {
  return (c >= 0x30 && c <= 0x39) || c == 0x2e;
}

function isLetter(c: i32): bool {
  return (c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a;
}

/** Recursive descent: sum > product > power > unary > primary. */
class Parser {
  private at: i32 = 0;
  constructor(private text: string) {}

  parse(): Expression {
    const expression = this.sum();
    if (this.peek() != 0) fail('unexpected "' + this.text.charAt(this.at) + '" at column ' + (this.at + 1).toString());
    return expression;
  }

  /** The next character that is not a space; 0 at the end. */
  private peek(): i32 {
    while (this.at < this.text.length && this.text.charCodeAt(this.at) == 0x20) this.at++;
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : 0;
  }

  private sum(): Expression {
    let left = this.product();
    while (this.peek() == 0x2b || this.peek() == 0x2d) {
      const operator = this.text.charCodeAt(this.at++);
      left = new Binary(operator, left, this.product());
    }
    return left;
  }

  private product(): Expression {
    let left = this.power();
    while (this.peek() == 0x2a || this.peek() == 0x2f || this.peek() == 0x25) {
      const operator = this.text.charCodeAt(this.at++);
      left = new Binary(operator, left, this.power());
    }
    return left;
  }

  private power(): Expression {
    const base = this.unary();
    if (this.peek() != 0x5e) return base;
    this.at++;
    return new Binary(0x5e, base, this.power()); // groups to the right
  }

  private unary(): Expression {
    if (this.peek() != 0x2d) return this.primary();
    this.at++;
    return new Negation(this.unary());
  }

  private primary(): Expression {
    const c = this.peek();
    if (isDigit(c)) return this.number();
    if (isLetter(c)) return this.nameOrCall();
    if (c == 0x28) return this.parenthesis();
    fail(
      c == 0
        ? 'unexpected end'
        : 'unexpected "' + this.text.charAt(this.at) + '" at column ' + (this.at + 1).toString(),
    );
    return new Constant(NaN);
  }

  private number(): Expression {
    const start = this.at;
    while (this.at < this.text.length && isDigit(this.text.charCodeAt(this.at))) this.at++;
    return new Constant(parseFloat(this.text.substring(start, this.at)));
  }

  private nameOrCall(): Expression {
    const start = this.at;
    while (this.at < this.text.length && isLetter(this.text.charCodeAt(this.at))) this.at++;
    const name = this.text.substring(start, this.at);
    if (name == 'pi') return new Constant(Math.PI);
    if (this.peek() != 0x28) {
      fail('unknown name ' + name);
      return new Constant(NaN);
    }
    return new Call(name, this.parenthesis());
  }

  private parenthesis(): Expression {
    this.at++;
    const inner = this.sum();
    if (this.peek() == 0x29) this.at++;
    else fail('missing ")"');
    return inner;
  }
}

/** Prints the value of one expression, or what is wrong with it; false in the second case. */
function calculate(text: string): bool {
  failure = '';
  const expression = new Parser(text).parse();
  const value = failure.length == 0 ? expression.evaluate() : NaN;
  if (failure.length > 0) {
    printError(text + ': ' + failure);
    return false;
  }
  print(text + ' = ' + value.toString());
  return true;
}

function main(): void {
  const expressions = args().slice(1);
  if (expressions.length == 0) expressions.push('2 + 3 * (4 - 1)');
  let failed = false;
  for (let i = 0; i < expressions.length; i++) {
    if (!calculate(expressions[i])) failed = true;
  }
  if (failed) exit(1);
}

main();
