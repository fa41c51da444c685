/** Tail calls run in constant stack, whatever they call. */

import { describe, expect, test } from 'vitest';
import { Engine, insertExitProbe, insertGlobalProbe } from '../../engine/index.ts';
import { type Loaded, loaderIn, tierNames } from './support.ts';

describe.each(tierNames)('in tier %s:', (tier) => {
  const load = loaderIn(tier);

  const times = 1_000_000;
  /** So small that any growth of frames or operands ends in a trap. */
  const small = { stackSlots: 64, maxFrames: 4 };

  const wat = `(module (type $t (func (param i32 i64) (result i64))) (table funcref (elem $indirect $wide)) (elem declare func $ref)
  (func $direct (export "direct") (type $t) (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call $direct (i32.sub (local.get 0) (i32.const 1)) (i64.add (local.get 1) (i64.const 3))))
  (func $indirect (export "indirect") (type $t) (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i64.add (local.get 1) (i64.const 3)) (i32.const 0)))
  (func $ref (export "ref") (type $t) (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call_ref $t (i32.sub (local.get 0) (i32.const 1)) (i64.add (local.get 1) (i64.const 3)) (ref.func $ref)))
  (func $wide (export "growing") (type $t) (local v128 i64 f64)
    (i64.const 1) (i32.const 2)
    (return_call $wider (local.get 0) (local.get 1) (v128.const i64x2 1 2) (i64.const 5) (f64.const 6) (i32.const 7)))
  (func $wider (param i32 i64 v128 i64 f64 i32) (result i64) (local i32 i32 i32 i32 i32 i32)
    (if (i32.or (i32.eqz (local.get 0)) (local.get 11)) (then (return (i64.add (local.get 1) (i64x2.extract_lane 1 (local.get 2))))))
    (local.set 11 (i32.const 1)) (i32.const 9) (i32.const 9)
    (return_call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i64.add (local.get 1) (i64x2.extract_lane 0 (local.get 2))) (i32.const 1)))
  (func $none (return_call $none2)) (func $none2)
  (func (export "below") (result i32 i32) (i32.const 1) (call $none) (i32.const 2)))`;

  describe('tail calls', () => {
    test.each([
      ['direct', 3n * BigInt(times)],
      ['indirect', 3n * BigInt(times)],
      ['ref', 3n * BigInt(times)],
      ['growing', BigInt(times) + 2n],
    ])('a million of them, %s, in four frames', async (name, expected) => {
      const p = await load(wat, { machine: small });
      expect(p.call(name, times, 0n)).toBe(expected);
      expect(p.engine.machine.depth).toBe(-1);
    });

    test.each(['direct', 'indirect', 'ref', 'growing'])(
      '%s, told to global probes and to those of exits',
      async (name) => {
        const p = await load(wat, { machine: small });
        insertGlobalProbe(p.instance, { fire: () => undefined });
        const reasons: Record<string, number> = {};
        for (const func of p.instance.funcs) {
          insertExitProbe(p.instance, func.index, {
            exit: (_, { reason }) => (reasons[reason] = (reasons[reason] ?? 0) + 1),
          });
        }
        expect(p.call(name, 1000, 0n)).toBe(name === 'growing' ? 1002n : 3000n);
        expect(reasons).toEqual({ return: 1, 'tail-call': name === 'growing' ? 2001 : 1000 });
      },
    );

    test('leave operands of the caller alone', async () => {
      const p = await load(wat, { machine: small });
      expect(p.call('below')).toEqual([1, 2]);
    });

    test('between instances', async () => {
      const engine = new Engine(small);
      const text = (
        step: number,
      ): string => `(module (type $t (func (param i32 i64) (result i64))) (import "e" "table" (table 2 funcref)) (memory 1) (global $g (mut i64) (i64.const ${step}))
      (elem (i32.const ${step - 1}) $f) (data (i32.const 8) "\\0${step}")
      (func $f (export "f") (type $t) (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
        (return_call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i64.add (local.get 1) (i64.mul (global.get $g) (i64.load (i32.const 8)))) (i32.const ${2 - step}))))`;
      const table = new engine.WebAssembly.Table({ element: 'anyfunc', initial: 2 });
      const one = await load(text(1), { engine, imports: { e: { table } } });
      await load(text(2), { engine, imports: { e: { table } } });
      // Half of the calls add 1, half of them 4.
      expect(one.call('f', 300_000, 0n)).toBe(750_000n);
    });

    test('of host functions end the activation', async () => {
      const depths: number[] = [];
      const p: Loaded = await load(
        `(module (import "e" "f" (func $f (param i32 externref) (result i32 externref i64))) (table funcref (elem $f))
        (func $direct (param externref i32) (result i32 externref i64) (local i64 i64) (i64.const 8) (return_call $f (local.get 1) (local.get 0)))
        (func $indirect (param externref i32) (result i32 externref i64) (return_call_indirect (param i32 externref) (result i32 externref i64) (local.get 1) (local.get 0) (i32.const 0)))
        (func (export "direct") (param externref i32) (result f32 i32 externref i64) (f32.const 0.5) (call $direct (local.get 0) (local.get 1)))
        (func (export "indirect") (param externref i32) (result f32 i32 externref i64) (f32.const 0.5) (call $indirect (local.get 0) (local.get 1)))
        (func (export "outermost") (param externref i32) (result i32 externref i64) (return_call $f (local.get 1) (local.get 0))))`,
        {
          imports: {
            e: {
              f: (n: number, ref: unknown) => {
                depths.push(p.engine.machine.depth);
                return [n + 1, [ref], 5n];
              },
            },
          },
        },
      );
      const key = {};
      expect(p.call('direct', key, 1)).toEqual([0.5, 2, [key], 5n]);
      expect(p.call('indirect', key, 2)).toEqual([0.5, 3, [key], 5n]);
      expect(p.call('outermost', key, 3)).toEqual([4, [key], 5n]);
      expect(depths.every((depth) => depth <= 1)).toBe(true);
    });

    test('of a host function that throws show no Wasm frame beyond the caller', async () => {
      const error = new Error('mine');
      const p = await load(`(module (import "e" "f" (func $f)) (func (export "g") (return_call $f)))`, {
        imports: {
          e: {
            f: () => {
              throw error;
            },
          },
        },
      });
      expect(() => p.call('g')).toThrow(error);
      expect(p.engine.machine.depth).toBe(-1);
    });
  });
});
