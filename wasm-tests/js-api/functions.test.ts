import { describe, expect, test } from 'vitest';
import { type AnyFunction, implementations, outcomeOf, summary, wat } from './support.ts';

const types = ['i32', 'i64', 'f32', 'f64', 'externref', 'funcref'] as const;
const identities = await wat(
  `(module ${types
    .map((type) => `(func (export "${type}") (param ${type}) (result ${type}) (local.get 0))`)
    .join('\n')} (func (export "v128") (param v128)) (func (export "v") (result v128) (v128.const i32x4 1 2 3 4)))`,
);
const hostCaller = async (results: string): Promise<Uint8Array> =>
  wat(`(module (import "e" "f" (func $f (result ${results}))) (func (export "f") (result ${results}) (call $f)))`);
const returning = new Map<string, Uint8Array>();
for (const results of [...types, 'i32 i32', 'i32 i64 f64']) returning.set(results, await hostCaller(results));

const exported = await wat(`(module
  (import "e" "h" (func $h (param i32 i32) (result i32))) (func $g (export "g") (param i64 f64))
  (export "h" (func $h)) (export "h2" (func $h)) (func (export "swap") (param i32 i64) (result i64 i32)
    (local.get 1) (local.get 0))
  (table (export "t") 2 funcref) (elem (i32.const 0) $h $g) (global (export "r") funcref (ref.func $g))
  (func (export "call") (param i32 i32) (result i32) (call $h (local.get 0) (local.get 1))))`);
const manyParameters = await wat(`(module (func (export "sum") (param ${'i32 '.repeat(40)}) (result i32)
  (local.get 0) ${Array.from({ length: 39 }, (_, i) => `(i32.add (local.get ${i + 1}))`).join(' ')}))`);

const function42 = (): number => 42;

/** A value that goes through a function of this type, in and out again. */
const conversions: readonly (readonly [type: (typeof types)[number], value: unknown, result: unknown])[] = [
  ['i32', 2 ** 31, -(2 ** 31)],
  ['i32', -1.9, -1],
  ['i32', 2 ** 53 + 2, 2],
  ['i32', Number.NaN, 0],
  ['i32', Number.POSITIVE_INFINITY, 0],
  ['i32', '0x10', 16],
  ['i32', true, 1],
  ['i32', null, 0],
  ['i32', undefined, 0],
  ['i32', { valueOf: () => 5 }, 5],
  ['i32', 1n, 'TypeError: Cannot convert a BigInt value to a number'],
  ['i32', Symbol('s'), 'TypeError: Cannot convert a Symbol value to a number'],
  ['i64', 2n ** 63n, -(2n ** 63n)],
  ['i64', -(2n ** 64n) - 1n, -1n],
  ['i64', '12', 12n],
  ['i64', true, 1n],
  ['i64', 1, 'TypeError: Cannot convert 1 to a BigInt'],
  ['i64', undefined, 'TypeError: Cannot convert undefined to a BigInt'],
  ['i64', 'x', 'SyntaxError: Cannot convert x to a BigInt'],
  ['f32', 1.1, Math.fround(1.1)],
  ['f32', 1e300, Number.POSITIVE_INFINITY],
  ['f32', -0, -0],
  ['f32', undefined, Number.NaN],
  ['f32', 1n, 'TypeError: Cannot convert a BigInt value to a number'],
  ['f64', 0.1, 0.1],
  ['f64', '-0', -0],
  ['f64', undefined, Number.NaN],
  ['externref', undefined, undefined],
  ['externref', null, null],
  ['externref', 5n, 5n],
  ['externref', function42, function42],
  ['funcref', null, null],
  ['funcref', undefined, 'TypeError: type incompatibility when transforming from/to JS'],
  ['funcref', function42, 'TypeError: type incompatibility when transforming from/to JS'],
  ['funcref', {}, 'TypeError: type incompatibility when transforming from/to JS'],
];

/** What a host function returns, and what then comes out of the Wasm function that called it. */
const returns: readonly (readonly [results: string, value: unknown, result: unknown])[] = [
  ['i32', undefined, 0],
  ['i32', '7', 7],
  ['i32', 1n, 'TypeError: Cannot convert a BigInt value to a number'],
  ['i64', 1, 'TypeError: Cannot convert 1 to a BigInt'],
  ['funcref', function42, 'TypeError: type incompatibility when transforming from/to JS'],
  ['externref', undefined, undefined],
  ['i32 i32', [1, 2], [1, 2]],
  ['i32 i32', '34', [3, 4]],
  ['i32 i32', new Set([5, 6]), [5, 6]],
  ['i32 i32', [1], 'TypeError: multi-return length mismatch'],
  ['i32 i32', [1, 2, 3], 'TypeError: multi-return length mismatch'],
  ['i32 i32', [1, 2n], 'TypeError: Cannot convert a BigInt value to a number'],
  ['i32 i64 f64', [1, 2n, 3.5], [1, 2n, 3.5]],
];

