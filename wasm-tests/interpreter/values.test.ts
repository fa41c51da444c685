/** Values of every mix of types across calls and branches; references keep their identity and nothing keeps them alive. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { shuffled } from '../support/random.ts';
import { caught, type Loaded, loaderIn, tierNames } from './support.ts';

describe.each(tierNames)('in tier %s:', (tier) => {
  const load = loaderIn(tier);

  const scalars = ['i32', 'i64', 'f32', 'f64', 'externref', 'funcref'] as const;
  type Type = (typeof scalars)[number] | 'v128';

  /** A value for place `k`, as it goes in from JavaScript; vectors are made inside, of an i32. */
  function value(type: Type, k: number, func: unknown): unknown {
    switch (type) {
      case 'i32':
      case 'v128':
        return k * 0x1010101 - 5;
      case 'i64':
        return BigInt(k) * 0x101010101010101n - 7n;
      case 'f32':
        return k + 0.25;
      case 'f64':
        return k + 0.1;
      case 'externref':
        return { k };
      case 'funcref':
        return k % 2 === 0 ? null : func;
    }
  }

  /** A module whose functions pass these types on: called, through a table, tail called, and over branches. */
  function passing(types: readonly Type[]): string {
    const outer = types.map((t) => (t === 'v128' ? 'i32' : t)).join(' ');
    const inner = types.join(' ');
    const get = types.map((t, k) => (t === 'v128' ? `(i32x4.splat (local.get ${k}))` : `(local.get ${k})`)).join(' ');
    const local = types.map((_, k) => `(local.get ${k})`).join(' ');
    const n = types.length;
    const locals = types.map((t) => `(local ${t})`).join(' ');
    // Takes the results from the stack into locals and gives them, vectors by their last lane.
    const unpack = [
      ...types.map((_, k) => `(local.set ${2 * n - 1 - k})`),
      ...types.map((t, k) => (t === 'v128' ? `(i32x4.extract_lane 3 (local.get ${n + k}))` : `(local.get ${n + k})`)),
    ].join(' ');
    const passers: readonly (readonly [name: string, code: string])[] = [
      ['direct', `${get} (call $id)`],
      ['indirect', `${get} (i32.const 0) (call_indirect (type $t))`],
      [
        'below',
        `(i64.const 1) (block (result ${inner}) ${get} (call $id)) ${types.map((_, k) => `(local.set ${2 * n - 1 - k})`).join(' ')} (drop) ${types.map((_, k) => `(local.get ${n + k})`).join(' ')}`,
      ],
      ['tail', `${get} (call $tail)`],
      ['branch', `(block (result ${inner}) (i64.const 3) (f32.const 4) ${get} (br 0))`],
      ['if', `(block (result ${inner}) (f64.const 3) ${get} (br_if 0 (i32.const 1)) (unreachable))`],
      ['not', `${get} (block (param ${inner}) (result ${inner}) (br_if 0 (i32.const 0)))`],
      [
        'table',
        `(block (result ${inner}) (i32.const 3) (block (result ${inner}) (i32.const 4) ${get} (br_table 0 1 1 0 (i32.const 1))) (unreachable))`,
      ],
      [
        'default',
        `(block (result ${inner}) (i32.const 3) (block (result ${inner}) (i32.const 4) ${get} (br_table 0 0 0 1 (i32.const 99))) (unreachable))`,
      ],
      [
        'loop',
        `(i32.const 2) ${get} (loop (param i32 ${inner}) (result ${inner}) ${types.map((_, k) => `(local.set ${2 * n - 1 - k})`).join(' ')}
      (local.set $count) (local.get $count) (i32.const 1) (i32.sub) (local.set $count) (local.get $count) ${types.map((_, k) => `(local.get ${n + k})`).join(' ')}
      (br_if 0 (local.get $count)) ${types.map((_, k) => `(local.set ${2 * n - 1 - k})`).join(' ')} (drop) ${types.map((_, k) => `(local.get ${n + k})`).join(' ')})`,
      ],
      ['return', `${get} (call $returns)`],
    ];
    return `(module (type $t (func (param ${inner}) (result ${inner}))) (table funcref (elem $id))
    (func $id (type $t) ${local})
    (func $tail (type $t) (i64.const 5) ${local} (return_call $tail2))
    (func $tail2 (type $t) (f32.const 1) ${local} (return_call_indirect (type $t) (i32.const 0)))
    (func $returns (type $t) (i64.const 5) (block (loop ${local} (return))) (unreachable))
    (func (export "f"))
    ${passers.map(([name, code]) => `(func (export "${name}") (param ${outer}) (result ${outer}) ${locals} (local $count i32) ${code} ${unpack})`).join('\n')})`;
  }

  const names = ['direct', 'indirect', 'below', 'tail', 'branch', 'if', 'not', 'table', 'default', 'loop', 'return'];
  const all: readonly Type[] = [...scalars, 'v128'];
  const mixes: readonly (readonly Type[])[] = [
    ...all.flatMap((a) => all.map((b) => [a, b])),
    ...Array.from({ length: 12 }, (_, seed) =>
      shuffled([...all, ...all, ...all], seed).slice(0, 1 + ((seed * 5) % 20)),
    ),
  ];

  describe('values of several types', () => {
    test.each(mixes.map((types) => [types.join(' '), types] as const))('%s', async (_, types) => {
      const p = await load(passing(types));
      const args = types.map((type, k) => value(type, k, p.exports.f));
      for (const name of names) {
        const results = p.call(name, ...args);
        expect(types.length === 1 ? [results] : results, name).toEqual(args);
        // The very same objects.
        for (const [k, arg] of args.entries()) {
          if (types.length > 1 && typeof arg === 'object') expect((results as unknown[])[k]).toBe(arg);
        }
      }
    });
  });

  describe('references', () => {
    test('of every kind of JavaScript value survive, with their identity', async () => {
      const p = await load(`(module (table $t 1 externref) (global $g (mut externref) (ref.null extern))
      (func $id (param externref) (result externref) (local externref) (local.tee 1 (local.get 0)))
      (func (export "f") (param externref) (result externref externref externref externref)
        (table.set $t (i32.const 0) (local.get 0)) (global.set $g (call $id (local.get 0)))
        (call $id (local.get 0)) (table.get $t (i32.const 0)) (global.get $g) (select (result externref) (local.get 0) (ref.null extern) (i32.const 1))))`);
      const values = [{}, [], () => 1, Symbol('s'), 'text', 1.5, Number.NaN, 2n, true, undefined, null, p.exports.f];
      for (const v of values) {
        for (const result of p.call('f', v) as unknown[]) expect(Object.is(result, v)).toBe(true);
      }
    });

    test('that are functions keep their identity', async () => {
      const p = await load(
        `(module (func $f (export "f") (result i32) (i32.const 6)) (func (export "g") (result funcref) (ref.func $f)) (func (export "h") (param funcref) (result funcref externref) (local.get 0) (ref.null extern)))`,
      );
      expect(p.call('g')).toBe(p.exports.f);
      expect(p.call('h', p.exports.f)).toEqual([p.exports.f, null]);
      expect(() => p.call('h', () => 1)).toThrow(TypeError);
    });
  });

  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;

  /** Is the object gone, after some rounds of garbage collection? */
  async function isCollected(ref: WeakRef<object>): Promise<boolean> {
    for (let round = 0; round < 20 && ref.deref() !== undefined; round++) {
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
    }
    return ref.deref() === undefined;
  }

  describe('nothing keeps a reference alive', () => {
    const wat = `(module (import "e" "host" (func $host (param externref) (result externref)))
    (func $deep (param externref i32) (result externref) (local externref) (local.set 2 (local.get 0))
      (if (i32.eqz (local.get 1)) (then (return (local.get 2)))) (call $deep (local.get 2) (i32.sub (local.get 1) (i32.const 1))))
    (func (export "drop") (param externref) (local externref) (local.set 1 (local.get 0)) (drop (call $deep (local.get 0) (i32.const 20))))
    (func (export "host") (param externref) (drop (call $host (local.get 0))))
    (func $endless (export "endless") (param externref) (call $endless (local.get 0)))
    (func (export "return") (param externref) (result externref externref) (local.get 0) (local.get 0))
    (func (export "trap") (param externref) (drop (call $deep (local.get 0) (i32.const 3))) (unreachable)))`;

    /** Calls with a new object that nobody else knows. */
    function callWithNew(p: Loaded, name: string): WeakRef<object> {
      const object = { large: new Uint8Array(1000) };
      if (name === 'trap' || name === 'endless') caught(() => p.call(name, object));
      else p.call(name, object);
      return new WeakRef(object);
    }

    test.each(['drop', 'host', 'return', 'trap', 'endless'])('after %s', async (name) => {
      const p = await load(wat, { imports: { e: { host: (x: unknown) => x } } });
      const ref = callWithNew(p, name);
      expect(await isCollected(ref)).toBe(true);
      expect(p.engine.machine.depth).toBe(-1);
    });

    test('after the instance that held it', async () => {
      const { engine } = await load('(module)');
      async function use(): Promise<WeakRef<object>> {
        const object = {};
        const p = await load(
          `(module (global $g (mut externref) (ref.null extern)) (func (export "f") (param externref) (global.set $g (local.get 0))))`,
          { engine },
        );
        p.call('f', object);
        return new WeakRef(object);
      }
      expect(await isCollected(await use())).toBe(true);
    });

    test('the room that deep recursion took is given back', async () => {
      const p = await load(wat, { imports: { e: { host: (x: unknown) => x } } });
      caught(() => p.call('endless', {}));
      // All of it is cleared after every call from the host.
      expect(p.engine.machine.slots.refs.length).toBeLessThan(10_000);
      expect(p.engine.machine.frameFuncs.length).toBeLessThan(100);
      expect(p.call('return', 1)).toEqual([1, 1]);
    });
  });
});
