/** Probes without a frame, which compiled code calls directly, may do all that others may: call back, and make memories grow. */

import { describe, expect, test } from 'vitest';
import { type Engine, insertProbe, type LocalProbe, type MemoryInstance } from '../../engine/index.ts';
import { CountProbe } from '../../probes/index.ts';
import { load } from '../support/program.ts';
import { engineIn, type TierName, tierNames } from '../support/tiers.ts';
import { some } from '../support/thorough.ts';

const SEEDS = some([1, 2, 3, 4, 5], 4);

const GROWING = `(module (memory (export "memory") 1)
  (func (export "f") (param $n i32) (result i64) (local $i i32) (local $sum i64)
    (loop $l
      (i32.store (i32.shl (local.get $i) (i32.const 2)) (i32.mul (local.get $i) (i32.const 3)))
      (i64.store offset=65536 (i32.shl (local.get $i) (i32.const 3)) (i64.extend_i32_u (local.get $i)))
      (local.set $sum (i64.add (local.get $sum) (i64.load32_s (i32.shl (local.get $i) (i32.const 2)))))
      (local.set $sum (i64.add (local.get $sum) (i64.load offset=65536 (i32.shl (local.get $i) (i32.const 3)))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $sum)))`;

// Deep recursion in a call back writes over what it may of the stack.
const CALLING = `(module
  (func $deep (export "deep") (param $n i32) (result i32) (local $a i64) (local $b f64)
    (local.set $a (i64.const -1)) (local.set $b (f64.const nan))
    (if (result i32) (local.get $n)
      (then (i32.add (call $deep (i32.sub (local.get $n) (i32.const 1))) (i32.const 1))) (else (i32.const 0))))
  (func $twice (export "twice") (param $n i32) (result i32 i32) (local.get $n) (local.get $n))
  (func (export "f") (param $n i32) (result i32) (local $i i32) (local $sum i32)
    (loop $l
      (local.get $i)
      (call $twice (local.get $i))
      (i32.add (call $deep (local.get $i)))
      (local.set $sum (i32.add (i32.add (i32.add (local.get $sum)))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $sum)))`;

/** What an activation sees below it that an event of a probe without a frame has called, at each such event. */
function stacksIn(tier: TierName, seed: number): string[] {
  const p = load(CALLING, { engine: engineIn(tier, {}, seed) });
  const stacks: string[] = [];
  let isInside = false;
  const caller: LocalProbe = {
    needs: { frame: false },
    fire: () => {
      if (isInside) return;
      isInside = true;
      p.call('deep', 0);
      isInside = false;
    },
  };
  const walker: LocalProbe = {
    needs: { stack: true },
    fire: ({ stack }) => {
      const text = stack.map((entry) => ('kind' in entry ? 'host' : `${entry.func.index}@${entry.pc}`)).join(' ');
      if (isInside) stacks.push(text);
    },
  };
  insertProbe(p.instance, p.func('deep'), p.pc('deep', 'i64.const'), walker);
  for (const pc of p.pcs('f')) insertProbe(p.instance, p.func('f'), pc, caller);
  insertProbe(p.instance, p.func('deep'), p.pc('deep', 'i32.add'), caller);
  p.call('f', 5);
  return stacks;
}

/** Loads and stores without an offset, with operands below them. */
const MIXED = `(module (memory 1)
  (func (export "f") (param $n i32) (result i32) (local $i i32) (local $sum i32)
    (loop $next
      (i32.store (i32.shl (local.get $i) (i32.const 2)) (i32.mul (local.get $i) (i32.const 3)))
      (local.set $sum (i32.add
        (i32.add (local.get $sum) (i32.const 1))
        (i32.mul (i32.load (i32.shl (local.get $i) (i32.const 2))) (i32.load (i32.sub (i32.shl (local.get $i) (i32.const 2)) (i32.const 0))))))
      (br_if $next (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $sum)))`;

