/** Probes that declare `frame: false` and get the values of operands instead: they obey the contract like all others. */

import { describe, expect, it } from 'vitest';
import {
  type Exit,
  type Frame,
  fireFrameless,
  type GlobalProbe,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  internals,
  type LocalProbe,
  type Needs,
  NO_FRAME,
  ProbeError,
  removeGlobalProbe,
  removeProbe,
} from '../../engine/index.ts';
import { CountProbe, OneShotProbe, SampleProbe, SwitchProbe, WrapperProbe } from '../../probes/index.ts';
import { loader, thrownBy, tiers } from './tiers.ts';

const WAT = `(module
  (import "host" "f" (func $host (param i32)))
  (memory 1)
  (func $callee (param i32))
  (func (export "all") (param i32 i64 f32 f64 externref) (result i32)
    (local v128)
    (local.set 5 (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15))
    (local.get 5) (local.get 4) (ref.func $callee) (ref.null func)
    (local.get 0) (local.get 1) (local.get 2) (local.get 3)
    (nop)
    (drop) (drop) (drop) (drop) (drop) (drop) (drop) (drop)
    (i32.const 1))
  (func (export "store") (param i32 i32) (result i32)
    (i32.store (local.get 0) (local.get 1))
    (i32.load (local.get 0)))
  (func (export "loop") (param $n i32)
    (loop $again
      (call $host (local.get $n))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func (export "trap") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
  (elem declare func $callee))`;

/** An address and a value, as the operands of a store: the types are stated, without casts. */
class Stores implements LocalProbe {
  readonly needs: Needs = { frame: false, operands: 2 };
  readonly seen: [number, number][] = [];

  fire(_frame: Frame, value: number, address: number): void {
    this.seen.push([address, value]);
  }
}

