import { describe, expect, test } from 'vitest';
import { specified } from './deviations.ts';
import { expected, implementations, type LooseNamespace, loose, outcomeOf, summary, wat } from './support.ts';

interface ExceptionLike {
  is(...args: unknown[]): unknown;
  getArg(...args: unknown[]): unknown;
  readonly stack?: unknown;
}

function makeTag(W: LooseNamespace, ...parameters: string[]): object {
  return new W.Tag({ parameters });
}

function make(W: LooseNamespace, tag: object, ...rest: unknown[]): ExceptionLike {
  return new W.Exception(tag, ...rest) as ExceptionLike;
}

/** A value that goes into an exception and out again. */
const values: readonly (readonly [type: string, value: unknown, result: unknown])[] = [
  ['i32', 2 ** 31, -(2 ** 31)],
  ['i32', '0x10', 16],
  ['i32', undefined, 0],
  ['i32', 1n, 'TypeError: Cannot convert a BigInt value to a number'],
  ['i64', 2n ** 63n, -(2n ** 63n)],
  ['i64', '7', 7n],
  ['i64', 7, 'TypeError: Cannot convert 7 to a BigInt'],
  ['i64', null, 'TypeError: Cannot convert null to a BigInt'],
  ['f32', 1.1, Math.fround(1.1)],
  ['f64', { valueOf: () => 2.5 }, 2.5],
  ['f64', Symbol('s'), 'TypeError: Cannot convert a Symbol value to a number'],
  ['externref', undefined, undefined],
  ['externref', 5n, 5n],
  ['anyfunc', null, null],
];

const WHERE = 'TypeError: WebAssembly.Exception():';
const wrongArguments: readonly (readonly [what: string, args: (tag: object) => unknown[], error: string])[] = [
  ['nothing', () => [], `${WHERE} Argument 0 must be a WebAssembly tag`],
  ['no tag', () => [{}, []], `${WHERE} Argument 0 must be a WebAssembly tag`],
  ['no values', (tag) => [tag], `${WHERE} Exception values must be an iterable object`],
  ['null as values', (tag) => [tag, null], `${WHERE} Exception values must be an iterable object`],
  ['a string as values', (tag) => [tag, '1'], `${WHERE} Exception values must be an iterable object`],
  ['options that are no object', (tag) => [tag, [1], 1], `${WHERE} Argument 2 is not an object`],
];

const wasmFunction = await wat('(module (func (export "f")))');

describe.each(implementations)('WebAssembly.Exception of $name', (implementation) => {
  const W = loose(implementation.W);
  const known = implementation.hasKnownMessages;

  test.each(values)('%s of %s', (type, value, result) => {
    const tag = makeTag(W, type);
    const outcome = outcomeOf(() => make(W, tag, [value]).getArg(tag, 0));
    expect(summary(outcome, true)).toEqual(result);
  });

  test.each(wrongArguments)('is not made of %s', (_what, args, error) => {
    const outcome = outcomeOf(() => new W.Exception(...args(makeTag(W, 'i32'))));
    expect(summary(outcome, known)).toBe(expected(error, known));
  });

  specified(implementation, 'an exception is made of any iterable', () => {
    const tag = makeTag(W, 'i32', 'i32');
    const log: string[] = [];
    const number = (n: number) => ({
      valueOf: () => {
        log.push(`convert ${n}`);
        return n;
      },
    });
    const exception = make(
      W,
      tag,
      (function* () {
        log.push('first');
        yield number(1);
        log.push('second');
        yield number(2);
        log.push('end');
      })(),
      {
        get traceStack() {
          log.push('traceStack');
          return false;
        },
      },
    );
    expect([exception.getArg(tag, 0), exception.getArg(tag, 1)]).toEqual([1, 2]);
    // Everything is taken out of the iterable, then converted.
    expect(log.slice(0, 5)).toEqual(['first', 'second', 'end', 'convert 1', 'convert 2']);
    expect(log).toContain('traceStack');
  });

  specified(implementation, 'an exception wants as many values as its tag has parameters', () => {
    const tag = makeTag(W, 'i32', 'i32');
    const problem = new TypeError(
      'WebAssembly.Exception(): Number of exception values does not match signature length',
    );
    for (const list of [[], [1], [1, 2, 3]]) expect(() => make(W, tag, list)).toThrow(problem);
  });

  specified(implementation, 'an exception takes functions of Wasm only for a function type', () => {
    const tag = makeTag(W, 'anyfunc');
    const { f } = new implementation.W.Instance(new implementation.W.Module(wasmFunction)).exports;
    expect(make(W, tag, [f]).getArg(tag, 0)).toBe(f);
    for (const value of [undefined, () => 1, {}, 1]) expect(() => make(W, tag, [value])).toThrow(TypeError);
  });

  test('is identified by its tag, not by the type of that', () => {
    const tag = makeTag(W, 'i32');
    const other = makeTag(W, 'i32');
    const exception = make(W, tag, [1]);
    expect([exception.is(tag), exception.is(other)]).toEqual([true, false]);
    for (const value of [undefined, {}, exception]) {
      expect(() => exception.is(value)).toThrow(
        new TypeError('WebAssembly.Exception.is(): Argument 0 must be a WebAssembly.Tag'),
      );
      expect(() => exception.getArg(value, 0)).toThrow(
        new TypeError('WebAssembly.Exception.getArg(): Argument 0 must be a WebAssembly.Tag'),
      );
    }
  });

  test('gives its values by index', () => {
    const tag = makeTag(W, 'i32', 'i64', 'externref');
    const object = {};
    const exception = make(W, tag, [1.5, '7', object]);
    expect([0, 1, 2].map((i) => exception.getArg(tag, i))).toEqual([1, 7n, object]);
    expect([exception.getArg(tag, '1'), exception.getArg(tag, 0.9)]).toEqual([7n, 1]);
    expect(() => exception.getArg(tag, 3)).toThrow(
      new RangeError('WebAssembly.Exception.getArg(): Index out of range'),
    );
    for (const index of [-1, 2 ** 32, Number.NaN, undefined, 1n]) {
      expect(() => exception.getArg(tag, index)).toThrow(TypeError);
    }
    expect(() => exception.getArg(makeTag(W, 'i32', 'i64', 'externref'), 9)).toThrow(
      new TypeError('WebAssembly.Exception.getArg(): First argument does not match the exception tag'),
    );
  });

  test('can be thrown and caught, and passes through Wasm unchanged', async () => {
    const exception = make(W, makeTag(W), []);
    const bytes = await wat('(module (import "a" "f" (func $f)) (func (export "g") (call $f)))');
    const f = (): never => {
      throw exception;
    };
    const { g } = new implementation.W.Instance(new implementation.W.Module(bytes), { a: { f } }).exports;
    let caught: unknown;
    try {
      g();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(exception);
    expect(exception).not.toBeInstanceOf(Error);
  });

  test('has a stack on request', () => {
    const tag = makeTag(W);
    for (const options of [undefined, null, {}, { traceStack: false }, { traceStack: 0 }]) {
      expect(make(W, tag, [], options).stack).toBe(undefined);
    }
    const traced = make(W, tag, [], { traceStack: 1 });
    expect(traced.stack).toMatch(/^Error(: )?\n {4}at make .*exception\.test\.ts/);
    expect(Object.keys(traced)).toEqual([]);
  });
});