describe.each(tierNames)('in tier %s', (tier) => {
  test.each(SEEDS)('a memory that grows in an event, at any time: results and counts, seed %i', (seed) => {
    const N = 6;
    const seen = (engine: Engine, growsAt: number): unknown => {
      const p = load(MIXED, { engine });
      const memory = (p.instance.memories[0] as MemoryInstance).native;
      const counts = p.pcs('f').map((pc) => {
        const probe = new CountProbe();
        insertProbe(p.instance, p.func('f'), pc, probe);
        return probe;
      });
      let events = 0;
      const fire = (): void => {
        if (events++ === growsAt) memory.grow(1);
      };
      for (const name of ['i32.shl', 'i32.add', 'i32.load', 'i32.store'])
        insertProbe(p.instance, p.func('f'), p.pc('f', name), { needs: { frame: false }, fire });
      const results = [p.call('f', N), p.call('f', N)];
      return { results, events, counts: counts.map(({ count }) => count) };
    };
    for (let at = 0; at < 4 * N; at++) {
      expect(seen(engineIn(tier, {}, seed), at)).toEqual(seen(engineIn('interpreter', {}, 1), at));
    }
  });

  test.each(SEEDS)('a program that is called in an event sees the activation below it, seed %i', (seed) => {
    const stacks = stacksIn(tier, seed);
    expect(stacks.length).toBeGreaterThan(50);
    expect(stacks).toEqual(stacksIn('interpreter', 1));
  });

  test.each(SEEDS)('a memory that grows in an event is seen by what follows, seed %i', (seed) => {
    const N = 40;
    for (let at = 0; at < 2 * N; at += 7) {
      const p = load(GROWING, { engine: engineIn(tier, {}, seed) });
      const memory = (p.instance.memories[0] as MemoryInstance).native;
      memory.grow(1);
      let events = 0;
      const probe: LocalProbe = {
        needs: { frame: false, operands: 2 },
        fire: () => {
          if (events++ === at) memory.grow(1);
        },
      };
      for (const store of ['i32.store', 'i64.store'] as const) {
        insertProbe(p.instance, p.func('f'), p.pc('f', store), probe);
      }
      expect(p.call('f', N)).toBe(BigInt((4 * (N * (N - 1))) / 2));
      expect([events, memory.buffer.byteLength]).toEqual([2 * N, 3 * 65536]);
      expect(new Int32Array(memory.buffer)[N - 1]).toBe(3 * (N - 1));
    }
  });

  test('code is left when a memory grows in an event', () => {
    if (tier !== 'js') return;
    const engine = engineIn(tier, {}, 1);
    const p = load(GROWING, { engine });
    const memory = (p.instance.memories[0] as MemoryInstance).native;
    memory.grow(1);
    let events = 0;
    const fire = (): void => {
      if (events++ === 10) memory.grow(1);
    };
    insertProbe(p.instance, p.func('f'), p.pc('f', 'i32.store'), { needs: { frame: false }, fire });
    p.call('f', 40);
    const { deoptimisations } = engine.tierReport();
    expect(deoptimisations.causes.map(({ cause, count }) => [cause, count])).toEqual([
      [expect.stringMatching(/^memory grown by a probe at /), 1],
    ]);
  });

  test.each(SEEDS)('a program that is called in an event changes nothing of the activation, seed %i', (seed) => {
    const N = 12;
    const p = load(CALLING, { engine: engineIn(tier, {}, seed) });
    const plain = p.call('f', N);
    expect(plain).toBe((4 * (N * (N - 1))) / 2);
    let isInside = false;
    let calls = 0;
    const probe: LocalProbe = {
      needs: { frame: false },
      fire: () => {
        if (isInside) return;
        isInside = true;
        expect(p.call('deep', 20)).toBe(20);
        calls++;
        isInside = false;
      },
    };
    for (const func of ['f', 'deep', 'twice']) {
      for (const pc of p.pcs(func)) insertProbe(p.instance, p.func(func), pc, probe);
    }
    expect(p.call('f', N)).toBe(plain);
    expect(calls).toBeGreaterThan(N * N);
  });
});
