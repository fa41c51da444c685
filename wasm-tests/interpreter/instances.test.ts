/** Calls between instances: each runs with its own memories, globals, tables and functions. */

import { describe, expect, test } from 'vitest';
import { insertGlobalProbe } from '../../engine/index.ts';
import { bytesOf, type Loaded, loaderIn, tierNames } from './support.ts';

describe.each(tierNames)('in tier %s:', (tier) => {
  const load = loaderIn(tier);

  /** An instance that answers with what is its own: memory, second memory, global, table, function, segment. */
  function own(n: number): string {
    return `(module (memory 1) (memory $second 1) (data (i32.const 0) "\\0${n}") (data (memory $second) (i32.const 0) "\\1${n}")
    (global $g (mut i32) (i32.const ${n + 100})) (table 1 funcref) (elem (i32.const 0) $f) (data $d "\\2${n}")
    (func $f (result i32) (i32.const ${n + 1000}))
    (func $bulk (result i32) (memory.init $d (i32.const 8) (i32.const 0) (i32.const 1)) (i32.load8_u (i32.const 8)))
    (func $answer (export "answer") (result i32 i32 i32 i32 i32 i32)
      (i32.load8_u (i32.const 0)) (i32.load8_u $second (i32.const 0)) (global.get $g) (call_indirect (result i32) (i32.const 0)) (call $f) (call $bulk))
    (func (export "bump") (global.set $g (i32.add (global.get $g) (i32.const 1))) (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))))`;
  }

  const answerOf = (n: number, bumps = 0): number[] => [n + bumps, 16 + n, n + 100 + bumps, n + 1000, n + 1000, 32 + n];

  describe.each(['plain', 'traced'])('calls between instances, %s,', (kind) => {
    async function three(): Promise<{ a: Loaded; b: Loaded; user: Loaded }> {
      const a = await load(own(1));
      const b = await load(own(2), { engine: a.engine });
      const type = '(result i32 i32 i32 i32 i32 i32)';
      const user = await load(
        `(module (import "a" "answer" (func $a ${type})) (import "b" "answer" (func $b ${type})) (import "a" "bump" (func $bump)) (memory 1) (data (i32.const 0) "\\07")
        (global $g i32 (i32.const 777)) (table funcref (elem $a $b))
        (func (export "both") (result i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (call $a) (call $bump) (call $b) (i32.load8_u (i32.const 0)) (global.get $g))
        (func (export "indirect") (param i32) ${type} (call_indirect ${type} (local.get 0)))
        (func (export "tail") (param i32) ${type} (return_call_indirect ${type} (local.get 0)))
        (func $tailed ${type} (return_call $b)) (func (export "after tail") (result i32) (call $tailed) (drop) (drop) (drop) (drop) (drop) (drop) (i32.load8_u (i32.const 0))))`,
        { engine: a.engine, imports: { a: a.exports, b: b.exports } },
      );
      if (kind === 'traced') for (const p of [a, b, user]) insertGlobalProbe(p.instance, { fire: () => undefined });
      return { a, b, user };
    }

    test('switch to what belongs to the callee, and back', async () => {
      const { a, user } = await three();
      expect(user.call('both')).toEqual([...answerOf(1), ...answerOf(2), 7, 777]);
      expect(user.call('both')).toEqual([...answerOf(1, 1), ...answerOf(2), 7, 777]);
      expect(a.call('answer')).toEqual(answerOf(1, 2));
    });

    test('also through tables and by tail calls', async () => {
      const { user } = await three();
      for (const name of ['indirect', 'tail']) {
        expect(user.call(name, 0)).toEqual(answerOf(1));
        expect(user.call(name, 1)).toEqual(answerOf(2));
      }
      expect(user.call('after tail')).toBe(7);
    });
  });

  test('a trap in one instance leaves all of them usable', async () => {
    const a = await load(`(module (memory 1) (func (export "f") (param i32) (result i32) (i32.load (local.get 0))))`);
    const b = await load(
      `(module (import "a" "f" (func $f (param i32) (result i32))) (func (export "g") (param i32) (result i32) (call $f (local.get 0))))`,
      { engine: a.engine, imports: { a: a.exports } },
    );
    for (let round = 0; round < 3; round++) {
      expect(() => b.call('g', 65536)).toThrow('memory access out of bounds');
      expect(b.call('g', 65532)).toBe(0);
      expect(a.call('f', 0)).toBe(0);
    }
  });

  test('a host function in tail position returns to the instance that called', async () => {
    const a = await load(
      `(module (import "e" "host" (func $host (result i32))) (memory 1) (data (i32.const 0) "\\01") (global i32 (i32.const 11))
      (func (export "f") (result i32) (return_call $host)))`,
      { imports: { e: { host: () => 5 } } },
    );
    const b = await load(
      `(module (import "a" "f" (func $f (result i32))) (memory 1) (data (i32.const 0) "\\02") (global $g i32 (i32.const 22))
      (func (export "g") (result i32 i32 i32) (call $f) (i32.load8_u (i32.const 0)) (global.get $g)))`,
      { engine: a.engine, imports: { a: a.exports } },
    );
    expect(b.call('g')).toEqual([5, 2, 22]);
  });

  test('instances of one module share no state', async () => {
    const first = await load(own(3));
    const { Instance } = first.engine.WebAssembly;
    const module = new first.engine.WebAssembly.Module(await bytesOf(own(3)));
    const [x, y] = [new Instance(module).exports, new Instance(module).exports] as [
      Record<string, () => unknown>,
      Record<string, () => unknown>,
    ];
    x.bump?.();
    x.bump?.();
    expect(x.answer?.()).toEqual(answerOf(3, 2));
    expect(y.answer?.()).toEqual(answerOf(3));
  });
});
