/** What the fast probes find, on programs compared with a plain count over every instruction; their edges. */

import { describe, expect, it } from 'vitest';
import { type LocalProbe, type Location, type ModuleInstance, type TypedValue, valtype } from '../../engine/index.ts';
import {
  BigRangeProbe,
  CountMoreProbe,
  CountProbe,
  HistogramProbe,
  insertOneShots,
  LastValueProbe,
  OneShotProbe,
  placeProbes,
  RangeProbe,
  SampleProbe,
  SwitchProbe,
  TakenProbe,
} from '../../probes/index.ts';
import { type Load, loader, thrownBy, tiers } from '../contract/tiers.ts';
import { everyStep, placeText, valueText } from './reference/every-step.ts';
import { programNames, runProgram } from './reference/programs.ts';

/** What happened at each instruction, as the reference sees it. */
interface Seen {
  count: number;
  /** The topmost operand of each event, where there are probes that look at it. */
  readonly operands: (TypedValue | undefined)[];
}

const NOTHING: Seen = { count: 0, operands: [] };
const LOOKED_AT =
  /^(br_table|br_if|if|local\.set)$|\.(add|sub|mul|div|store|min|max|abs|neg|sqrt|ceil|floor|trunc|nearest|rem|copysign)/;

function record(instance: ModuleInstance): (where: string) => Seen {
  const all = new Map<Location, Seen>();
  everyStep(instance, (frame, location) => {
    let seen = all.get(location);
    if (seen === undefined) {
      seen = { count: 0, operands: [] };
      all.set(location, seen);
    }
    seen.count++;
    if (LOOKED_AT.test(location.instruction.name)) seen.operands.push(frame.operand(0));
  });
  let byPlace: Map<string, Seen> | undefined;
  return (where) => {
    byPlace ??= new Map([...all].map(([location, seen]) => [placeText(location), seen]));
    return byPlace.get(where) ?? NOTHING;
  };
}

/** A probe for each instruction of a kind, by place. */
function place<P extends LocalProbe>(instance: ModuleInstance, filter: string, make: () => P): Map<string, P> {
  const probes = new Map<string, P>();
  placeProbes(instance, filter, (location) => {
    const probe = make();
    probes.set(placeText(location), probe);
    return probe;
  });
  return probes;
}

/** The numbers of each probe, and what they must be. */
interface Compared {
  readonly what: string;
  readonly found: readonly unknown[];
  readonly expected: readonly unknown[];
}

/** Puts every kind into an instance; gives what to compare when it has run. */
function watch(instance: ModuleInstance): () => Compared[] {
  const at = record(instance);
  const counts = place(instance, '*', () => new CountProbe());
  const more = place(instance, 'call, loop', () => new CountMoreProbe(7));
  const taken = place(instance, 'br_if, if', () => new TakenProbe());
  const histograms = place(instance, 'br_table, br_if, if', () => new HistogramProbe(3));
  const ranges = place(
    instance,
    'f64 arithmetic !simd !i64, f32 arithmetic !simd !i64, i32 arithmetic !simd !i64, i32.store',
    () => new RangeProbe(),
  );
  const big = place(instance, 'i64.add, i64.mul, i64.store', () => new BigRangeProbe());
  const last = place(instance, 'local.set, i32.store', () => new LastValueProbe());
  const sampled = place(instance, 'i32.add', () => new SampleProbe(3, new CountProbe()));
  const once = place(instance, '*', () => new OneShotProbe(new CountProbe()));
  const numbers = (where: string) => at(where).operands.map((operand) => operand?.value as number);
  const bigints = (where: string) => at(where).operands.map((operand) => operand?.value as bigint);
  const list = <P>(probes: Map<string, P>, of: (probe: P, where: string) => Compared): Compared[] =>
    [...probes].map(([where, probe]) => of(probe, where));
  return () => [
    ...list(counts, ({ count }, what) => ({ what, found: [count], expected: [at(what).count] })),
    ...list(more, ({ count }, what) => ({ what, found: [count], expected: [7 * at(what).count] })),
    ...list(taken, (probe, what) => {
      const yes = numbers(what).filter((n) => n !== 0).length;
      return { what, found: [probe.taken, probe.notTaken], expected: [yes, at(what).count - yes] };
    }),
    ...list(histograms, ({ counts: found }, what) => {
      const expected = [0, 0, 0, 0];
      for (const n of numbers(what)) {
        const bucket = n < 0 || n > 2 ? 3 : n;
        expected[bucket] = (expected[bucket] ?? 0) + 1;
      }
      return { what, found: [...found], expected };
    }),
    ...list(ranges, ({ min, max, count, nans, sum }, what) => {
      const real = numbers(what).filter((n) => !Number.isNaN(n));
      let total = 0;
      for (const n of real) total += n;
      const [low, high] = [
        real.reduce((a, b) => Math.min(a, b), Infinity),
        real.reduce((a, b) => Math.max(a, b), -Infinity),
      ];
      // Both zeros are one value here: neither is below the other.
      const found = [min + 0, max + 0, count, nans, sum + 0];
      return { what, found, expected: [low + 0, high + 0, real.length, at(what).count - real.length, total + 0] };
    }),
    ...list(big, ({ min, max, count, sum }, what) => {
      const sorted = bigints(what).sort((a, b) => (a < b ? -1 : 1));
      const total = sorted.reduce((a, b) => a + b, 0n);
      return { what, found: [min, max, count, sum], expected: [sorted[0], sorted.at(-1), sorted.length, total] };
    }),
    ...list(last, ({ last: value }, what) => ({
      what,
      found: [valueText(value)],
      expected: [valueText(at(what).operands.at(-1))],
    })),
    ...list(sampled, ({ seen, inner }, what) => {
      const { count } = at(what);
      return { what, found: [seen, (inner as CountProbe).count], expected: [count, Math.floor(count / 3)] };
    }),
    ...list(once, ({ inner }, what) => ({
      what,
      found: [(inner as CountProbe).count],
      expected: [Math.min(1, at(what).count)],
    })),
  ];
}

