import { describe, expect, test } from 'vitest';
import { expected, implementations, outcomeOf, summary, wat } from './support.ts';

const exporting = await wat('(module (tag (export "t") (param i32)) (tag (export "u") (param i32)))');
const importing = await wat('(module (import "a" "t" (tag (param i32))) (export "t" (tag 0)))');

const tagArguments: readonly (readonly [what: string, args: readonly unknown[], result: string])[] = [
  ['nothing', [], 'TypeError: WebAssembly.Tag(): Argument 0 must be a tag type'],
  ['no parameters', [{}], "TypeError: WebAssembly.Tag(): Argument 0 must be a tag type with 'parameters'"],
  [
    'a number of parameters',
    [{ parameters: 1 }],
    "TypeError: WebAssembly.Tag(): Argument 0 must be a tag type with 'parameters'",
  ],
  [
    'an unknown type',
    [{ parameters: ['i32', 'x'] }],
    'TypeError: WebAssembly.Tag(): Argument 0 parameter type at index #1 must be a value type',
  ],
  ['types', [{ parameters: ['i32', 'i64', 'f32', 'f64', 'externref', 'anyfunc'] }], 'ok'],
];

describe.each(implementations)('WebAssembly.Tag and Exception of $name', ({ W, hasKnownMessages }) => {
  test.each(tagArguments)('a tag is made of %s', (_what, args, result) => {
    const make = W.Tag as unknown as new (...args: readonly unknown[]) => object;
    const outcome = outcomeOf(() => (new make(...args) instanceof W.Tag ? 'ok' : 'no tag'));
    expect(summary(outcome, hasKnownMessages)).toBe(expected(result, hasKnownMessages));
  });

  test('a tag keeps its identity through modules', () => {
    const { t, u } = new W.Instance(new W.Module(exporting)).exports;
    expect(t).toBeInstanceOf(W.Tag);
    expect(t).not.toBe(u);
    const again = new W.Instance(new W.Module(importing), { a: { t } }).exports;
    expect(again.t).toBe(t);
    const own = new W.Tag({ parameters: ['i32'] });
    expect(new W.Instance(new W.Module(importing), { a: { t: own } }).exports.t).toBe(own);
  });

  test('an exception has a tag and converted values', () => {
    const tag = new W.Tag({ parameters: ['i32', 'i64', 'externref'] });
    const other = new W.Tag({ parameters: ['i32', 'i64', 'externref'] });
    const object = {};
    const exception = new W.Exception(tag, [1.5, '7', object]);
    expect(exception).toBeInstanceOf(W.Exception);
    expect([exception.is(tag), exception.is(other)]).toEqual([true, false]);
    expect([0, 1, 2].map((i) => exception.getArg(tag, i))).toEqual([1, 7n, object]);
    expect(() => exception.getArg(tag, 3)).toThrow(
      new RangeError('WebAssembly.Exception.getArg(): Index out of range'),
    );
    expect(() => exception.getArg(other, 0)).toThrow(
      new TypeError('WebAssembly.Exception.getArg(): First argument does not match the exception tag'),
    );
    expect(() => exception.is({} as never)).toThrow(
      new TypeError('WebAssembly.Exception.is(): Argument 0 must be a WebAssembly.Tag'),
    );
    expect(() => exception.getArg(tag, -1)).toThrow(TypeError);
    expect(() => new W.Exception(tag, ['x', 1, object])).toThrow(TypeError);
    expect(() => new W.Exception({} as never, [])).toThrow(
      new TypeError('WebAssembly.Exception(): Argument 0 must be a WebAssembly tag'),
    );
  });

  test('an exception has a stack on request', () => {
    const tag = new W.Tag({ parameters: [] });
    const stackOf = (exception: unknown): unknown => (exception as { stack?: unknown }).stack;
    expect(stackOf(new W.Exception(tag, []))).toBe(undefined);
    const traced = new W.Exception(tag, [], { traceStack: true });
    expect(stackOf(traced)).toMatch(/^Error(: )?\n {4}at .*tag\.test\.ts/);
    expect(Object.keys(traced)).toEqual([]);
  });
});
