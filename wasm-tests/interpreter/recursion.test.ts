/** Deep recursion is a trap: a RangeError, after which everything works as before. */

import { describe, expect, test } from 'vitest';
import { insertGlobalProbe, wasmTraceOf } from '../../engine/index.ts';
import { bytesOf, caught, exhaustion, type Loaded, loaderIn, tierNames } from './support.ts';

// Compiled code of functions that nobody watches has frames on the host's stack only: how deep it goes is up to the host.
describe.each(tierNames)('in tier %s:', (tier) => {
  const load = loaderIn(tier);

  function expectExhaustion(action: () => unknown): Error {
    const error = caught(action);
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe(exhaustion);
    return error;
  }

  /** Nothing is left of the activations. */
  function expectIdle({ engine: { machine } }: Loaded): void {
    expect(machine.depth).toBe(-1);
    expect(machine.sp).toBe(0);
    expect(machine.bases).toEqual([]);
  }

  const direct = `(module (global (export "depth") (mut i32) (i32.const 0)) (table funcref (elem $indirect $count)) (type $v (func))
  (func $r (export "direct") (global.set 0 (i32.add (global.get 0) (i32.const 1))) (call $r))
  (func $indirect (export "indirect") (global.set 0 (i32.add (global.get 0) (i32.const 1))) (call_indirect (type $v) (i32.const 0)))
  (func $a (export "mutual") (param i64 f32) (call $b (local.get 1) (local.get 0))) (func $b (param f32 i64) (call $a (local.get 1) (local.get 0)))
  (func $deep (export "operands") (i64.const 1) (i64.const 2) (i64.const 3) (call $deep) (drop) (drop) (drop))
  (func $ref (export "references") (param externref) (local externref) (local.set 1 (local.get 0)) (call $ref (local.get 1)))
  (func $count (export "count") (param i32) (result i32)
    (if (result i32) (local.get 0) (then (i32.add (i32.const 1) (call $count (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0)))))`;

  describe('deep recursion', () => {
    test.each([['direct'], ['indirect'], ['mutual', 1n, 2], ['operands'], ['references', {}]])(
      'by %s calls is a RangeError, again and again',
      async (name, ...args) => {
        const p = await load(direct);
        for (let round = 0; round < 3; round++) {
          expectExhaustion(() => p.call(name, ...args));
          expectIdle(p);
          expect(p.call('count', 1000)).toBe(1000);
        }
      },
    );

    test.runIf(tier === 'interpreter')('goes as deep as the machine has frames, exactly', async () => {
      const p = await load(direct, { machine: { maxFrames: 100 } });
      expectExhaustion(() => p.call('direct'));
      expect((p.exports.depth as { value: number }).value).toBe(100);
      expect(p.call('count', 99)).toBe(99);
      expectExhaustion(() => p.call('count', 100));
      expectIdle(p);
    });

    test.runIf(tier === 'interpreter')('goes as deep as the operand stack has slots', async () => {
      // One local and at most two operands: three slots a frame.
      const p = await load(direct, { machine: { stackSlots: 300 } });
      const deepest = Array.from({ length: 300 }, (_, n) => n).findLast((n) => {
        try {
          return p.call('count', n) === n;
        } catch {
          return false;
        }
      });
      expect(deepest).toBeGreaterThan(90);
      expect(deepest).toBeLessThan(300);
      expectIdle(p);
    });

    test.runIf(tier === 'interpreter')('has a trace of all frames, the innermost first', async () => {
      const p = await load(direct, { machine: { maxFrames: 50 } });
      const trace = wasmTraceOf(expectExhaustion(() => p.call('mutual', 1n, 2)));
      expect(trace.map((frame) => frame.name)).toEqual(Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? 'b' : 'a')));
    });

    test('is the same with a global probe', async () => {
      const p = await load(direct, { machine: { maxFrames: 1000 } });
      let events = 0;
      insertGlobalProbe(p.instance, { fire: () => events++ });
      expectExhaustion(() => p.call('direct'));
      expect(events).toBe(1000 * 5);
      expectIdle(p);
      expect(p.call('count', 3)).toBe(3);
    });

    test.runIf(tier === 'interpreter')('of frames that are huge', async () => {
      const wat = `(module (func $r (export "r") (param i32) (result i32) (local ${'i64 '.repeat(40_000)})
      (local.set 40000 (i64.const 7))
      (if (result i32) (local.get 0) (then (i32.add (i32.const 1) (call $r (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0)))))`;
      const p = await load(wat, { machine: { stackSlots: 1 << 18 } });
      expect(p.call('r', 5)).toBe(5);
      for (let round = 0; round < 3; round++) expectExhaustion(() => p.call('r', 1_000_000));
      expect(p.call('r', 5)).toBe(5);
      expectIdle(p);
    });

    test('that one frame alone is too large for is one, too', async () => {
      const p = await load(
        `(module (func (export "f") (local ${'v128 '.repeat(200)})) (func (export "g") (result i32) (i32.const 1)))`,
        {
          machine: { stackSlots: 100 },
        },
      );
      expectExhaustion(() => p.call('f'));
      expect(p.call('g')).toBe(1);
    });
  });

  describe('deep recursion through the host', () => {
    const wat = `(module (import "e" "f" (func $f (param i32) (result i32))) (func (export "g") (param i32) (result i32) (i32.add (call $f (local.get 0)) (i32.const 1)))
    (func (export "ok") (result i32) (i32.const 1)))`;

    test('is a RangeError, again and again', async () => {
      const p: Loaded = await load(wat, { imports: { e: { f: (n: number) => p.call('g', n) } } });
      for (let round = 0; round < 5; round++) {
        expectExhaustion(() => p.call('g', 0));
        expectIdle(p);
        expect(p.call('ok')).toBe(1);
      }
    });

    test('that ends in time gives its result', async () => {
      const p: Loaded = await load(wat, { imports: { e: { f: (n: number) => (n === 0 ? 0 : p.call('g', n - 1)) } } });
      expect(p.call('g', 200)).toBe(201);
      expectIdle(p);
    });

    test('may be caught at any depth, and goes on', async () => {
      let caughtOnce = 0;
      let levels = 0;
      const p: Loaded = await load(wat, {
        imports: {
          e: {
            f: (n: number) => {
              levels = Math.max(levels, n);
              try {
                return p.call('g', n + 1);
              } catch (error) {
                if ((error as Error).message !== exhaustion) throw error;
                caughtOnce++;
                return -n;
              }
            },
          },
        },
      });
      expect(p.call('g', 0)).toBeLessThanOrEqual(1);
      expect(caughtOnce).toBeGreaterThan(0);
      expect(levels).toBeGreaterThan(100);
      expectIdle(p);
      expect(p.call('ok')).toBe(1);
    });

    test('in a host function in tail position', async () => {
      const p: Loaded = await load(
        `(module (import "e" "f" (func $f (param i32) (result i32))) (func (export "g") (param i32) (result i32) (return_call $f (local.get 0))))`,
        { imports: { e: { f: (n: number) => p.call('g', n) } } },
      );
      for (let round = 0; round < 3; round++) expectExhaustion(() => p.call('g', 0));
      expectIdle(p);
    });
  });

  describe('deep recursion in a start function', () => {
    const start = `(module (import "e" "tick" (func $tick)) (func $r (call $tick) (call $r)) (start $r))`;

    test('is a RangeError of the instantiation, and the engine stays usable', async () => {
      const p = await load(direct, { machine: { maxFrames: 500 } });
      let ticks = 0;
      const again = (): Promise<Loaded> => load(start, { engine: p.engine, imports: { e: { tick: () => ticks++ } } });
      await expect(again()).rejects.toThrow(RangeError);
      expect(ticks).toBe(500);
      await expect(again()).rejects.toThrow(exhaustion);
      expectIdle(p);
      expect(p.call('count', 400)).toBe(400);
    });

    test('that instantiates itself is one, too', async () => {
      const p = await load(direct);
      const { Module, Instance } = p.engine.WebAssembly;
      const module = new Module(await bytesOf(`(module (import "e" "again" (func $again)) (start $again))`));
      let depth = 0;
      const again = (): void => {
        depth++;
        new Instance(module, { e: { again } } as never);
      };
      expectExhaustion(again);
      expect(depth).toBeGreaterThan(50);
      expectIdle(p);
      expect(p.call('count', 10)).toBe(10);
    });
  });
});
