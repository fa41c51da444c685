/** Expressions get a meaning at a location: names become locals, globals and memories, and what cannot mean anything is refused. */

import {
  type Frame,
  type FrameTypes,
  type GlobalInstance,
  type ModuleInstance,
  type Needs,
  readNames,
  readSlot,
  valTypeText,
  valtype,
} from '../../engine/index.ts';
import {
  FilterError,
  localIndex,
  localName,
  MemoryView,
  mergeNeeds,
  nearestOf,
  selectEntities,
} from '../../probes/index.ts';
import {
  type Arithmetic,
  converted,
  floatOperations,
  integerOperations,
  isEqual,
  NoValue,
  type Numeric,
  negated,
  normal,
} from './arithmetic.ts';
import { ExpressionError, NotHere } from './expression-error.ts';
import type { Expression, Key } from './syntax.ts';

const { F32, F64, I32, I64, isRef } = valtype;
type ValType = valtype.ValType;

/** When an expression is evaluated. */
export interface Moment {
  /** In an event of a probe that declares `needs`. */
  readonly frame: Frame;
  /** Arrivals at the location so far, this one included. */
  readonly arrivals: number;
}

/** Where an expression is evaluated. */
export interface Scope extends FrameTypes {
  readonly instance: ModuleInstance;
  /** Index of the function. */
  readonly func: number;
}

/** What a value depends on. */
export interface Dependencies {
  /** Indices. */
  readonly locals: ReadonlySet<number>;
  readonly globals: ReadonlySet<number>;
  readonly hasMemory: boolean;
  readonly hasOperands: boolean;
  readonly hasArrivals: boolean;
  readonly hasDepth: boolean;
}

export interface BoundExpression {
  readonly text: string;
  readonly needs: Needs;
  readonly dependencies: Dependencies;
  /**
   * The value: integers (also of comparisons: 1 or 0) as numbers, those that are not safe as bigints; floats as numbers.
   *
   * @throws NoValue where it cannot be had
   */
  evaluate(moment: Moment): Numeric;
}

/** A part that has its meaning. */
interface Term {
  readonly kind: 'int' | 'float' | 'reference';
  readonly evaluate: (moment: Moment) => Numeric;
  /** Whether a reference is null. */
  readonly isNull?: (moment: Moment) => boolean;
  /** Of a value that is read as it is, its type in the program. */
  readonly type?: ValType;
  /** Of a number in the text. */
  readonly literal?: Numeric;
}

const notNumeric = (): never => {
  throw new TypeError('a reference has no number');
};

class Binder {
  private readonly text: string;
  private readonly scope: Scope;
  needs: Needs = {};
  readonly dependencies = {
    locals: new Set<number>(),
    globals: new Set<number>(),
    hasMemory: false,
    hasOperands: false,
    hasArrivals: false,
    hasDepth: false,
  };

  constructor(text: string, scope: Scope) {
    this.text = text;
    this.scope = scope;
  }

  private error(at: number, problem: string, nearest: readonly string[] = []): ExpressionError {
    return new ExpressionError(this.text, at, problem, nearest);
  }

  private need(needs: Needs): void {
    this.needs = mergeNeeds(this.needs, needs);
  }

  /** A term that has a number. */
  number(expression: Expression): Term {
    const term = this.term(expression);
    if (term.kind === 'reference')
      throw this.error(expression.at, 'a reference can only be compared with null: ... == null or ... != null');
    return term;
  }

  private integer(expression: Expression, what: string): Term {
    const term = this.number(expression);
    if (term.kind === 'int') return term;
    throw this.error(expression.at, `${what} is an integer, and this is a float: i32(...) makes an integer of it`);
  }

  /** A term that is true or false. */
  condition(expression: Expression): Term {
    const term = this.number(expression);
    if (term.kind === 'int') return term;
    throw this.error(expression.at, 'a float is neither true nor false: compare it, for instance with != 0');
  }

  private term(expression: Expression): Term {
    switch (expression.kind) {
      case 'number': {
        const { value, isFloat } = expression;
        return { kind: isFloat ? 'float' : 'int', evaluate: () => value, literal: value };
      }
      case 'null':
        return { kind: 'reference', evaluate: notNumeric, isNull: () => true };
      case 'arrivals':
        this.dependencies.hasArrivals = true;
        return { kind: 'int', evaluate: ({ arrivals }) => arrivals };
      case 'depth':
        this.dependencies.hasDepth = true;
        this.need({ stack: true });
        return { kind: 'int', evaluate: ({ frame }) => frame.depth };
      case 'local':
        return this.local(expression.key, expression.at);
      case 'global':
        return this.global(expression.key, expression.at);
      case 'operand':
        return this.operand(expression.fromTop, expression.at);
      case 'load':
        return this.load(expression);
      case 'convert': {
        const { type } = expression;
        const { evaluate } = this.number(expression.value);
        return { kind: type.startsWith('f') ? 'float' : 'int', evaluate: (m) => converted(evaluate(m), type) };
      }
      case 'unary':
        return this.unary(expression);
      case 'binary':
        return this.binary(expression);
    }
  }

