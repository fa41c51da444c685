/** What fast probes tell a compiling tier, and the counters that it may keep in cells of its own. */

import { describe, expect, it } from 'vitest';
import { Counter, type Frame, type InlineWork, inlineWorkOf, type LocalProbe, valtype } from '../../engine/index.ts';
import {
  BigRangeProbe,
  CountMoreProbe,
  CountProbe,
  HistogramProbe,
  LastValueProbe,
  OneShotProbe,
  RangeProbe,
  SampleProbe,
  SwitchProbe,
  TakenProbe,
} from '../../probes/index.ts';
import { randomFrom } from '../support/random.ts';

function work<K extends InlineWork['kind']>(probe: LocalProbe, kind: K): Extract<InlineWork, { kind: K }> {
  const found = inlineWorkOf(probe);
  expect(found?.kind).toBe(kind);
  return found as Extract<InlineWork, { kind: K }>; // has just been looked at
}

/** A counter under random requests, beside what it must be. Links are to two arrays, whose cells have the same indices. */
class Model {
  readonly counter = new Counter();
  readonly cells: BigInt64Array;
  /** By cell: what each 1 in it counts. */
  readonly factors = new Map<number, number>();
  expected = 0;
  private readonly halves: readonly BigInt64Array[];
  private readonly size: number;
  private readonly random: () => number;

  constructor(seed: number, size: number) {
    this.random = randomFrom(seed);
    this.size = size;
    this.cells = new BigInt64Array(2 * size);
    this.halves = [this.cells.subarray(0, size), this.cells.subarray(size)];
  }

  private below(n: number): number {
    return Math.floor(this.random() * n);
  }

  private half(cell: number): BigInt64Array {
    return this.halves[cell < this.size ? 0 : 1] as BigInt64Array;
  }

  /** Of 20 requests 4 link a cell, those up to `unlinks` unlink one, 2 change the counter, the rest count. */
  step(unlinks: number): void {
    const { counter, factors } = this;
    const cell = this.below(2 * this.size);
    const action = this.below(20);
    if (action < 4) this.link(cell, this.below(9) - 2);
    else if (action < unlinks) expect(this.unlink(cell)).toBe(factors.delete(cell));
    else if (action === 19) {
      this.expected = this.below(1000);
      counter.value = this.expected;
    } else if (action === 18) {
      counter.add(3);
      this.expected += 3;
    } else {
      this.cells[cell] = (this.cells[cell] as bigint) + 1n;
      this.expected += factors.get(cell) ?? 0;
    }
  }

  private link(cell: number, factor: number): void {
    this.counter.link(this.half(cell), cell % this.size, factor);
    this.factors.set(cell, (this.factors.get(cell) ?? 0) + factor);
  }

  private unlink(cell: number): boolean {
    return this.counter.unlink(this.half(cell), cell % this.size);
  }

  unlinkAll(): void {
    for (const cell of this.factors.keys()) expect(this.unlink(cell)).toBe(true);
  }
}

