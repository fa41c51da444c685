/** Rules 18 to 23 of the probe contract, as far as the primitives keep them: frames, errors, non-intrusion, cost. */

import { describe, expect, it } from 'vitest';
import {
  type ExitProbe,
  type Frame,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  type LocalProbe,
  ProbeError,
  removeExitProbe,
  removeGlobalProbe,
  removeProbe,
} from '../../engine/index.ts';
import type { Program } from '../support/program.ts';
import { shuffled } from '../support/random.ts';
import { loader, thrownBy, tiers } from './tiers.ts';

const FIB = `(module
  (import "host" "f" (func $host (param i32)))
  (func $fib (export "fib") (param $n i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $n) (i32.const 2))
      (then (local.get $n))
      (else (i32.add
        (call $fib (i32.sub (local.get $n) (i32.const 1)))
        (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
  (func (export "hosted") (param $n i32) (result i32) (call $host (local.get $n)) (local.get $n)))`;

type Both = LocalProbe & ExitProbe;

describe.each(tiers)('requests in tier $name', (tier) => {
  const load = loader(tier);
  const loadFib = (host: (n: number) => void = () => {}): Program => load(FIB, { imports: { host: { f: host } } });

  it('rule 18: the probes of an activation get the same frame, which dies with the activation', () => {
    const p = loadFib();
    const byDepth: Frame[][] = [];
    const note = (frame: Frame): void => {
      const all = byDepth[frame.depth] ?? [];
      byDepth[frame.depth] = all;
      if (!all.includes(frame)) all.push(frame);
    };
    const func = p.func('fib');
    for (const pc of [0, ...p.pcs(func)]) insertProbe(p.instance, func, pc, { needs: { stack: true }, fire: note });
    p.call('fib', 3);
    expect(byDepth.map((frames) => frames.length)).toEqual([1, 2, 2]);
    for (const frame of byDepth.flat()) {
      expect(frame.hasEnded).toBe(true);
      for (const use of ['func', 'pc', 'depth', 'caller', 'localTypes', 'operandTypes'] as const) {
        expect(() => frame[use]).toThrow(ProbeError);
      }
      expect(() => frame.local(0)).toThrow('has ended');
      expect(() => frame.operand(0)).toThrow('has ended');
    }
  });

  it('rule 18: frames of a host call in between, and of the callers, can be read', () => {
    const seen: unknown[] = [];
    const p: Program = loadFib((n) => {
      if (n > 0) p.call('fib', 1);
    });
    insertProbe(p.instance, p.func('fib'), 0, {
      needs: { locals: true, stack: true },
      fire: (frame) => {
        const { caller } = frame;
        seen.push([frame.depth, caller?.depth, caller?.func.index, caller?.pc, caller?.local(0).value]);
        expect(caller?.operandTypes).toEqual([]);
      },
    });
    p.call('hosted', 5);
    expect(seen).toEqual([[1, 0, p.func('hosted'), p.pc('hosted', 'call'), 5]]);
  });

  describe('rule 20: impossible locations are refused, and nothing changes', () => {
    const refusals: [string, (p: Program) => [number, number], string][] = [
      ['inside an immediate', (p) => [1, p.pc('fib', 'i32.const') + 1], 'no instruction of function 1 is at pc'],
      ['behind the end', () => [1, 10_000], 'no instruction of function 1 is at pc 10000'],
      ['a negative pc', () => [1, -1], 'no instruction of function 1 is at pc -1'],
      ['a fraction', () => [1, 1.5], 'no instruction of function 1 is at pc 1.5'],
      ['no such function', () => [7, 0], 'there is no function 7: the module has functions 0 to 2'],
      ['a negative function', () => [-1, 0], 'there is no function -1'],
      ['an imported function', () => [0, 0], 'function 0 is imported: probes can be put into functions 1 and up'],
    ];
    it.each(refusals)('%s', (_what, where, message) => {
      const p = loadFib();
      const [func, pc] = where(p);
      const error = thrownBy(() => insertProbe(p.instance, func, pc, { fire: () => {} })) as ProbeError;
      expect(error).toBeInstanceOf(ProbeError);
      expect(error.message).toContain(message);
      expect(p.instance.funcs.every((f) => f.probes === null)).toBe(true);
      expect(thrownBy(() => removeProbe(p.instance, func, pc, { fire: () => {} }))).toBeInstanceOf(ProbeError);
    });

    it('names the nearest valid pcs', () => {
      const p = loadFib();
      const pcs = p.pcs('fib');
      const wrong = p.pc('fib', 'i32.const') + 1;
      const error = thrownBy(() => insertProbe(p.instance, 1, wrong, { fire: () => {} })) as ProbeError;
      const below = Math.max(...pcs.filter((pc) => pc < wrong));
      expect(error.nearest).toEqual([below, pcs[pcs.indexOf(below) + 1]]);
      expect(error.message).toContain(`the nearest are at ${error.nearest.join(' and ')}`);
    });
  });

  it('rule 21: with probes everywhere results and traps are the same', () => {
    const wat = `(module (memory (export "m") 1) (global $g (mut i64) (i64.const 3))
      (func (export "f") (param i32) (result i64)
        (i32.store (local.get 0) (i32.const 77))
        (global.set $g (i64.mul (global.get $g) (i64.const 5)))
        (global.get $g)))`;
    const [plain, probed] = [load(wat), load(wat)];
    for (const pc of [0, ...probed.pcs('f')]) insertProbe(probed.instance, 0, pc, { fire: () => {} });
    insertExitProbe(probed.instance, 0, { exit: () => {} });
    insertGlobalProbe(probed.instance, { fire: () => {} });
    for (const address of [0, 65532, 65533, -4, 8]) {
      const outcomes = [plain, probed].map((p) => {
        try {
          return p.call('f', address);
        } catch (error) {
          return String(error);
        }
      });
      expect(outcomes[0]).toEqual(outcomes[1]);
    }
    const memory = (p: Program): Uint8Array => {
      p.instance.memories[0]?.refresh();
      return p.instance.memories[0]?.bytes as Uint8Array;
    };
    expect(memory(probed)).toEqual(memory(plain));
  });

  it('rule 22: after the last removal, in any order, the code is the same object as before', () => {
    const p = loadFib();
    const func = p.func('fib');
    p.call('fib', 5);
    const before = p.instance.funcs[func]?.code;
    for (let seed = 1; seed <= 20; seed++) {
      const probe = { fire: () => {} };
      const exit = { exit: () => {} };
      const locations = [0, ...p.pcs(func), ...p.pcs(func)];
      for (const pc of shuffled(locations, seed)) insertProbe(p.instance, func, pc, probe);
      insertExitProbe(p.instance, func, exit);
      insertGlobalProbe(p.instance, probe);
      expect(p.instance.funcs[func]?.code).not.toBe(before);
      expect(p.call('fib', 5)).toBe(5);
      removeGlobalProbe(p.instance, probe);
      const removals = shuffled([...locations, -1], seed + 100);
      for (const pc of removals) {
        if (pc === -1) removeExitProbe(p.instance, func, exit);
        else removeProbe(p.instance, func, pc, probe);
      }
      expect(p.instance.funcs[func]?.code).toBe(before);
      expect([p.instance.funcs[func]?.entry, p.instance.funcs[func]?.probes]).toEqual([1, null]);
      expect(p.engine.machine.isTraced).toBe(false);
      expect(p.call('fib', 5)).toBe(5);
    }
  });

  it('rule 22: a probe in one instance leaves another instance of the same module alone', () => {
    const p = loadFib();
    const { WebAssembly } = p.engine;
    const q = load(FIB, { imports: { host: { f: () => {} } }, engine: p.engine });
    expect(WebAssembly).toBeDefined();
    let count = 0;
    insertProbe(p.instance, 1, 0, { fire: () => count++ });
    q.call('fib', 5);
    expect(count).toBe(0);
    p.call('fib', 1);
    expect(count).toBe(1);
  });

  it('rules 2 to 5: inserting and removing at every pc, in shuffled order, while the program runs, counts exactly', () => {
    // The reference counts by a probe that is there all the time.
    for (let seed = 1; seed <= 10; seed++) {
      const p = loadFib();
      const func = p.func('fib');
      const pcs = p.pcs(func);
      const steps = shuffled([...pcs, ...pcs], seed);
      const expected = new Map<number, number>();
      const actual = new Map<number, number>();
      const active = new Map<number, { fire: (frame: Frame) => void }>();
      let next = 0;
      insertGlobalProbe(p.instance, {
        fire: (frame) => {
          // What is active when the event begins fires for it.
          if (active.has(frame.pc)) expected.set(frame.pc, (expected.get(frame.pc) ?? 0) + 1);
          const pc = steps[next++ % steps.length] as number;
          const known = active.get(pc);
          if (known !== undefined) {
            removeProbe(p.instance, func, pc, known);
            active.delete(pc);
            return;
          }
          const probe = { fire: (f: Frame) => actual.set(f.pc, (actual.get(f.pc) ?? 0) + 1) };
          insertProbe(p.instance, func, pc, probe);
          active.set(pc, probe);
        },
      });
      expect(p.call('fib', 9)).toBe(34);
      expect(next).toBeGreaterThan(1000);
      expect(actual).toEqual(expected);
    }
  });

  it('rule 23: an insertion copies the code of its function once and touches no other', () => {
    const functions = Array.from({ length: 200 }, (_, i) => `(func (export "f${i}") (result i32) (i32.const ${i}))`);
    const p = load(`(module ${functions.join('\n')})`);
    insertProbe(p.instance, 3, p.pc(3, 'i32.const'), { fire: () => {} });
    const copy = p.instance.funcs[3]?.code;
    insertProbe(p.instance, 3, p.pc(3, 'end'), { fire: () => {} });
    expect(p.instance.funcs[3]?.code).toBe(copy);
    expect(p.instance.funcs.filter((f) => f.made !== null).map((f) => f.index)).toEqual([3]);
  });

  it('rule 23: the number of probes that are there does not matter, at one place, at all of them, and at exits', () => {
    const p = loadFib();
    const func = p.func('fib');
    const pc = p.pcs(func)[0] as number;
    const kinds: [(probe: Both) => void, (probe: Both) => boolean][] = [
      [(probe) => insertProbe(p.instance, func, pc, probe), (probe) => removeProbe(p.instance, func, pc, probe)],
      [(probe) => insertGlobalProbe(p.instance, probe), (probe) => removeGlobalProbe(p.instance, probe)],
      [(probe) => insertExitProbe(p.instance, func, probe), (probe) => removeExitProbe(p.instance, func, probe)],
    ];
    for (const [insert, remove] of kinds) {
      let fired = 0;
      const make = (): Both => ({ fire: () => fired++, exit: () => fired++ });
      const [few, many] = [2000, 40_000].map((count) => {
        const probes = Array.from({ length: count }, make);
        const start = performance.now();
        for (const probe of probes) insert(probe);
        // The earliest first, which is the worst for an array; the last one in the middle of that.
        const last = probes.pop() as Both;
        for (const [i, probe] of probes.entries()) expect(remove(probe) && (i !== 5 || remove(last))).toBe(true);
        return performance.now() - start;
      }) as [number, number];
      // Linear would be 20; quadratic 400.
      expect(many / few).toBeLessThan(120);
      p.call('fib', 1);
      expect(fired).toBe(0);
    }
    expect(p.instance.funcs[func]?.probes).toBeNull();
  });

  it('rule 23: in a long list, too, order, insertion of the same probe, and the snapshot of an event are as in a short one', () => {
    const p = loadFib();
    const func = p.func('fib');
    const pc = p.pcs(func)[0] as number;
    const log: number[] = [];
    const probes = Array.from({ length: 20 }, (_, i) => ({ fire: () => void log.push(i) }));
    const order = [...probes, ...probes.slice(0, 5), ...probes.slice(3, 8)];
    for (const probe of order) insertProbe(p.instance, func, pc, probe);
    const numbers = (list: readonly unknown[]): number[] =>
      list.map((probe) => probes.indexOf(probe as (typeof probes)[0]));
    p.call('fib', 1);
    expect(log).toEqual(numbers(order));
    const remaining = [...order];
    for (const probe of shuffled([...probes, ...probes.slice(3, 5)], 7)) {
      // Removed while the event fires: still fires for it.
      const during = { fire: () => void removeProbe(p.instance, func, pc, probe) };
      insertProbe(p.instance, func, pc, during);
      log.length = 0;
      p.call('fib', 1);
      expect(log).toEqual(numbers(remaining));
      expect(removeProbe(p.instance, func, pc, during)).toBe(true);
      remaining.splice(remaining.indexOf(probe), 1);
      log.length = 0;
      p.call('fib', 1);
      expect(log).toEqual(numbers(remaining));
    }
    expect(remaining.length).toBe(8);
  });
});