  /** What reads a value of the program. */
  private value(type: ValType, at: number, read: (moment: Moment) => unknown): Term {
    // What is read has the type.
    if (type === I32) return { kind: 'int', type, evaluate: (m) => read(m) as number };
    if (type === I64) return { kind: 'int', type, evaluate: (m) => normal(read(m) as bigint) };
    if (type === F32 || type === F64) return { kind: 'float', type, evaluate: (m) => read(m) as number };
    if (isRef(type)) return { kind: 'reference', type, evaluate: notNumeric, isNull: (m) => read(m) === null };
    throw this.error(at, `expressions know no ${valTypeText(this.scope.instance.module, type)}`);
  }

  private local(key: Key, at: number): Term {
    const { instance, func, locals } = this.scope;
    const index = typeof key === 'number' ? key : localIndex(instance.module, func, key);
    const type = index === undefined ? undefined : locals[index];
    if (index === undefined || type === undefined) throw this.noLocal(key, at);
    this.dependencies.locals.add(index);
    this.need({ locals: true });
    return this.value(type, at, ({ frame }) => frame.local(index).value);
  }

  private noLocal(key: Key, at: number): ExpressionError {
    const { instance, func, locals } = this.scope;
    const { module } = instance;
    const names = locals.flatMap((_, i) => localName(module, func, i) ?? []);
    const last = locals.length - 1;
    const there = last < 0 ? 'which has none' : last === 0 ? 'which has $0 only' : `which has $0 to $${last}`;
    const listed = names.length === 0 || names.length > 12 ? '' : ` (${names.map((name) => `$${name}`).join(', ')})`;
    const name = readNames(module).functions.get(func);
    const where = `function ${func}${name === undefined ? '' : ` (${name})`}`;
    const near = nearestOf(String(key), names).map((near) => `$${near}`);
    return new NotHere(this.text, at, `there is no local $${key} in ${where}, ${there}${listed}`, near);
  }

  private entity(kind: 'global' | 'memory', key: Key, at: number): number {
    try {
      const [index] = selectEntities(this.scope.instance.module, kind, key);
      return index as number;
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      throw this.error(at, error.message);
    }
  }

  private global(key: Key, at: number): Term {
    const index = this.entity('global', key, at);
    // The instance has all globals of its module.
    const global = this.scope.instance.globals[index] as GlobalInstance;
    this.dependencies.globals.add(index);
    const { type } = global.type;
    return this.value(type, at, () => readSlot(global.slots, 0, type).value);
  }

  private operand(fromTop: number, at: number): Term {
    const { operands } = this.scope;
    const type = operands[operands.length - 1 - fromTop];
    if (type === undefined) {
      const last = operands.length - 1;
      const there =
        last < 0 ? 'no operands are' : last === 0 ? 'only operand[0] is' : `operand[0] to operand[${last}] are`;
      throw new NotHere(this.text, at, `there is no operand[${fromTop}]: here ${there} on the stack`);
    }
    this.dependencies.hasOperands = true;
    this.need({ operands: fromTop + 1 });
    return this.value(type, at, ({ frame }) => frame.operand(fromTop).value);
  }

  private load({ type, memory, address, at }: Extract<Expression, { kind: 'load' }>): Term {
    const index = this.entity('memory', memory, at);
    const view = new MemoryView(this.scope.instance, index);
    const place = this.integer(address, 'an address').evaluate;
    this.dependencies.hasMemory = true;
    const bytes = Number(type.slice(1)) / 8;
    return {
      kind: type.startsWith('f') ? 'float' : 'int',
      evaluate: (moment) => {
        const start = place(moment);
        const { size } = view;
        // An i32 that is an address has no sign.
        const offset = start >= 0 ? start : typeof start === 'number' ? start >>> 0 : BigInt.asUintN(64, start);
        if (offset > size - bytes)
          throw new NoValue(
            `${type}[0x${BigInt(offset).toString(16)}] lies beyond the memory, which ends at 0x${size.toString(16)}`,
          );
        const value = view[type](offset);
        return typeof value === 'bigint' ? normal(value) : value;
      },
    };
  }

