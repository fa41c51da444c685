/** Objects stay the same ones, and alive, whichever side changes what they stand for. */

import { describe, expect, test } from 'vitest';
import { implementations, wat } from './support.ts';

const growing =
  await wat(`(module (memory (export "m") 1) (table (export "t") 1 externref) (table (export "f") 1 funcref)
  (global (export "g") (mut i64) (i64.const 1)) (func $own (export "own"))
  (func (export "growMemory") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "growTable") (param i32) (result i32) (table.grow $t (ref.null extern) (local.get 0)))
  (table $t 0 externref)
  (func (export "setGlobal") (param i64) (global.set 0 (local.get 0))) (elem (table 1) (i32.const 0) funcref (ref.func $own)))`);
const sharing =
  await wat(`(module (import "a" "m" (memory 1)) (import "a" "t" (table 1 externref)) (import "a" "f" (table 1 funcref))
  (import "a" "g" (global $g (mut i64))) (import "a" "own" (func $own))
  (export "m" (memory 0)) (export "t" (table 0)) (export "f" (table 1)) (export "g" (global 0)) (export "own" (func 0))
  (func (export "grow") (drop (memory.grow (i32.const 1))) (drop (table.grow 0 (ref.null extern) (i32.const 1)))
    (drop (table.grow 1 (ref.null func) (i32.const 1))) (global.set $g (i64.add (global.get $g) (i64.const 1))))
  (func (export "sizes") (result i32 i32 i32) (memory.size) (table.size 0) (table.size 1)))`);
const twice =
  await wat(`(module (import "a" "f" (func $f (param i32) (result i32))) (import "a" "f" (func $g (param i32) (result i32)))
  (export "f" (func $f)) (export "g" (func $g)) (export "again" (func $f)) (table (export "t") funcref (elem $g $f)))`);
const exporting = await wat('(module (func (export "f") (param i32) (result i32) (local.get 0)))');
const sharedMemory = await wat(`(module (import "a" "m" (memory 1 4 shared)) (func (export "grow") (result i32)
  (memory.grow (i32.const 1))) (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0))))`);

describe.each(implementations)('objects of $name', ({ W }) => {
  test('are shared by all importers, and see growth from each side', () => {
    const first = new W.Instance(new W.Module(growing)).exports;
    const { m, t, f, g } = first;
    const second = new W.Instance(new W.Module(sharing), { a: first }).exports;
    expect([second.m, second.t, second.f, second.g]).toEqual([m, t, f, g]);
    for (const name of ['m', 't', 'f', 'g', 'own']) expect(second[name]).toBe(first[name]);
    const before = m.buffer;
    second.grow();
    expect(second.sizes()).toEqual([2, 2, 2]);
    expect([before.byteLength, m.buffer.byteLength / 65536, t.length, f.length, g.value]).toEqual([0, 2, 2, 2, 2n]);
    m.grow(1);
    t.grow(2, 'x');
    f.grow(3, first.own);
    g.value = 9n;
    expect(second.sizes()).toEqual([3, 4, 5]);
    second.grow();
    expect([second.sizes(), g.value]).toEqual([[4, 5, 6], 10n]);
    expect([t.get(3), t.get(4), f.get(4), f.get(5)]).toEqual(['x', null, first.own, null]);
    expect([first.growMemory(0), first.growTable(1)]).toEqual([4, 0]);
    first.setGlobal(-1n);
    expect(g.value).toBe(-1n);
    expect(first.m).toBe(m);
  });

  test('a buffer is one object until the memory grows, even by nothing', () => {
    const m = new W.Memory({ initial: 1, maximum: 3 });
    const { buffer } = m;
    expect(m.buffer).toBe(buffer);
    expect(m.grow(0)).toBe(1);
    expect(m.buffer).not.toBe(buffer);
    expect(buffer.byteLength).toBe(0);
    const next = m.buffer;
    expect(() => m.grow(3)).toThrow(RangeError);
    expect(m.buffer).toBe(next);
  });

  // Skipped where modules with shared memory are refused.
  test.skipIf(!W.validate(sharedMemory))('a buffer of a shared memory keeps its length', () => {
    const m = new W.Memory({ initial: 1, maximum: 4, shared: true });
    const { grow, load } = new W.Instance(new W.Module(sharedMemory), { a: { m } }).exports;
    const before = m.buffer;
    expect(before).toBeInstanceOf(SharedArrayBuffer);
    expect(grow()).toBe(1);
    expect([before.byteLength, m.buffer.byteLength]).toEqual([65536, 131072]);
    expect(m.grow(1)).toBe(2);
    new Uint8Array(m.buffer)[2 * 65536] = 5;
    expect(load(2 * 65536)).toBe(5);
    new Uint8Array(before)[3] = 6;
    expect(load(3)).toBe(6);
    expect(Object.isFrozen(before)).toBe(true);
  });

  test('each import of a host function is a function of its own', () => {
    const f = (n: number): number => n + 1;
    const { exports } = new W.Instance(new W.Module(twice), { a: { f } });
    expect(exports.f).not.toBe(f);
    expect(exports.g).not.toBe(exports.f);
    expect(exports.again).toBe(exports.f);
    expect([exports.f.name, exports.g.name, exports.f.length]).toEqual(['0', '1', 1]);
    expect([exports.t.get(0) === exports.g, exports.t.get(1) === exports.f]).toEqual([true, true]);
    expect(exports.f('41')).toBe(42);
  });

  test('an exported function that is imported is itself, but a proxy of it is a host function', () => {
    const { f } = new W.Instance(new W.Module(exporting)).exports;
    const { exports } = new W.Instance(new W.Module(twice), { a: { f } });
    expect([exports.f, exports.g, exports.t.get(0)]).toEqual([f, f, f]);
    expect(exports.g).toBe(f);
    const wrapped = new W.Instance(new W.Module(twice), { a: { f: new Proxy(f, {}) } }).exports;
    expect(wrapped.f).not.toBe(f);
    expect(wrapped.f(7)).toBe(7);
  });

  test('two instances of a module share nothing', () => {
    const module = new W.Module(growing);
    const [a, b] = [new W.Instance(module).exports, new W.Instance(module).exports];
    for (const name of Object.keys(a)) expect(a[name]).not.toBe(b[name]);
    a.g.value = 5n;
    a.t.set(0, 'mine');
    expect([b.g.value, b.t.get(0)]).toEqual([1n, null]);
  });
});
