/** Probes with `access: true`, which get address and value of loads and stores: they obey the contract like all others. */

import { describe, expect, it } from 'vitest';
import {
  type Frame,
  functionLocations,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  type LocalProbe,
  type MemoryInstance,
  type ModuleInstance,
  NO_FRAME,
  ProbeError,
  removeProbe,
} from '../../engine/index.ts';
import { CountProbe, OneShotProbe, onMemoryAccess, SampleProbe } from '../../probes/index.ts';
import { compareOn } from '../probes/reference/data-compare.ts';
import { programNames } from '../probes/reference/programs.ts';
import { loader, thrownBy, tiers } from './tiers.ts';

const needs = { frame: false, access: true } as const;

interface Entry {
  readonly place: string;
  readonly address: number;
  readonly value: string;
}

const textOf = (value: unknown): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);

/** What probes at all loads and stores get. */
function accesses(instance: ModuleInstance): Entry[] {
  const log: Entry[] = [];
  for (const { index } of instance.module.bodies) {
    for (const { pc, instruction } of functionLocations(instance.module, index)) {
      if (!instruction.immediates.includes('memarg')) continue;
      const place = `${index}+${pc}`;
      const fire = (_frame: Frame, address: number, value: unknown): void => {
        log.push({ place, address, value: textOf(value) });
      };
      insertProbe(instance, index, pc, { needs, fire });
    }
  }
  return log;
}

/** The same by the events of the toolkit, which have frames. */
function events(instance: ModuleInstance): Entry[] {
  const log: Entry[] = [];
  onMemoryAccess(
    instance,
    ({ location, address, value }) => {
      const { func, pc, instruction } = location;
      if (!instruction.immediates.includes('memarg')) return;
      log.push({ place: `${func}+${pc}`, address, value: textOf(value?.value) });
    },
    { value: true },
  );
  return log;
}

const WAT = `(module (memory (export "memory") 1)
  (func (export "sum") (param $n i32) (result i32) (local $i i32) (local $sum i32)
    (loop $l
      (i32.store offset=8 (i32.shl (local.get $i) (i32.const 2)) (i32.mul (local.get $i) (i32.const 3)))
      (local.set $sum (i32.add (local.get $sum) (i32.load offset=8 (i32.shl (local.get $i) (i32.const 2)))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $sum))
  (func (export "load") (param i32) (result i32) (i32.add (i32.const 1) (i32.load (local.get 0))))
  (func (export "far") (param i32) (result i64) (i64.load offset=70000 (local.get 0)))
  (func (export "bytes") (param i32 i64) (result i32)
    (i32.store8 (i32.const 0) (local.get 0)) (i64.store32 (i32.const 8) (local.get 1)) (i32.load8_s (i32.const 0)))
  (func (export "float") (param i32) (result f32) (f32.load (local.get 0))))`;

