import { describe, expect, test } from 'vitest';
import { expected, implementations, outcomeOf, summary, wat } from './support.ts';

const NOT_A_FUNCTION = 'function-typed object must be null (if nullable) or a Wasm function object';
const NO_TYPE = "TypeError: WebAssembly.Global(): Descriptor property 'value' must be a WebAssembly type";

/** Arguments of the constructor, and the value of the global. */
const constructions: readonly (readonly [what: string, args: readonly unknown[], result: unknown])[] = [
  ['nothing', [], 'TypeError: WebAssembly.Global(): Argument 0 must be a global descriptor'],
  ['no type', [{}], NO_TYPE],
  ['an unknown type', [{ value: 'i16' }], NO_TYPE],
  ['v128', [{ value: 'v128' }], NO_TYPE],
  ['i32', [{ value: 'i32' }], 0],
  ['i32 of a string', [{ value: 'i32' }, '-3.9'], -3],
  ['i32 above its range', [{ value: 'i32' }, 2 ** 32 + 5], 5],
  ['i32 of undefined', [{ value: 'i32' }, undefined], 0],
  ['i32 of a bigint', [{ value: 'i32' }, 1n], 'TypeError: Cannot convert a BigInt value to a number'],
  ['i32 of a symbol', [{ value: 'i32' }, Symbol('s')], 'TypeError: Cannot convert a Symbol value to a number'],
  ['i64', [{ value: 'i64' }], 0n],
  ['i64 above its range', [{ value: 'i64' }, 2n ** 63n], -(2n ** 63n)],
  ['i64 of a string', [{ value: 'i64' }, '5'], 5n],
  ['i64 of a number', [{ value: 'i64' }, 5], 'TypeError: Cannot convert 5 to a BigInt'],
  ['f32', [{ value: 'f32' }, 1.1], Math.fround(1.1)],
  ['f64', [{ value: 'f64' }, '1e300'], 1e300],
  ['f64 of an object', [{ value: 'f64' }, { valueOf: () => 2.5 }], 2.5],
  ['f64 of undefined', [{ value: 'f64' }, undefined], 0],
  ['externref', [{ value: 'externref' }, 'text!'], 'text!'],
  ['externref of undefined', [{ value: 'externref' }, undefined], undefined],
  ['anyfunc', [{ value: 'anyfunc' }], null],
  ['anyfunc of a host function', [{ value: 'anyfunc' }, () => 1], `TypeError: WebAssembly.Global(): ${NOT_A_FUNCTION}`],
  ['anyfunc of undefined', [{ value: 'anyfunc' }, undefined], `TypeError: WebAssembly.Global(): ${NOT_A_FUNCTION}`],
  ['an object as the type', [{ value: { toString: () => 'i32' } }, 3], 3],
];

const globalModule = await wat(`(module
  (global $m (export "m") (mut i32) (i32.const 5)) (global (export "c") i64 (i64.const -1))
  (global (export "v") (mut v128) (v128.const i32x4 1 2 3 4))
  (global (export "f") funcref (ref.func $get)) (global $e (export "e") (mut externref) (ref.null extern))
  (func $get (export "get") (result i32) (global.get $m))
  (func (export "set") (param i32) (global.set $m (local.get 0)))
  (func (export "getRef") (result externref) (global.get $e)))`);
const importing = await wat(`(module
  (import "e" "i" (global i32)) (import "e" "j" (global i64)) (import "e" "x" (global externref))
  (import "e" "d" (global f32)) (import "e" "m" (global $m (mut i32)))
  (export "i" (global 0)) (export "j" (global 1)) (export "x" (global 2)) (export "d" (global 3)) (export "m" (global 4))
  (func (export "bump") (global.set $m (i32.add (global.get $m) (i32.const 1)))))`);