const LOOP = `(module
  (func $f (export "f") (param $n i32)
    (loop $again (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func (export "i64") (param i64) (drop (local.get 0)))
  (func (export "f32") (param f32) (drop (local.get 0)))
  (func (export "f64") (param f64) (drop (local.get 0)))
  (func (export "i32") (param i32) (drop (local.get 0)))
  (func (export "table") (param i32) (block (block (block (br_table 0 1 2 (local.get 0))))))
  (func (export "two") (param i32 i32) (drop (i32.add (local.get 0) (local.get 1)))))`;

function dropped<P extends LocalProbe>(load: Load, type: string, probe: P, values: readonly unknown[]): P {
  const p = load(LOOP);
  placeProbes(p.instance, 'drop', () => probe, { functions: type });
  for (const value of values) p.call(type, value);
  return probe;
}

describe.each(tiers)('fast probes in tier $name', (tier) => {
  const load = loader(tier);

  it.each(programNames(tier.name, 1))('find on %s what a look at every instruction finds', async (name) => {
    const watched: (() => Compared[])[] = [];
    await runProgram(tier.engine(), name, { attach: (instance) => void watched.push(watch(instance)) });
    const compared = watched.flatMap((results) => results());
    expect(compared.length).toBeGreaterThan(0);
    const wrong = compared.filter(({ found, expected }) => found.some((value, i) => !Object.is(value, expected[i])));
    expect(wrong).toEqual([]);
  });

  it('histogram: values are unsigned, what is beyond the size counts as other, i64 included', () => {
    const small = dropped(load, 'i32', new HistogramProbe(3), [0, 1, 1, 2, 3, -1, 2147483647]);
    expect([[...small.counts], small.other]).toEqual([[1, 2, 1, 3], 3]);
    const big = dropped(load, 'i64', new HistogramProbe(2), [0n, 1n, 2n, -1n, 1n << 62n]);
    expect([...big.counts]).toEqual([1, 1, 3]);
    expect([...dropped(load, 'i32', new HistogramProbe(0), [0, 5]).counts]).toEqual([2]);
  });

  it('histogram of a br_table: a count for each label, the default being other', () => {
    const p = load(LOOP);
    let histogram: HistogramProbe | undefined;
    placeProbes(p.instance, 'br_table', (location) => {
      histogram = HistogramProbe.forTargets(location);
      return histogram;
    });
    for (const n of [0, 1, 1, 2, 3, -1]) p.call('table', n);
    expect([histogram?.size, [...(histogram?.counts ?? [])]]).toEqual([2, [1, 2, 3]]);
    expect(() => placeProbes(p.instance, 'br_if', HistogramProbe.forTargets)).toThrow('br_if has no table of labels');
  });

  it('range: NaN is counted apart, infinities and zeros are values, nothing seen is an empty range', () => {
    const range = dropped(load, 'f64', new RangeProbe(), [1.5, Number.NaN, -2, Number.NaN]);
    expect(range).toMatchObject({ min: -2, max: 1.5, sum: -0.5, count: 2, nans: 2, mean: -0.25 });
    expect(dropped(load, 'f32', new RangeProbe(), [Infinity, -Infinity])).toMatchObject({
      min: -Infinity,
      max: Infinity,
    });
    expect(new RangeProbe()).toMatchObject({
      min: Infinity,
      max: -Infinity,
      sum: 0,
      count: 0,
      nans: 0,
      mean: Number.NaN,
    });
  });

  it('range of i64: exact beyond 2^53', () => {
    const top = (1n << 63n) - 1n;
    expect(dropped(load, 'i64', new BigRangeProbe(), [top, top, -1n])).toMatchObject({
      min: -1n,
      max: top,
      sum: 2n * top - 1n,
      count: 3,
    });
    expect(new BigRangeProbe()).toMatchObject({ min: undefined, max: undefined, sum: 0n, count: 0 });
  });

  it('a probe for another type of operand fails with what it expected', () => {
    const cases: [string, LocalProbe, unknown, RegExp][] = [
      ['i64', new RangeProbe(), 1n, /operand 0 from the top must be an i32, f32 or f64 here, and is of type i64/],
      ['i32', new BigRangeProbe(), 1, /must be an i64 here, and is of type i32/],
      ['f32', new HistogramProbe(2), 1, /must be an i32 or i64 here, and is of type f32/],
    ];
    for (const [type, probe, value, message] of cases) {
      expect(() => dropped(load, type, probe, [value])).toThrow(message);
    }
  });

  it('an operand below the top', () => {
    const p = load(LOOP);
    const [last, range, histogram] = [new LastValueProbe(1), new RangeProbe(1), new HistogramProbe(9, 1)];
    for (const probe of [last, range, histogram]) placeProbes(p.instance, 'i32.add', () => probe);
    p.call('two', 5, 6);
    expect([last.last, range.sum, histogram.counts[5]]).toEqual([
      { type: valtype.I32, value: 5, bits: undefined },
      5,
      1,
    ]);
  });

  it('the last value of a float has its bits', () => {
    const probe = dropped(load, 'f32', new LastValueProbe(), [1, 1.5]);
    expect(probe.last).toEqual({ type: valtype.F32, value: 1.5, bits: 0x3fc00000n });
    expect(new LastValueProbe().last).toBe(undefined);
  });

  it('sampling fires at every nth event, a switch while it is on, also when it is turned by a probe', () => {
    const p = load(LOOP);
    const inner = new CountProbe();
    const sample = new SampleProbe(4, inner);
    const switched = new SwitchProbe(new CountProbe(), false);
    const turner: LocalProbe = { fire: () => (switched.enabled = sample.seen >= 6) };
    for (const probe of [sample, turner, switched]) placeProbes(p.instance, 'br_if', () => probe);
    p.call('f', 10);
    expect([sample.seen, inner.count, (switched.inner as CountProbe).count]).toEqual([10, 2, 5]);
    expect(() => new SampleProbe(0, inner)).toThrow('a step of 1 or more, not 0');
    expect(() => new HistogramProbe(-1)).toThrow('a size of 0 or more, not -1');
  });

  it('wrappers stand for their inner probe: its name in errors, its needs', () => {
    for (const wrap of [
      (probe: LocalProbe) => new SampleProbe(1, probe),
      (probe: LocalProbe) => new SwitchProbe(probe),
      (probe: LocalProbe) => new OneShotProbe(new SwitchProbe(probe)),
    ]) {
      const p = load(LOOP);
      const reader = new LastValueProbe();
      placeProbes(p.instance, 'br_if', () => wrap(reader));
      placeProbes(p.instance, 'br_if', () =>
        wrap({
          name: 'breaker',
          fire: () => {
            throw new Error('broken');
          },
        }),
      );
      expect(thrownBy(() => p.call('f', 1))).toMatchObject({ probe: 'breaker' });
      expect(reader.last?.value).toBe(0);
    }
  });

  it('one-shot: once in all, wherever it is inserted; each insertion is gone after the first event at its place', () => {
    const p = load(LOOP);
    const inner = new CountProbe();
    const probe = new OneShotProbe(inner);
    placeProbes(p.instance, 'br_if, loop', () => probe);
    placeProbes(p.instance, 'br_if', () => probe);
    p.call('f', 3);
    expect([inner.count, probe.hasFired]).toEqual([1, true]);
    expect(p.instance.funcs[0]?.probes).toBe(null);
  });

  it('one-shots of a function: each place once; those that wait can be taken away, a wrong place leaves none', () => {
    const p = load(LOOP);
    const func = p.func('f');
    const reached: number[] = [];
    const pcs = [0, ...p.pcs('f')];
    const attachment = insertOneShots(p.instance, { func, pcs: [...pcs, pcs[1] as number] }, (pc) => reached.push(pc));
    p.call('f', 3);
    expect(reached).toEqual(pcs);
    expect(p.instance.funcs[func]?.probes).toBe(null);
    attachment.detach();
    const unreached = insertOneShots(p.instance, { func: p.func('i32'), pcs: p.pcs('i32') }, (pc) => reached.push(pc));
    unreached.detach();
    p.call('i32', 1);
    expect(reached).toEqual(pcs);
    expect(() => insertOneShots(p.instance, { func, pcs: [...pcs, 9999] }, () => {})).toThrow('no instruction');
    expect(p.instance.funcs[func]?.probes).toBe(null);
  });
});