describe('a counter', () => {
  it('is what was added and what its cells have got since they were linked, times their factors', () => {
    const counter = new Counter();
    counter.add(5);
    const cells = BigInt64Array.of(100n, 200n);
    counter.link(cells, 0, 1);
    counter.link(cells, 1, 7);
    expect(counter.value).toBe(5);
    cells[0] = 103n;
    cells[1] = 202n;
    counter.add(1);
    expect([counter.value, JSON.stringify({ counter })]).toEqual([23, '{"counter":23}']);
  });

  it('keeps its value when a cell is unlinked, and the cell counts no more', () => {
    const counter = new Counter();
    const cells = new BigInt64Array(2);
    counter.link(cells, 1, 3);
    cells[1] = 4n;
    expect(counter.unlink(cells, 1)).toBe(true);
    cells[1] = 99n;
    expect(counter.value).toBe(12);
    expect([counter.unlink(cells, 1), counter.unlink(cells, 0), counter.unlink(new BigInt64Array(2), 1)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(counter.value).toBe(12);
  });

  it('can be set while cells are linked, which count on from there', () => {
    const counter = new Counter();
    counter.value = 3;
    const cells = new BigInt64Array(1);
    counter.link(cells, 0, 2);
    cells[0] = 10n;
    counter.value = 0;
    expect(counter.value).toBe(0);
    cells[0] = 11n;
    expect(counter.value).toBe(2);
    counter.unlink(cells, 0);
    expect(counter.value).toBe(2);
  });

  it('counts a cell that is linked twice with both factors, each from its own time on, until it is unlinked', () => {
    const counter = new Counter();
    const cells = new BigInt64Array(1);
    counter.link(cells, 0, 1);
    cells[0] = 10n;
    counter.link(cells, 0, 1);
    cells[0] = 15n;
    expect(counter.value).toBe(20);
    expect(counter.unlink(cells, 0)).toBe(true);
    cells[0] = 16n;
    expect([counter.value, counter.unlink(cells, 0)]).toEqual([20, false]);
  });

  it('refuses a cell that does not exist', () => {
    const counter = new Counter();
    for (const index of [-1, 2, 0.5, Number.NaN]) {
      expect(() => counter.link(new BigInt64Array(2), index, 1)).toThrow(`there is no cell ${index}: there are 2`);
    }
    expect(counter.value).toBe(0);
  });

  it.each([
    [1, 4],
    [2, 12],
    [3, 60],
  ])('is exact through any order of links, counts, settings and removals: seed %i, %i cells', (seed, size) => {
    const model = new Model(seed, size);
    let mostLinked = 0;
    for (let step = 0; step < 5000; step++) {
      model.step(6 + step / 1000);
      mostLinked = Math.max(mostLinked, model.factors.size);
      expect(model.counter.value).toBe(model.expected);
    }
    expect(mostLinked).toBeGreaterThan(size === 60 ? 20 : 2);
    model.unlinkAll();
    model.cells.fill(-1n);
    expect(model.counter.value).toBe(model.expected);
  });

  it('takes 100,000 links, and lets them go in another order', () => {
    const COUNT = 100_000;
    const counter = new Counter();
    const cells = new BigInt64Array(COUNT);
    for (let i = 0; i < COUNT; i++) counter.link(cells, i, 1);
    cells.fill(2n);
    expect(counter.value).toBe(2 * COUNT);
    for (let i = 0; i < COUNT; i++) expect(counter.unlink(cells, (i * 50_021) % COUNT)).toBe(true);
    cells.fill(0n);
    expect(counter.value).toBe(2 * COUNT);
  });
});

describe('the work of a fast probe', () => {
  it('of counters: to add to what their fields show', () => {
    const [one, seven] = [new CountProbe(), new CountMoreProbe(7)];
    for (const [probe, step] of [
      [one, 1],
      [seven, 7],
    ] as const) {
      const { counter, step: told } = work(probe, 'count');
      expect(told).toBe(step);
      const cells = new BigInt64Array(1);
      counter.link(cells, 0, told);
      cells[0] = 3n;
      expect(probe.count).toBe(3 * step);
      probe.count = 0;
      cells[0] = 4n;
      expect(probe.count).toBe(step);
      counter.unlink(cells, 0);
      expect(JSON.parse(JSON.stringify(probe))).toMatchObject({ name: probe.name, count: step });
    }
    const shared = new CountProbe();
    expect(work(shared, 'count').counter).toBe(work(shared, 'count').counter);
  });

  it('of fractions: none, since their sum depends on the order', () => {
    for (const step of [0.1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
      expect(inlineWorkOf(new CountMoreProbe(step))).toBe(undefined);
    }
  });

  it('of conditions: two counters', () => {
    const probe = new TakenProbe();
    const { taken, notTaken } = work(probe, 'taken');
    taken.add(3);
    notTaken.add(1);
    expect([probe.taken, probe.notTaken, probe.total]).toEqual([3, 1, 4]);
    probe.taken = 0;
    probe.notTaken = 0;
    expect([taken.value, notTaken.value, probe.total]).toEqual([0, 0, 0]);
    expect(JSON.parse(JSON.stringify(probe))).toEqual({
      name: 'taken',
      needs: { operands: 1 },
      taken: 0,
      notTaken: 0,
    });
  });

  it('of histograms: the counts themselves, and which operand', () => {
    const probe = new HistogramProbe(3, 2);
    const { counts, operand } = work(probe, 'histogram');
    expect([counts === probe.counts, operand]).toEqual([true, 2]);
  });

  it('of ranges: to take the value of an operand of certain types', () => {
    const range = new RangeProbe(1);
    const ofRange = work(range, 'call');
    expect([ofRange.operand, ofRange.types]).toEqual([1, [valtype.I32, valtype.F32, valtype.F64]]);
    for (const value of [3, -1, Number.NaN]) ofRange.taker.take(value);
    expect(range).toMatchObject({ min: -1, max: 3, sum: 2, count: 2, nans: 1 });
    const big = new BigRangeProbe();
    const ofBig = work(big, 'call');
    expect([ofBig.operand, ofBig.types]).toEqual([0, [valtype.I64]]);
    for (const value of [3n, -1n]) ofBig.taker.take(value);
    expect(big).toMatchObject({ min: -1n, max: 3n, sum: 2n, count: 2 });
  });

  it('of probes that fire once: what they do, and that they are gone then', () => {
    expect(work(new OneShotProbe(new LastValueProbe()), 'once').when).toBe('always');
  });

  it('is none for probes that do more, and around others', () => {
    const probes = [
      new LastValueProbe(),
      new SampleProbe(2, new CountProbe()),
      new SwitchProbe(new CountProbe()),
      { fire: () => {} },
    ];
    expect(probes.map(inlineWorkOf)).toEqual(probes.map(() => undefined));
  });

  const makers: Record<string, () => LocalProbe> = {
    CountProbe: () => new CountProbe(),
    CountMoreProbe: () => new CountMoreProbe(2),
    TakenProbe: () => new TakenProbe(),
    HistogramProbe: () => new HistogramProbe(2),
    RangeProbe: () => new RangeProbe(),
    BigRangeProbe: () => new BigRangeProbe(),
  };
  it.each(Object.entries(makers))(
    '%s: is none where fire is another, in a subclass or in the object',
    (_name, make) => {
      const own = make();
      expect(inlineWorkOf(own)).not.toBe(undefined);
      expect(inlineWorkOf(Object.assign(make(), { fire: () => {} }))).toBe(undefined);
      const { prototype } = own.constructor as { prototype: LocalProbe };
      const derived = Object.create(own, {
        fire: { value: (frame: Frame) => prototype.fire.call(own, frame) },
      }) as LocalProbe;
      expect(inlineWorkOf(derived)).toBe(undefined);
      // A subclass that leaves fire as it is, is inlined.
      expect(inlineWorkOf(Object.create(own) as LocalProbe)).not.toBe(undefined);
    },
  );

  it('is none for a subclass with another fire, or with another take', () => {
    class Fires extends CountProbe {
      override fire(frame: Frame): void {
        super.fire(frame);
      }
    }
    class Takes extends RangeProbe {
      override take(value: number): void {
        super.take(2 * value);
      }
    }
    class TakesBig extends BigRangeProbe {
      override take(value: bigint): void {
        super.take(2n * value);
      }
    }
    class Named extends CountProbe {
      readonly more = 'fields';
    }
    const probes = [new Fires(), new Takes(), new TakesBig(), new Named()];
    expect(probes.map((probe) => inlineWorkOf(probe)?.kind)).toEqual([undefined, undefined, undefined, 'count']);
    expect(JSON.parse(JSON.stringify(new Named('mine')))).toEqual({ name: 'mine', more: 'fields', count: 0 });
  });
});