describe.each(tiers)('probes without a frame in tier $name', (tier) => {
  const load = loader(tier);
  const loadIt = (host: (n: number) => void = () => {}) => load(WAT, { imports: { host: { f: host } } });

  describe('rule 14: fire gets', () => {
    it('the declared operands, the topmost first, whatever their type', () => {
      const p = loadIt();
      const seen: unknown[][] = [];
      const pc = p.pc('all', 'nop');
      insertProbe(p.instance, p.func('all'), pc, {
        needs: { frame: false, operands: 8 },
        fire: (...all) => void seen.push(all),
      });
      const object = { some: 'object' };
      p.call('all', -1, -(1n << 63n), 0.5, -0, object);
      p.call('all', 2 ** 31, 5n, 0.1, Number.NaN, 7);
      expect(seen.map((values) => values.length)).toEqual([9, 9]);
      const bytes = Uint8Array.from({ length: 16 }, (_, i) => i);
      const [first, second] = seen as [unknown[], unknown[]];
      expect(first[0]).toBe(NO_FRAME);
      expect(first.slice(1, 6)).toStrictEqual([-0, 0.5, -(1n << 63n), -1, null]);
      expect(internals.functionOf(first[6])).toBe(p.instance.funcs[1]);
      expect(first[7]).toBe(object);
      expect(first[8]).toStrictEqual(bytes);
      expect(second.slice(1, 6)).toStrictEqual([Number.NaN, Math.fround(0.1), 5n, -(2 ** 31), null]);
      expect(second[7]).toBe(7);
      // What a probe keeps is its own.
      expect(second[8]).not.toBe(first[8]);
      (first[8] as Uint8Array).fill(0);
      expect(second[8]).toStrictEqual(bytes);
    });

    it('as many operands as it declares, none without a declaration and at the entry', () => {
      const p = loadIt();
      const func = p.func('store');
      const pc = p.pc('store', 'i32.store');
      const counts: number[] = [];
      for (const operands of [undefined, 0, 1, 2]) {
        const needs: Needs = operands === undefined ? { frame: false } : { frame: false, operands };
        insertProbe(p.instance, func, pc, { needs, fire: (_frame, ...values) => void counts.push(values.length) });
      }
      insertProbe(p.instance, func, 0, {
        needs: { frame: false },
        fire: (...all) => void expect(all).toEqual([NO_FRAME]),
      });
      const stores = new Stores();
      insertProbe(p.instance, func, pc, stores);
      expect(p.call('store', 8, -5)).toBe(-5);
      expect(counts).toEqual([0, 0, 1, 2]);
      expect(stores.seen).toEqual([[8, -5]]);
    });

    it('its operands before a trap', () => {
      const p = loadIt();
      const seen: unknown[] = [];
      insertProbe(p.instance, p.func('trap'), p.pc('trap', 'i32.div_s'), {
        needs: { frame: false, operands: 2 },
        fire: (_frame, divisor, dividend) => void seen.push(dividend, divisor),
      });
      expect(() => p.call('trap', 0)).toThrow('divide by zero');
      expect(seen).toEqual([1, 0]);
    });

    it('the same as a global probe', () => {
      const p = loadIt();
      let events = 0;
      const probe: GlobalProbe = {
        needs: { frame: false },
        fire: (...all) => {
          events++;
          expect(all).toEqual([NO_FRAME]);
        },
      };
      insertGlobalProbe(p.instance, probe);
      p.call('store', 8, 1);
      expect(events).toBe(p.pcs('store').length);
      removeGlobalProbe(p.instance, probe);
      const values: unknown[] = [];
      insertGlobalProbe(p.instance, {
        needs: { frame: false, operands: 1 },
        fire: (_frame, top) => void values.push(top),
      });
      // The first instruction stands on an empty stack.
      expect(() => p.call('store', 8, 1)).toThrow('there is no operand 0 from the top: 0 are on the stack');
      expect(values).toEqual([]);
    });
  });

  describe('rule 15: a declaration', () => {
    const uses: Record<keyof Frame, (frame: Frame) => unknown> = {
      hasEnded: (frame) => frame.hasEnded,
      func: (frame) => frame.func,
      instance: (frame) => frame.instance,
      pc: (frame) => frame.pc,
      isCalledByHost: (frame) => frame.isCalledByHost,
      depth: (frame) => frame.depth,
      caller: (frame) => frame.caller,
      stack: (frame) => frame.stack,
      localTypes: (frame) => frame.localTypes,
      operandTypes: (frame) => frame.operandTypes,
      local: (frame) => frame.local(0),
      operand: (frame) => frame.operand(0),
      setLocal: (frame) => frame.setLocal(0, 1),
      setOperand: (frame) => frame.setOperand(0, 1),
      trap: (frame) => frame.trap('reason'),
    };
    it.each(Object.entries(uses))('of frame: false, and then %s of the frame: an error that says so', (_what, use) => {
      const p = loadIt();
      const probe: LocalProbe = {
        name: 'framer',
        needs: { frame: false, operands: 1 },
        fire: (frame) => void use(frame),
      };
      insertProbe(p.instance, p.func('store'), p.pc('store', 'i32.store'), probe);
      const error = thrownBy(() => p.call('store', 8, 1)) as ProbeError;
      expect(error).toBeInstanceOf(ProbeError);
      expect(error.probe).toBe('framer');
      expect(error.message).toContain('remove "frame: false" from the "needs" of the probe');
      expect(error.cause).toBeInstanceOf(ProbeError);
    });

    it('of frame: false with what only a frame can give is refused at the insertion, which changes nothing', () => {
      const p = loadIt();
      const refused: [Needs, string][] = [
        [{ frame: false, operands: 'all' }, 'needs.operands must be a number below 255 then, not all'],
        [{ frame: false, operands: 255 }, 'needs.operands must be a number below 255 then, not 255'],
        [{ frame: false, locals: true }, 'needs.frame is false, and needs.locals is true'],
        [{ frame: false, stack: true }, 'needs.frame is false, and needs.stack is true'],
        [{ frame: false, writes: true }, 'needs.frame is false, and needs.writes is true'],
        [{ frame: false, operands: -1 }, "needs.operands must be a number of operands or 'all', not -1"],
      ];
      for (const [needs, message] of refused) {
        const probe: LocalProbe = { needs, fire: () => {} };
        const error = thrownBy(() => insertProbe(p.instance, p.func('store'), 0, probe));
        expect(error).toBeInstanceOf(TypeError);
        expect((error as Error).message).toContain(message);
        expect(() => insertGlobalProbe(p.instance, probe)).toThrow(message);
        expect(() => fireFrameless(probe, NO_FRAME)).toThrow(message);
      }
      expect(p.instance.funcs[p.func('store')]?.probes).toBe(null);
      expect(p.instance.globalProbes.length).toBe(0);
      const fine: Needs = { frame: false, operands: 254, locals: false, stack: false, writes: false, results: true };
      insertProbe(p.instance, p.func('store'), 0, { needs: fine, fire: () => {} });
    });

    it('of more operands than there are: the error of frame.operand', () => {
      const p = loadIt();
      const pc = p.pc('store', 'i32.store');
      const framed: LocalProbe = { name: 'p', needs: { operands: 3 }, fire: (frame) => void frame.operand(2) };
      let fired = 0;
      const frameless: LocalProbe = { name: 'p', needs: { frame: false, operands: 3 }, fire: () => void fired++ };
      const errors = [framed, frameless].map((probe) => {
        insertProbe(p.instance, p.func('store'), pc, probe);
        const error = thrownBy(() => p.call('store', 8, 1)) as ProbeError;
        removeProbe(p.instance, p.func('store'), pc, probe);
        expect((error.cause as Error).message).toBe('there is no operand 2 from the top: 2 are on the stack');
        return [error.probe, error.func, error.pc, (error.cause as ProbeError).constructor];
      });
      expect(errors[1]).toEqual(errors[0]);
      expect(fired).toBe(0);
      insertProbe(p.instance, p.func('store'), 0, { needs: { frame: false, operands: 1 }, fire: () => {} });
      expect(() => p.call('store', 8, 1)).toThrow('there is no operand 0 from the top: 0 are on the stack');
    });

    it('of frame: false is for exits, too, which get the results that are declared', () => {
      const p = loadIt();
      const seen: unknown[] = [];
      const both = {
        needs: { frame: false, results: true } as const,
        fire: (frame: Frame) => void seen.push(frame === NO_FRAME),
        exit: (frame: Frame, { results }: Exit) =>
          void seen.push(
            frame === NO_FRAME,
            results.map(({ value }) => value),
          ),
      };
      insertProbe(p.instance, p.func('store'), 0, both);
      insertExitProbe(p.instance, p.func('store'), both);
      p.call('store', 8, 9);
      expect(seen).toEqual([true, true, [9]]);
    });
  });

  it('rule 2: fires in order with probes that have frames and with counters', () => {
    const p = loadIt();
    const log: unknown[] = [];
    const count = new CountProbe();
    const frameless: LocalProbe = {
      needs: { frame: false, operands: 1 },
      fire: (_frame, top) => void log.push(top, count.count),
    };
    const framed: LocalProbe = { needs: { operands: 1 }, fire: (frame) => void log.push(frame.operand(0).value) };
    for (const probe of [frameless, count, framed, frameless]) {
      insertProbe(p.instance, p.func('loop'), p.pc('loop', 'br_if'), probe);
    }
    p.call('loop', 2);
    expect(log).toEqual([1, 0, 1, 1, 1, 0, 1, 0, 0, 2]);
  });

  it('rule 16: sees what a probe before it has written', () => {
    const p = loadIt();
    const [func, pc] = [p.func('store'), p.pc('store', 'i32.store')];
    const stores = new Stores();
    insertProbe(p.instance, func, pc, stores);
    insertProbe(p.instance, func, pc, { needs: { writes: true }, fire: (frame) => frame.setOperand(0, 77) });
    insertProbe(p.instance, func, pc, stores);
    expect(p.call('store', 16, 5)).toBe(77);
    expect(stores.seen).toEqual([
      [16, 5],
      [16, 77],
    ]);
  });

  it('rules 3 to 5: insertions and removals that it makes hold from the next event on', () => {
    const p = loadIt();
    const [func, pc] = [p.func('loop'), p.pc('loop', 'br_if')];
    const seen: unknown[] = [];
    const late: LocalProbe = {
      needs: { frame: false, operands: 1 },
      fire: (_frame, top) => void seen.push(`late ${top}`),
    };
    const probe: LocalProbe = {
      needs: { frame: false, operands: 1 },
      fire: (_frame, top) => {
        seen.push(top);
        if (top === 3) insertProbe(p.instance, func, pc, late);
        if (top === 1) removeProbe(p.instance, func, pc, probe);
      },
    };
    insertProbe(p.instance, func, pc, probe);
    p.call('loop', 5);
    expect(seen).toEqual([4, 3, 2, 'late 2', 1, 'late 1', 'late 0']);
  });

  it('rule 6: may call back into the program, whose events are full events', () => {
    const p = loadIt();
    const stores = new Stores();
    insertProbe(p.instance, p.func('store'), p.pc('store', 'i32.store'), stores);
    const depths: number[] = [];
    insertProbe(p.instance, p.func('store'), 0, {
      needs: { stack: true },
      fire: ({ depth, caller }) => void depths.push(depth, caller?.func.index ?? -1),
    });
    insertProbe(p.instance, p.func('loop'), p.pc('loop', 'br_if'), {
      needs: { frame: false, operands: 1 },
      fire: (_frame, top) => void p.call('store', 4, top),
    });
    const after: unknown[] = [];
    insertProbe(p.instance, p.func('loop'), p.pc('loop', 'br_if'), {
      needs: { operands: 1, stack: true },
      fire: (frame) => void after.push(frame.operand(0).value, frame.depth),
    });
    p.call('loop', 3);
    expect(stores.seen).toEqual([
      [4, 2],
      [4, 1],
      [4, 0],
    ]);
    expect(depths).toEqual([1, 0, 1, 0, 1, 0].map((n, i) => (i % 2 === 0 ? n : p.func('loop'))));
    expect(after).toEqual([2, 0, 1, 0, 0, 0]);
  });

  it('rule 19: fails the call with its name, place and cause, and the other probes of the event fire', () => {
    const p = loadIt();
    const [func, pc] = [p.func('loop'), p.pc('loop', 'br_if')];
    const cause = new Error('broken');
    const failing: LocalProbe = {
      name: 'breaker',
      needs: { frame: false, operands: 1 },
      fire: (_frame, top) => {
        if (top === 2) throw cause;
      },
    };
    const count = new CountProbe();
    for (const probe of [failing, count]) insertProbe(p.instance, func, pc, probe);
    expect(thrownBy(() => p.call('loop', 5))).toMatchObject({ probe: 'breaker', func, pc, cause });
    expect(count.count).toBe(3);
    removeProbe(p.instance, func, pc, failing);
    p.call('loop', 5);
    expect(count.count).toBe(8);
  });

  it('rule 21: leaves the program as it is', () => {
    const calls: number[] = [];
    const p = loadIt((n) => void calls.push(n));
    for (const name of ['store', 'loop', 'all']) {
      for (const pc of [0, ...p.pcs(name)]) {
        insertProbe(p.instance, p.func(name), pc, { needs: { frame: false }, fire: () => {} });
      }
    }
    p.call('loop', 4);
    expect([calls, p.call('store', 8, 12), p.call('all', 1, 2n, 3, 4, null)]).toEqual([[4, 3, 2, 1], 12, 1]);
  });

  describe('rule 24: a fast probe', () => {
    it('whose subclass declares frame: false is called with values', () => {
      const p = loadIt();
      class Quick extends CountProbe {
        readonly needs: Needs = { frame: false };
        override fire(frame: Frame): void {
          expect(frame).toBe(NO_FRAME);
          super.fire(frame);
        }
      }
      const quick = new Quick();
      insertProbe(p.instance, p.func('loop'), p.pc('loop', 'br_if'), quick);
      p.call('loop', 4);
      expect(quick.count).toBe(4);
    });

    it('around another hands on the values that its inner probe declares', () => {
      /** Written for probes with frames: it needs one itself. */
      class Placed extends WrapperProbe {
        readonly pcs: number[] = [];
        fire(frame: Frame): void {
          this.pcs.push(frame.pc);
          this.fireInner(frame);
        }
      }
      const pairs: [(inner: LocalProbe) => LocalProbe, number[][]][] = [
        [
          (inner) => new SampleProbe(2, inner),
          [
            [3, 8],
            [1, 8],
          ],
        ],
        [
          (inner) => new SwitchProbe(inner),
          [
            [4, 8],
            [3, 8],
            [2, 8],
            [1, 8],
          ],
        ],
        [(inner) => new OneShotProbe(inner), [[4, 8]]],
        [
          (inner) => new Placed(inner),
          [
            [4, 8],
            [3, 8],
            [2, 8],
            [1, 8],
          ],
        ],
        [(inner) => new Placed(new SampleProbe(2, new OneShotProbe(inner))), [[3, 8]]],
      ];
      for (const [wrap, expected] of pairs) {
        const p = loadIt();
        const seen: unknown[][] = [];
        const inner: LocalProbe = {
          needs: { frame: false, operands: 2 },
          fire: (frame, value, address) => {
            expect(frame).toBe(NO_FRAME);
            seen.push([value, address]);
          },
        };
        insertProbe(p.instance, p.func('store'), p.pc('store', 'i32.store'), wrap(inner));
        for (const value of [4, 3, 2, 1]) p.call('store', 8, value);
        expect(seen).toEqual(expected);
      }
    });
  });
});