  private unary({ operator, value }: Extract<Expression, { kind: 'unary' }>): Term {
    if (operator === 'not') {
      const { evaluate } = this.condition(value);
      return { kind: 'int', evaluate: (m) => (evaluate(m) === 0 ? 1 : 0) };
    }
    if (operator === '~') {
      const { evaluate } = this.integer(value, 'what has bits');
      return { kind: 'int', evaluate: (m) => integerOperations['-'](-1, evaluate(m)) };
    }
    const { kind, evaluate, literal } = this.number(value);
    if (kind === 'float') return { kind, evaluate: (m) => -Number(evaluate(m)) };
    const term: Term = { kind, evaluate: (m) => negated(evaluate(m)) };
    return literal === undefined ? term : { ...term, literal: negated(literal) };
  }

  private binary({ operator, left, right, at }: Extract<Expression, { kind: 'binary' }>): Term {
    switch (operator) {
      case 'and':
      case 'or': {
        const a = this.condition(left).evaluate;
        const b = this.condition(right).evaluate;
        const isAnd = operator === 'and';
        return { kind: 'int', evaluate: (m) => (((a(m) !== 0) === isAnd ? b(m) !== 0 : !isAnd) ? 1 : 0) };
      }
      case '==':
      case '!=':
        return this.equality(left, right, operator === '==');
      case '<':
      case '<=':
      case '>':
      case '>=': {
        const test = comparisons[operator];
        const [a, b] = [this.number(left).evaluate, this.number(right).evaluate];
        return { kind: 'int', evaluate: (m) => (test(a(m), b(m)) ? 1 : 0) };
      }
      default:
        return this.arithmetic(operator, left, right, at);
    }
  }

  private equality(left: Expression, right: Expression, isWanted: boolean): Term {
    const [a, b] = [this.term(left), this.term(right)];
    if (a.isNull !== undefined && b.isNull !== undefined && (left.kind === 'null' || right.kind === 'null')) {
      const isNull = left.kind === 'null' ? b.isNull : a.isNull;
      return { kind: 'int', evaluate: (m) => (isNull(m) === isWanted ? 1 : 0) };
    }
    const [x, y] = [this.number(left).evaluate, this.number(right).evaluate];
    this.refuseNever(a, b.literal, right.at);
    this.refuseNever(b, a.literal, left.at);
    return { kind: 'int', evaluate: (m) => (isEqual(x(m), y(m)) === isWanted ? 1 : 0) };
  }

  /** A value that its type does not have is a mistake: 0xfffffff0 for an i32, 0.1 for an f32. */
  private refuseNever({ type }: Term, literal: Numeric | undefined, at: number): void {
    if (type === undefined || literal === undefined) return;
    const name = valTypeText(this.scope.instance.module, type);
    if (type === F32 && Math.fround(Number(literal)) !== Number(literal))
      throw this.error(at, `an f32 never is ${literal}: write f32(${literal})`);
    if (type !== I32 && type !== I64) return;
    const bits = type === I32 ? 32 : 64;
    const isWhole = typeof literal === 'bigint' || Number.isInteger(literal);
    if (isWhole && BigInt.asIntN(bits, BigInt(literal)) === BigInt(literal)) return;
    const isUnsigned = isWhole && BigInt.asUintN(bits, BigInt(literal)) === BigInt(literal);
    const advice = isUnsigned ? `: the unsigned value is u${bits}(...)` : '';
    throw this.error(at, `an ${name}, which has a sign, never is ${literal}${advice}`);
  }

  private arithmetic(operator: Arithmetic, left: Expression, right: Expression, at: number): Term {
    const [a, b] = [this.number(left), this.number(right)];
    const [x, y] = [a.evaluate, b.evaluate];
    if (a.kind === 'int' && b.kind === 'int') {
      const operation = integerOperations[operator];
      return { kind: 'int', evaluate: (m) => operation(x(m), y(m)) };
    }
    const operation = floatOperations[operator];
    if (operation === undefined) throw this.error(at, `"${operator}" is for integers, and here is a float`);
    return { kind: 'float', evaluate: (m) => operation(x(m), y(m)) };
  }
}

const comparisons: Readonly<Record<'<' | '<=' | '>' | '>=', (a: Numeric, b: Numeric) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/**
 * An expression at a location.
 *
 * @throws ExpressionError for a name that there is not, and for what has no meaning
 */
export function bindExpression(text: string, expression: Expression, scope: Scope): BoundExpression {
  const binder = new Binder(text, scope);
  const { evaluate } = binder.number(expression);
  const { needs, dependencies } = binder;
  return { text, needs, dependencies, evaluate };
}

/** An expression that is true or false: an integer, of which 0 is false. */
export function bindCondition(text: string, expression: Expression, scope: Scope): BoundExpression {
  const binder = new Binder(text, scope);
  const { evaluate } = binder.condition(expression);
  const { needs, dependencies } = binder;
  return { text, needs, dependencies, evaluate };
}