describe.each(implementations)('functions of $name', ({ W }) => {
  test.each(conversions)('%s of %s', (type, value, result) => {
    const f = new W.Instance(new W.Module(identities)).exports[type] as AnyFunction;
    const outcome = summary(
      outcomeOf(() => f(value)),
      true,
    );
    expect(outcome).toEqual(result);
  });

  test.each(returns)('a host function with results [%s] returns %s', (results, value, result) => {
    const module = new W.Module(returning.get(results) as Uint8Array);
    const f = new W.Instance(module, { e: { f: () => value } }).exports.f as AnyFunction;
    expect(summary(outcomeOf(f), true)).toEqual(result);
  });

  test.each([1, undefined, { [Symbol.iterator]: 1 }, {}])('several results cannot come out of %s', (value) => {
    const module = new W.Module(returning.get('i32 i32') as Uint8Array);
    const f = new W.Instance(module, { e: { f: () => value } }).exports.f as AnyFunction;
    expect(f).toThrow(TypeError);
    expect(f).toThrow(/not iterable/);
  });

  test('v128 cannot cross the border', () => {
    const { v128, v } = new W.Instance(new W.Module(identities)).exports;
    for (const f of [v128, v]) {
      expect(() => f(1)).toThrow(new TypeError('type incompatibility when transforming from/to JS'));
    }
  });

  const instance = () => {
    const log: unknown[] = [];
    const h = function (this: unknown, ...args: unknown[]): number {
      log.push(this, ...args);
      return 42;
    };
    return { log, h, exports: new W.Instance(new W.Module(exported), { e: { h } }).exports };
  };

  test('have the attributes of built-in functions', () => {
    const { g } = instance().exports;
    expect(Object.getOwnPropertyDescriptor(g, 'name')).toMatchObject({
      value: '1',
      writable: false,
      enumerable: false,
    });
    expect(Object.getOwnPropertyDescriptor(g, 'length')).toMatchObject({
      value: 2,
      writable: false,
      configurable: true,
    });
    expect('prototype' in g).toBe(false);
    expect(() => new g(1n, 1)).toThrow(TypeError);
    expect(Object.getPrototypeOf(g)).toBe(Function.prototype);
    expect(String(g)).toMatch(/^function .*\{ \[native code\] \}$/);
  });

  test('are one object each, whichever way they get out', () => {
    const { exports, h } = instance();
    expect(exports.h).not.toBe(h);
    expect(exports.h2).toBe(exports.h);
    expect(exports.t.get(0)).toBe(exports.h);
    expect(exports.t.get(1)).toBe(exports.g);
    expect(exports.r.value).toBe(exports.g);
    expect([exports.h.name, exports.h.length]).toEqual(['0', 2]);
    const again = new W.Instance(new W.Module(exported), { e: { h: exports.h } }).exports;
    expect(again.h).toBe(exports.h);
    expect(again.h(1, 2)).toBe(42);
    expect(instance().exports.g).not.toBe(exports.g);
  });

  test('a host function gets undefined as this and exactly its arguments', () => {
    const { exports, log } = instance();
    expect(exports.call(3, 4)).toBe(42);
    expect(exports.h('5', 6.5, 7)).toBe(42);
    expect(log).toEqual([undefined, 3, 4, undefined, 5, 6]);
  });

  test('give several results as an array', () => {
    const { swap } = instance().exports;
    expect(swap(1, 2n)).toEqual([2n, 1]);
    expect(Array.isArray(swap(1, 2n))).toBe(true);
  });

  test('convert arguments from left to right, all before the first instruction', () => {
    const log: string[] = [];
    const { swap } = instance().exports;
    const argument = (name: string, value: unknown) => ({
      valueOf: () => {
        log.push(name);
        return value;
      },
    });
    expect(() => swap(argument('a', 1), argument('b', 2))).toThrow(TypeError);
    expect(swap(argument('c', 1), argument('d', 2n))).toEqual([2n, 1]);
    expect(log).toEqual(['a', 'b', 'c', 'd']);
  });

  test('can be called again while their arguments are converted, and from host functions', () => {
    const { swap } = instance().exports;
    const nested = { valueOf: () => swap(7, 8n)[1] };
    expect(swap(nested, 9n)).toEqual([9n, 7]);
    let depth = 0;
    const module = new W.Module(exported);
    const outer = new W.Instance(module, {
      e: { h: (a: number, b: number): number => (depth++ < 50 ? outer.call(a + 1, b) + a : b) },
    }).exports;
    expect(outer.call(1, 1000)).toBe(1000 + (50 * 51) / 2);
  });

  test('take more parameters than any register file has', () => {
    const { sum } = new W.Instance(new W.Module(manyParameters)).exports;
    expect(sum(...Array.from({ length: 40 }, (_, i) => i))).toBe(780);
  });

  test('pass on what a host function throws, whatever it is', () => {
    for (const thrown of [new Error('mine'), 'text', undefined, { an: 'object' }]) {
      const h = (): never => {
        throw thrown;
      };
      const { call } = new W.Instance(new W.Module(exported), { e: { h } }).exports;
      let caught: unknown = 'nothing';
      try {
        call(1, 2);
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
      expect(instance().exports.call(1, 2)).toBe(42);
    }
  });

  test('a class as an import is called without new', () => {
    const { call } = new W.Instance(new W.Module(exported), { e: { h: class Some {} } }).exports;
    expect(call).toThrow(new TypeError("Class constructor Some cannot be invoked without 'new'"));
  });
});