describe.each(implementations)('WebAssembly.Global of $name', ({ W, hasKnownMessages }) => {
  test.each(constructions)('%s', (_what, args, result) => {
    const make = W.Global as unknown as new (...args: readonly unknown[]) => { value: unknown };
    const outcome = summary(
      outcomeOf(() => new make(...args).value),
      hasKnownMessages,
    );
    const isError = typeof result === 'string' && result.includes('Error: ');
    expect(outcome).toEqual(isError ? expected(result, hasKnownMessages) : result);
  });

  test('can be set where it is mutable', () => {
    const fixed = new W.Global({ value: 'i32' }, 1);
    const problem = "set WebAssembly.Global.value: Can't set the value of an immutable global.";
    expect(() => {
      fixed.value = 2;
    }).toThrow(hasKnownMessages ? new TypeError(problem) : TypeError);
    const variable = new W.Global({ value: 'i32', mutable: true }, 1);
    variable.value = '7';
    expect(variable.value).toBe(7);
    expect(variable.valueOf()).toBe(7);
    expect(() => {
      variable.value = 1n;
    }).toThrow(TypeError);
    expect(variable.value).toBe(7);
    const func = new W.Global({ value: 'anyfunc', mutable: true });
    expect(() => {
      func.value = () => 1;
    }).toThrow(TypeError);
  });

  test('reads mutable before value', () => {
    const log: string[] = [];
    const descriptor = new Proxy({ value: 'i32' } as const, {
      get: (target, key) => {
        log.push(String(key));
        return Reflect.get(target, key);
      },
    });
    new W.Global(descriptor);
    expect(log).toEqual(['mutable', 'value']);
  });

  test('is one object with the global that instructions work on', () => {
    const { m, c, v, f, e, get, set, getRef } = new W.Instance(new W.Module(globalModule)).exports;
    expect(m).toBeInstanceOf(W.Global);
    expect([m.value, c.value, get()]).toEqual([5, -1n, 5]);
    m.value = 8;
    expect(get()).toBe(8);
    set(9);
    expect(m.value).toBe(9);
    expect(f.value).toBe(get);
    expect(e.value).toBe(null);
    const object = {};
    e.value = object;
    expect(getRef()).toBe(object);
    expect(() => v.value).toThrow(TypeError);
    expect(() => {
      v.value = 1;
    }).toThrow(TypeError);
    expect(() => {
      c.value = 1n;
    }).toThrow(TypeError);
  });

  test('is imported by value where it is immutable, and by identity', () => {
    const m = new W.Global({ value: 'i32', mutable: true }, 41);
    const x = { an: 'object' };
    const exports = new W.Instance(new W.Module(importing), { e: { i: 1.5, j: 2n ** 64n + 3n, x, d: 1.1, m } }).exports;
    expect(exports.i.value).toBe(1);
    expect(exports.j.value).toBe(3n);
    expect(exports.x.value).toBe(x);
    expect(exports.d.value).toBe(Math.fround(1.1));
    exports.bump();
    expect(m.value).toBe(42);
    expect(exports.m).toBe(m);
  });

  test('a setter that is called without an argument sets nothing', () => {
    const { set } = Object.getOwnPropertyDescriptor(W.Global.prototype, 'value') as { set: (value?: unknown) => void };
    for (const value of ['i32', 'anyfunc', 'externref'] as const) {
      const global = new W.Global({ value, mutable: true }, value === 'i32' ? 5 : null);
      expect(() => Reflect.apply(set, global, [])).toThrow(TypeError);
      expect(() => Reflect.apply(set, global, [])).toThrow(/Argument 0 is required$/);
      expect(global.value).toBe(value === 'i32' ? 5 : null);
    }
    const global = new W.Global({ value: 'i32', mutable: true }, 5);
    expect(Reflect.apply(set, global, [undefined])).toBe(undefined);
    expect(global.value).toBe(0);
  });

  test('refuses other receivers', () => {
    const problem = new TypeError('get WebAssembly.Global.value: Receiver is not a WebAssembly.Global');
    expect(() => W.Global.prototype.value).toThrow(hasKnownMessages ? problem : TypeError);
    expect(() => W.Global.prototype.valueOf()).toThrow(
      new TypeError('WebAssembly.Global.valueOf(): Receiver is not a WebAssembly.Global'),
    );
  });
});