describe.each(tiers)('probes at accesses in tier $name', (tier) => {
  const load = loader(tier);

  /** A probe that notes what it gets. */
  function noting(seen: unknown[][]): LocalProbe {
    return { needs, fire: (...all) => void seen.push(all) };
  }

  describe('rule 14: fire gets address and value, as the events of the toolkit tell them', () => {
    // The events themselves are compared with a reference on all programs.
    it.each(programNames(tier.name, 2).filter((_, i) => i % 3 === 0))('%s', async (name) => {
      await compareOn(tier, name, { concerns: /\.(load|store)/, events: accesses, reference: events });
    });

    it('in a loop, with the effective address, and without the frame', () => {
      const p = load(WAT);
      const seen: unknown[][] = [];
      const probe = noting(seen);
      insertProbe(p.instance, p.func('sum'), p.pc('sum', 'i32.store'), probe);
      insertProbe(p.instance, p.func('sum'), p.pc('sum', 'i32.load'), probe);
      expect(p.call('sum', 100)).toBe(14850);
      const expected = Array.from({ length: 100 }, (_, i) => [NO_FRAME, 4 * i + 8, 3 * i]);
      expect(seen).toEqual(expected.flatMap((entry) => [entry, entry]));
    });

    it('the low bytes of a narrow store, unsigned, and what a narrow load will push', () => {
      const p = load(WAT);
      const seen: unknown[][] = [];
      const probe = noting(seen);
      for (const name of ['i32.store8', 'i64.store32', 'i32.load8_s']) {
        insertProbe(p.instance, p.func('bytes'), p.pc('bytes', name), probe);
      }
      expect(p.call('bytes', -2, -3n)).toBe(-2);
      expect(seen.map(([, ...values]) => values)).toEqual([
        [0, 254],
        [8, 4294967293n],
        [0, -2],
      ]);
    });
  });

  it.each([
    ['load', -4, 4294967292],
    ['load', 65533, 65533],
    ['far', 0, 70000],
    ['float', -1, 4294967295],
  ])('rule 11: a load that will trap fires once, without a value: %s %i', (name, operand, address) => {
    const p = load(WAT);
    const seen: unknown[][] = [];
    const func = p.func(name);
    const [location] = functionLocations(p.instance.module, func).filter(({ instruction }) =>
      instruction.immediates.includes('memarg'),
    );
    const pc = location?.pc as number;
    // Counters before and behind it in the same event, and in the same straight run.
    const counters = p.pcs(name).map((at) => {
      const counter = new CountProbe();
      insertProbe(p.instance, func, at, counter);
      return [at, counter] as const;
    });
    insertProbe(p.instance, func, pc, noting(seen));
    const last = new CountProbe();
    insertProbe(p.instance, func, pc, last);
    for (let i = 1; i <= 5; i++) {
      expect(() => p.call(name, operand)).toThrow('memory access out of bounds');
      expect(seen).toEqual(Array.from({ length: i }, () => [NO_FRAME, address, undefined]));
      expect(last.count).toBe(i);
      for (const [at, { count }] of counters) expect(count, `pc ${at}`).toBe(at <= pc ? i : 0);
    }
  });

  it('a value that an earlier probe of the event has written is the one that is given, and read', () => {
    const p = load(WAT);
    const func = p.func('load');
    const pc = p.pc('load', 'i32.load');
    const memory = p.instance.memories[0] as MemoryInstance;
    const seen: unknown[][] = [];
    let next = 10;
    insertProbe(p.instance, func, pc, noting(seen));
    insertProbe(p.instance, func, pc, {
      needs: { frame: false },
      fire: () => memory.refresh().setInt32(16, next++, true),
    });
    insertProbe(p.instance, func, pc, noting(seen));
    expect([p.call('load', 16), p.call('load', 16)]).toEqual([11, 12]);
    expect(seen.map(([, , value]) => value)).toEqual([0, 10, 10, 11]);
  });

  it('probes around it that do without the frame give it what they get', () => {
    const p = load(WAT);
    const seen: unknown[][] = [];
    insertProbe(p.instance, p.func('sum'), p.pc('sum', 'i32.store'), new SampleProbe(30, noting(seen)));
    p.call('sum', 100);
    expect(seen).toEqual([29, 59, 89].map((i) => [NO_FRAME, 4 * i + 8, 3 * i]));
  });

  it('rules 5 and 6: it may grow the memory, remove itself, and call back', () => {
    const p = load(WAT);
    const memory = p.instance.memories[0] as MemoryInstance;
    const func = p.func('sum');
    const pc = p.pc('sum', 'i32.load');
    let events = 0;
    const probe: LocalProbe = {
      needs,
      fire: (_frame, address) => {
        events++;
        if (address === 8 + 4 * 20) memory.grow(1);
        if (address === 8 + 4 * 40) expect(p.call('load', 8 + 4 * 39)).toBe(118);
        if (address === 8 + 4 * 60) removeProbe(p.instance, func, pc, probe);
      },
    };
    insertProbe(p.instance, func, pc, probe);
    expect(p.call('sum', 100)).toBe(14850);
    expect(events).toBe(61);
    expect(memory.pages).toBe(2);
  });

  it('rule 19: one that throws names itself and the place, and the others of the event fire', () => {
    const p = load(WAT);
    const func = p.func('load');
    const pc = p.pc('load', 'i32.load');
    const seen: unknown[][] = [];
    const fire = (): void => {
      throw new Error('no');
    };
    insertProbe(p.instance, func, pc, { name: 'thrower', needs, fire });
    insertProbe(p.instance, func, pc, noting(seen));
    const error = thrownBy(() => p.call('load', 4));
    expect(error).toBeInstanceOf(ProbeError);
    expect(error).toMatchObject({ probe: 'thrower', func, pc });
    expect(seen).toEqual([[NO_FRAME, 4, 0]]);
  });

  describe('rules 15 and 20: is refused, and nothing is changed,', () => {
    const fire = (): void => {};

    it('where there is no load or store', () => {
      const p = load(WAT);
      const at = (pc: number) => thrownBy(() => insertProbe(p.instance, p.func('load'), pc, { needs, fire }));
      expect(at(0)).toMatchObject({ name: 'ProbeError', func: p.func('load'), pc: 0 });
      expect(String(at(p.pc('load', 'i32.add')))).toContain('i32.add at pc');
      expect(p.instance.funcs[p.func('load')]?.probes).toBe(null);
      expect(thrownBy(() => insertGlobalProbe(p.instance, { needs, fire }))).toBeInstanceOf(TypeError);
      expect(thrownBy(() => insertExitProbe(p.instance, p.func('load'), { needs, exit: fire }))).toBeInstanceOf(
        TypeError,
      );
    });

    it('beside a frame, beside operands, and inside of a probe that takes the frame', () => {
      const p = load(WAT);
      const insert = (probe: LocalProbe) =>
        thrownBy(() => insertProbe(p.instance, p.func('load'), p.pc('load', 'i32.load'), probe));
      expect(insert({ needs: { access: true }, fire })).toBeInstanceOf(TypeError);
      expect(insert({ needs: { ...needs, operands: 1 }, fire })).toBeInstanceOf(TypeError);
      expect(insert(new OneShotProbe({ name: 'inner', needs, fire }))).toMatchObject({
        message: expect.stringContaining('inner'),
      });
    });
  });
});
