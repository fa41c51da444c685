/** Calls between programs and the host: errors that are none of the program's, memories that change during a call. */

import { describe, expect, test } from 'vitest';
import { insertGlobalProbe, insertProbe } from '../../engine/index.ts';
import { caught, type Imports, type Loaded, loaderIn, tierNames } from './support.ts';

describe.each(tierNames)('in tier %s:', (tier) => {
  const load = loaderIn(tier);

  /** The error that a DataView throws; out of bounds in Wasm looks the same to the engine. */
  const viewError = (): never => new DataView(new ArrayBuffer(1)).getInt32(8, true) as never;

  describe('what a host function throws', () => {
    const wat = `(module (import "e" "f" (func $f (result i32))) (table funcref (elem $f)) (memory 1)
    (func (export "call") (result i32) (call $f)) (func (export "indirect") (result i32) (call_indirect (result i32) (i32.const 0)))
    (func (export "tail") (result i32) (return_call $f)) (func $in (result i32) (call $f)) (func (export "deep") (result i32) (i32.add (call $in) (i32.const 1)))
    (func (export "trap") (result i32) (i32.load (i32.const 65536))))`;
    const imports = (f: () => unknown): Imports => ({ e: { f } });

    test.each(['call', 'indirect', 'tail', 'deep'])('is not taken for a trap, by %s', async (name) => {
      let thrown: unknown;
      const p = await load(wat, {
        imports: imports(() => {
          try {
            return viewError();
          } catch (error) {
            thrown = error;
            throw error;
          }
        }),
      });
      const error = caught(() => p.call(name));
      expect(error).toBe(thrown);
      expect(error).toBeInstanceOf(RangeError);
      // And a true trap afterwards is one.
      expect(() => p.call('trap')).toThrow(p.engine.WebAssembly.RuntimeError);
      expect(() => p.call(name)).toThrow(RangeError);
    });

    test('is not taken for exhaustion either', async () => {
      const own = new RangeError('Maximum call stack size exceeded');
      const p = await load(wat, {
        imports: imports(() => {
          throw own;
        }),
      });
      expect(caught(() => p.call('deep'))).toBe(own);
    });

    test.each([undefined, null, 0, 'text'])('may be %s, no error at all', async (thrown) => {
      const p = await load(wat, {
        imports: imports(() => {
          throw thrown;
        }),
      });
      let seen: unknown = 'nothing';
      try {
        p.call('deep');
      } catch (error) {
        seen = error;
      }
      expect(seen).toBe(thrown);
      expect(p.engine.machine.depth).toBe(-1);
      expect(() => p.call('trap')).toThrow(p.engine.WebAssembly.RuntimeError);
    });

    test('when its result is converted is not taken for a trap', async () => {
      const p = await load(wat, { imports: imports(() => ({ valueOf: viewError })) });
      expect(caught(() => p.call('deep'))).not.toBeInstanceOf(p.engine.WebAssembly.RuntimeError);
      expect(caught(() => p.call('deep'))).toBeInstanceOf(RangeError);
    });

    test('can be caught by the host function that called, and the program goes on', async () => {
      const p: Loaded = await load(
        `(module (import "e" "outer" (func $outer (result i32))) (import "e" "inner" (func $inner)) (func (export "in") (i64.const 1) (call $inner) (drop))
        (func (export "f") (param i32) (result i32) (local.get 0) (call $outer) (i32.add)))`,
        {
          imports: {
            e: {
              inner: viewError,
              outer: () => {
                expect(() => p.call('in')).toThrow(RangeError);
                return 5;
              },
            },
          },
        },
      );
      expect(p.call('f', 37)).toBe(42);
    });
  });

  describe('a memory that grows during a call', () => {
    const check = '(i32.store (i32.const 70000) (i32.const 5)) (i32.store8 (i32.const 8) (i32.load (i32.const 70000)))';
    const result = '(i32.add (i32.load (i32.const 8)) (memory.size))';
    const using = (call: string): string => `(drop (i32.load (i32.const 0))) ${call} ${check} ${result}`;

    test('in a callee', async () => {
      const p =
        await load(`(module (memory 1) (func $grow (drop (memory.grow (i32.const 1)))) (func $deep (call $grow)) (func $tail (return_call $grow))
      (func (export "callee") (result i32) ${using('(call $grow)')}) (func (export "deep") (result i32) ${using('(call $deep)')})
      (func (export "tail") (result i32) ${using('(call $tail)')}) (func (export "self") (result i32) ${using('(drop (memory.grow (i32.const 1)))')}))`);
      expect(['callee', 'deep', 'tail', 'self'].map((name) => p.call(name))).toEqual([7, 8, 9, 10]);
    });

    test.each(['plain', 'traced'])('in a host function, %s', async (kind) => {
      const p: Loaded = await load(
        `(module (import "e" "grow" (func $grow)) (memory (export "m") 1) (table funcref (elem $grow))
        (func $tail (return_call $grow)) (func $tails (return_call_indirect (i32.const 0)))
        (func (export "call") (result i32) ${using('(call $grow)')}) (func (export "indirect") (result i32) ${using('(call_indirect (i32.const 0))')})
        (func (export "tail") (result i32) ${using('(call $tail)')}) (func (export "tails") (result i32) ${using('(call $tails)')}))`,
        { imports: { e: { grow: () => (p.exports.m as { grow(n: number): number }).grow(1) } } },
      );
      if (kind === 'traced') insertGlobalProbe(p.instance, { fire: () => undefined });
      expect(['call', 'indirect', 'tail', 'tails'].map((name) => p.call(name))).toEqual([7, 8, 9, 10]);
    });

    test('in a probe', async () => {
      const p = await load(
        `(module (memory (export "m") 1) (func (export "f") (result i32) (drop (i32.load (i32.const 0))) (nop) ${check} ${result}))`,
      );
      const grow = { fire: () => void (p.exports.m as { grow(n: number): number }).grow(1) };
      insertProbe(p.instance, 0, 1, grow);
      expect(p.call('f')).toBe(7);
      insertGlobalProbe(p.instance, grow);
      expect(p.call('f')).toBeGreaterThan(8);
    });

    test('in another instance, of which it is the second memory', async () => {
      const owner = await load(
        `(module (import "e" "grow" (func $grow)) (memory (export "m") 1) (func (export "f") (result i32) ${using('(call $grow)')}))`,
        { imports: { e: { grow: () => 0 } } },
      );
      const { engine } = owner;
      const memory = new engine.WebAssembly.Memory({ initial: 1 });
      const grower = await load(
        `(module (import "e" "own" (memory 0)) (import "e" "m" (memory $m 1)) (func (export "grow") (drop (memory.grow $m (i32.const 1)))))`,
        { engine, imports: { e: { m: memory, own: new engine.WebAssembly.Memory({ initial: 0 }) } } },
      );
      const user = await load(
        `(module (import "e" "grow" (func $grow)) (import "e" "m" (memory 1)) (func (export "f") (result i32) ${using('(call $grow)')}))`,
        { engine, imports: { e: { m: memory, grow: grower.exports.grow } } },
      );
      expect([user.call('f'), user.call('f')]).toEqual([7, 8]);
      expect(memory.buffer.byteLength).toBe(3 * 65536);
    });

    test('that the host made, also when it starts empty', async () => {
      const host = (
        globalThis as unknown as { WebAssembly: { Memory: new (d: object) => { grow(n: number): number } } }
      ).WebAssembly;
      const memory = new host.Memory({ initial: 0 });
      const p = await load(
        `(module (import "e" "grow" (func $grow)) (import "e" "m" (memory 0)) (func (export "f") (result i32) (call $grow) ${check} ${result})
        (func (export "g") (result i32) (i32.load (i32.const 0))))`,
        { imports: { e: { m: memory, grow: () => memory.grow(2) } } },
      );
      expect(() => p.call('g')).toThrow('memory access out of bounds');
      expect(p.call('f')).toBe(7);
      expect(p.call('f')).toBe(9);
    });
  });
});
