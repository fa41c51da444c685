/** Compiled code remembers what calls through tables arrive at: it must see every change of a table and of a callee. */

import { beforeEach, describe, expect, test } from 'vitest';
import { Engine, insertProbe, type LocalProbe, removeProbe } from '../../engine/index.ts';
import { load, type Program } from '../support/program.ts';
import { engineIn } from '../support/tiers.ts';

const WAT = `(module
  (type $t (func (result i32)))
  (type $other (func (result i64)))
  (table $table (export "table") 6 20 funcref)
  (table $second 2 funcref)
  (elem (i32.const 0) func $one $two $big)
  (elem (table $second) (i32.const 0) func $two $one)
  (elem $segment func $three $two $one)
  (func $one (export "one") (type $t) (i32.const 1))
  (func $two (export "two") (type $t) (i32.const 2))
  (func $three (export "three") (type $t) (i32.const 3))
  (func $big (type $other) (i64.const 4))
  (func (export "call") (param $i i32) (result i32) (call_indirect (type $t) (local.get $i)))
  (func (export "sum") (param $i i32) (result i32)
    (call_indirect (type $t) (i32.add (local.get $i) (i32.const 1))))
  (func (export "big") (param $i i32) (result i64) (call_indirect (type $other) (local.get $i)))
  (func (export "set") (param $to i32) (param $from i32)
    (table.set $table (local.get $to) (table.get $table (local.get $from))))
  (func (export "fill") (param $to i32) (param $from i32) (param $count i32)
    (table.fill $table (local.get $to) (table.get $table (local.get $from)) (local.get $count)))
  (func (export "copy") (param $to i32) (param $from i32) (param $count i32)
    (table.copy $table $table (local.get $to) (local.get $from) (local.get $count)))
  (func (export "copy2") (table.copy $table $second (i32.const 0) (i32.const 0) (i32.const 2)))
  (func (export "init") (table.init $table $segment (i32.const 0) (i32.const 0) (i32.const 3)))
  (func (export "grow") (param $from i32) (result i32)
    (table.grow $table (table.get $table (local.get $from)) (i32.const 2))))`;

let p: Program;

beforeEach(() => {
  p = load(WAT, { engine: engineIn('js') });
  // Twice, since the first call finds the callee and compiles it.
  for (let i = 0; i < 3; i++) {
    expect(p.call('call', 0)).toBe(1);
    expect(p.call('call', 1)).toBe(2);
    expect(p.call('sum', 0)).toBe(2);
    expect(p.call('big', 2)).toBe(4n);
  }
});

test('what is no function of the type traps, each time', () => {
  for (let i = 0; i < 2; i++) {
    expect(() => p.call('call', 2)).toThrow('null function or function signature mismatch');
    expect(() => p.call('big', 0)).toThrow('null function or function signature mismatch');
    expect(() => p.call('call', 5)).toThrow('null function or function signature mismatch');
    expect(() => p.call('call', 6)).toThrow('table index is out of bounds');
    expect(() => p.call('call', -1)).toThrow('table index is out of bounds');
  }
});

test('table.set', () => {
  p.call('set', 0, 1);
  expect(p.call('call', 0)).toBe(2);
  p.call('set', 1, 2);
  expect(() => p.call('call', 1)).toThrow('null function or function signature mismatch');
  expect(p.call('big', 1)).toBe(4n);
  p.call('set', 0, 5);
  expect(() => p.call('call', 0)).toThrow('null function or function signature mismatch');
});

test('table.fill, table.copy inside a table and between tables, table.init', () => {
  p.call('fill', 3, 1, 3);
  expect([3, 4, 5].map((i) => p.call('call', i))).toEqual([2, 2, 2]);
  p.call('copy', 1, 0, 2);
  expect([0, 1, 2].map((i) => p.call('call', i))).toEqual([1, 1, 2]);
  p.call('copy2');
  expect([0, 1].map((i) => p.call('call', i))).toEqual([2, 1]);
  p.call('init');
  expect([0, 1, 2].map((i) => p.call('call', i))).toEqual([3, 2, 1]);
});

test('table.grow', () => {
  expect(() => p.call('call', 7)).toThrow('table index is out of bounds');
  expect(p.call('grow', 0)).toBe(6);
  expect([6, 7].map((i) => p.call('call', i))).toEqual([1, 1]);
});

test('a table that JavaScript writes', () => {
  const { engine } = p;
  const table = new engine.WebAssembly.Table({ element: 'anyfunc', initial: 6, maximum: 20 });
  const wat = WAT.replace('(export "table")', '(import "e" "table")');
  const other = load(wat, { engine, imports: { e: { table } } });
  for (let i = 0; i < 3; i++) expect(other.call('call', 0)).toBe(1);
  table.set(0, table.get(1));
  expect(other.call('call', 0)).toBe(2);
  table.set(0, null);
  expect(() => other.call('call', 0)).toThrow('null function or function signature mismatch');
});

test('probes at a callee, while it is called', () => {
  let count = 0;
  const probe: LocalProbe = { fire: () => void count++ };
  const place = [p.instance, p.func('one'), p.pc('one', 'i32.const'), probe] as const;
  insertProbe(...place);
  expect(p.call('call', 0)).toBe(1);
  expect(p.call('call', 0)).toBe(1);
  expect(count).toBe(2);
  removeProbe(...place);
  expect(p.call('call', 0)).toBe(1);
  expect(count).toBe(2);
});

describe('code that relies on what is in a table', () => {
  const IN_LOOP = `(module
    (type $t (func (param i32) (result i32)))
    (import "e" "host" (func $host (param i32) (result i32)))
    (table $table 6 funcref)
    (elem (i32.const 0) func $one $two)
    (elem (i32.const 4) func $one $two)
    (elem $loud func $loud)
    (func (export "copy") (param $from i32) (table.copy (i32.const 1) (local.get $from) (i32.const 1)))
    (func (export "louder") (table.init $loud (i32.const 1) (i32.const 0) (i32.const 1)))
    (func $one (export "one") (type $t) (i32.add (local.get 0) (i32.const 1)))
    (func $two (type $t) (i32.add (local.get 0) (i32.const 2)))
    (func $loud (type $t) (call $host (local.get 0)))
    (func (export "run") (param $n i32) (param $at i32) (result i32) (local $x i32)
      (loop $l
        (local.set $x (call_indirect (type $t) (local.get $x) (local.get $at)))
        (if (i32.eq (local.get $n) (i32.const 3)) (then (drop (call $host (local.get $x)))))
        (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $x)))`;

  test('is left when the table is written from where it was called, and in time no longer made', () => {
    const engine = new Engine({ tier: 'js' });
    let next: readonly [name: string, ...args: number[]] | undefined;
    const host = (n: number): number => {
      if (next !== undefined) program.call(...next);
      return n;
    };
    const program: Program = load(IN_LOOP, { engine, imports: { e: { host } } });
    const [one, two] = [4, 5];
    expect(program.call('run', 5, 0)).toBe(5);
    expect(program.call('run', 5, 1)).toBe(10);
    next = ['copy', one];
    // Its last two iterations find another function.
    expect(program.call('run', 5, 1)).toBe(3 * 2 + 2);
    next = ['louder'];
    expect(program.call('run', 5, 1)).toBe(3);
    for (let i = 0; i < 20; i++) {
      next = ['copy', i % 2 === 0 ? two : one];
      program.call('louder');
      // Its first iteration calls the host.
      expect(program.call('run', 4, 1)).toBe(i % 2 === 0 ? 3 * 2 : 3);
    }
    const { deoptimisations, invalidations } = engine.tierReport();
    expect(deoptimisations.causes.map(({ cause }) => cause)).toEqual(['table written']);
    expect(invalidations.total).toBeLessThanOrEqual(3);
  });

  test('has every trap of a call through it, with its place', () => {
    const program = load(IN_LOOP, { engine: engineIn('js'), imports: { e: { host: (n: number) => n } } });
    expect(program.call('run', 3, 0)).toBe(3);
    expect(() => program.call('run', 1, 2)).toThrow('null function or function signature mismatch');
    expect(() => program.call('run', 1, 6)).toThrow('table index is out of bounds');
  });

  test('sees a probe that comes to what it calls', () => {
    const program = load(IN_LOOP, { engine: engineIn('js'), imports: { e: { host: (n: number) => n } } });
    expect(program.call('run', 3, 0)).toBe(3);
    let fired = 0;
    insertProbe(program.instance, program.func('one'), program.pc('one', 'i32.add'), { fire: () => void fired++ });
    expect(program.call('run', 3, 0)).toBe(3);
    expect(fired).toBe(3);
  });
});
