/** Rules 24 to 26 of the probe contract: probes that a compiler may turn into inline code. */

import { describe, expect, it } from 'vitest';
import {
  type Frame,
  insertGlobalProbe,
  insertProbe,
  type LocalProbe,
  type Needs,
  removeProbe,
} from '../../engine/index.ts';
import {
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
import type { Program } from '../support/program.ts';
import { randomFrom } from '../support/random.ts';
import { loader, tiers } from './tiers.ts';

const LOOP = `(module
  (import "host" "f" (func $host (param i32)))
  (func $step (export "step") (param i32) (result i32) (i32.and (i32.mul (local.get 0) (i32.const 7)) (i32.const 31)))
  (func $run (export "run") (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (call $host (local.get $n))
      (if (i32.and (local.get $n) (i32.const 1)) (then (local.set $sum (i32.add (local.get $sum) (call $step (local.get $n))))))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (func (export "trap") (param $n i32)
    (loop $again
      (drop (i32.div_s (i32.const 100) (local.get $n)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br $again)))
  (func $fib (export "fib") (param $n i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $n) (i32.const 2)) (then (local.get $n))
      (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1))) (call $fib (i32.sub (local.get $n) (i32.const 2))))))))`;

describe.each(tiers)('fast probes in tier $name', (tier) => {
  const load = loader(tier);
  const loadLoop = (host: (n: number) => void = () => {}): Program => load(LOOP, { imports: { host: { f: host } } });

  describe('rule 24: a fast probe', () => {
    it('fires in order with all others, once for each insertion, before its instruction', () => {
      const p = loadLoop();
      const [func, pc] = [p.func('run'), p.pc('run', 'loop')];
      const count = new CountProbe();
      const seen: number[] = [];
      const look: LocalProbe = { fire: () => seen.push(count.count) };
      for (const probe of [look, count, look, count, look]) insertProbe(p.instance, func, pc, probe);
      p.call('run', 2);
      expect(seen).toEqual([0, 1, 2, 2, 3, 4]);
      expect(removeProbe(p.instance, func, pc, count)).toBe(true);
      p.call('run', 1);
      expect(seen.slice(6)).toEqual([4, 4, 5]);
    });

    it('that is inserted or removed during an event of its location counts from the next one on, or for the last time', () => {
      const p = loadLoop();
      const [func, pc] = [p.func('run'), p.pc('run', 'loop')];
      const [early, late] = [new CountProbe(), new CountProbe()];
      let events = 0;
      insertProbe(p.instance, func, pc, {
        fire: () => {
          events++;
          if (events === 2) insertProbe(p.instance, func, pc, late);
          if (events === 4) removeProbe(p.instance, func, pc, early);
        },
      });
      insertProbe(p.instance, func, pc, early);
      p.call('run', 10);
      expect([events, early.count, late.count]).toEqual([10, 4, 8]);
    });

    it('in nested events, recursion, unreachable code, at the entry, at traps', () => {
      const p: Program = loadLoop((n) => {
        if (n === 4) p.call('run', 3);
      });
      const counts = new Map(
        ['run', 'trap', 'fib'].flatMap((name) =>
          [0, ...p.pcs(name)].map((pc) => {
            const probe = new CountProbe();
            insertProbe(p.instance, p.func(name), pc, probe);
            return [`${name} ${pc}`, probe] as const;
          }),
        ),
      );
      const count = (name: string, pc: number): number | undefined => counts.get(`${name} ${pc}`)?.count;
      p.call('run', 5);
      expect([count('run', 0), count('run', p.pc('run', 'loop')), count('run', p.pc('run', 'end', 1))]).toEqual([
        2, 8, 2,
      ]);
      expect(() => p.call('trap', 3)).toThrow('divide by zero');
      expect([count('trap', p.pc('trap', 'i32.div_s')), count('trap', p.pc('trap', 'drop'))]).toEqual([4, 3]);
      expect(count('trap', p.pc('trap', 'end', 1))).toBe(0);
      expect(p.call('fib', 10)).toBe(55);
      expect([count('fib', 0), count('fib', p.pc('fib', 'i32.add')), count('fib', p.pc('fib', 'else'))]).toEqual([
        177, 88, 89,
      ]);
    });

    const classes: [string, () => LocalProbe][] = [
      [
        'CountProbe',
        () =>
          new (class extends CountProbe {
            override fire(frame: Frame): void {
              log.push(frame.pc);
            }
          })(),
      ],
      [
        'CountMoreProbe',
        () =>
          new (class extends CountMoreProbe {
            override fire(frame: Frame): void {
              log.push(frame.pc);
            }
          })(3),
      ],
      [
        'TakenProbe',
        () =>
          new (class extends TakenProbe {
            override fire(frame: Frame): void {
              log.push(frame.pc);
            }
          })(),
      ],
      [
        'HistogramProbe',
        () =>
          new (class extends HistogramProbe {
            override fire(frame: Frame): void {
              log.push(frame.pc);
            }
          })(4),
      ],
      [
        'RangeProbe',
        () =>
          new (class extends RangeProbe {
            override fire(frame: Frame): void {
              log.push(frame.pc);
            }
          })(),
      ],
      [
        'LastValueProbe',
        () =>
          new (class extends LastValueProbe {
            override fire(frame: Frame): void {
              log.push(frame.pc);
            }
          })(),
      ],
    ];
    const log: number[] = [];
    it.each(classes)('%s: the overridden fire of a subclass is called, in place of its own', (_name, make) => {
      const p = loadLoop();
      log.length = 0;
      const probe = make();
      const pc = p.pc('run', 'br_if');
      const before = JSON.stringify(probe);
      insertProbe(p.instance, p.func('run'), pc, probe);
      p.call('run', 3);
      expect(log).toEqual([pc, pc, pc]);
      expect(JSON.stringify(probe)).toBe(before);
    });

    it('with a fire of its own object, or that calls the inherited one, too', () => {
      const p = loadLoop();
      const [func, pc] = [p.func('run'), p.pc('run', 'loop')];
      class Doubled extends CountProbe {
        override fire(frame: Frame): void {
          super.fire(frame);
          super.fire(frame);
        }
      }
      let own = 0;
      const replaced = Object.assign(new CountProbe(), { fire: () => void own++ });
      const doubled = new Doubled();
      for (const probe of [replaced, doubled]) insertProbe(p.instance, func, pc, probe);
      p.call('run', 5);
      expect([own, replaced.count, doubled.count]).toEqual([5, 0, 10]);
    });

    it('with a take of its own, too', () => {
      const p = loadLoop();
      class Doubled extends RangeProbe {
        override take(value: number): void {
          super.take(2 * value);
        }
      }
      const [plain, doubled] = [new RangeProbe(), new Doubled()];
      for (const probe of [plain, doubled]) insertProbe(p.instance, p.func('run'), p.pc('run', 'br_if'), probe);
      p.call('run', 5);
      expect([plain.sum, doubled.sum, doubled.max]).toEqual([10, 20, 8]);
    });

    it('a subclass that declares more gets it', () => {
      const p = loadLoop();
      class Deep extends CountProbe {
        readonly needs = { locals: true, stack: true };
        sum = 0;
        override fire(frame: Frame): void {
          super.fire(frame);
          this.sum += (frame.local(0).value as number) + 100 * frame.depth;
        }
      }
      const probe = new Deep();
      insertProbe(p.instance, p.func('step'), 0, probe);
      p.call('run', 4);
      expect([probe.count, probe.sum]).toEqual([2, 204]);
    });
  });

  it.each<[string, Needs]>([
    ['without a frame', { frame: false }],
    ['with a frame', {}],
  ])('rule 26: counters behind a probe %s that removes itself count that event, too', (_name, needs) => {
    const p = loadLoop();
    const [func, pc] = [p.func('run'), p.pc('run', 'br_if')];
    const once: LocalProbe = { needs, fire: () => void removeProbe(p.instance, func, pc, once) };
    const [count, more, taken] = [new CountProbe(), new CountMoreProbe(5), new TakenProbe()];
    for (const probe of [once, count, more, taken]) insertProbe(p.instance, func, pc, probe);
    p.call('run', 40);
    const { total } = taken;
    expect([count.count, more.count]).toEqual([total, 5 * total]);
    expect(total).toBeGreaterThan(30);
    p.call('run', 40);
    expect([count.count, more.count, taken.total]).toEqual([2 * total, 10 * total, 2 * total]);
  });

  it('rule 25: fast probes of all kinds at one location, several of each, give what each gives alone', () => {
    const kinds: Record<string, () => LocalProbe> = {
      count: () => new CountProbe(),
      more: () => new CountMoreProbe(5),
      taken: () => new TakenProbe(),
      histogram: () => new HistogramProbe(4),
      range: () => new RangeProbe(),
      last: () => new LastValueProbe(),
      once: () => new OneShotProbe(new CountProbe()),
      sampled: () => new SampleProbe(3, new CountProbe()),
      switched: () => new SwitchProbe(new RangeProbe()),
    };
    const run = (probes: readonly LocalProbe[]): unknown[] => {
      const p = loadLoop();
      for (const probe of probes) insertProbe(p.instance, p.func('run'), p.pc('run', 'br_if'), probe);
      p.call('run', 9);
      return probes.map((probe) => JSON.parse(JSON.stringify(probe)));
    };
    const alone = new Map(Object.entries(kinds).map(([name, make]) => [name, run([make()])[0]]));
    expect(alone.get('count')).toMatchObject({ count: 9 });
    expect(alone.get('range')).toMatchObject({ min: 0, max: 8, sum: 36, count: 9 });
    expect(alone.get('taken')).toMatchObject({ taken: 8, notTaken: 1 });
    expect(alone.get('once')).toMatchObject({ inner: { count: 1 } });
    const names = [...Object.keys(kinds), ...Object.keys(kinds).reverse(), 'count', 'range'];
    const together = run(names.map((name) => (kinds[name] as () => LocalProbe)()));
    expect(together).toEqual(names.map((name) => alone.get(name)));
  });

  describe('rule 26: a counter', () => {
    it('is exact in a probe, in a host call, and after a trap', () => {
      const count = new CountProbe();
      const step = new CountProbe();
      let expected = 0;
      let looks = 0;
      const p = loadLoop(() => {
        looks++;
        expect(count.count).toBe(expected);
      });
      const pc = p.pc('run', 'loop');
      insertGlobalProbe(p.instance, {
        fire: (frame) => {
          // The global probe comes first: the counter has not counted yet.
          expect(count.count).toBe(expected);
          if (frame.func.index === p.func('run') && frame.pc === pc) expected++;
        },
      });
      insertProbe(p.instance, p.func('run'), pc, count);
      p.call('run', 20);
      expect([count.count, looks]).toEqual([20, 20]);
      insertProbe(p.instance, p.func('trap'), p.pc('trap', 'i32.div_s'), step);
      expect(() => p.call('trap', 6)).toThrow('divide by zero');
      expect(step.count).toBe(7);
    });

    it('that was removed never counts again, wherever and whenever it is removed: in a loop, a recursion, a host call', () => {
      let act = (): void => {};
      const p = loadLoop(() => act());
      for (const where of ['loop', 'end', 'call', 'br_if'] as const) {
        const count = new CountProbe();
        const pc = p.pc('run', where);
        insertProbe(p.instance, p.func('run'), pc, count);
        let calls = 0;
        let atRemoval = 0;
        act = () => {
          if (++calls !== 4) return;
          atRemoval = count.count;
          expect(removeProbe(p.instance, p.func('run'), pc, count)).toBe(true);
        };
        p.call('run', 10);
        expect(calls).toBe(10);
        p.call('run', 10);
        expect(count.count).toBe(atRemoval);
      }
      const count = new CountProbe();
      const add = p.pc('fib', 'i32.add');
      insertProbe(p.instance, p.func('fib'), add, count);
      insertProbe(p.instance, p.func('fib'), p.pc('fib', 'else'), {
        fire: () => void (count.count >= 10 && removeProbe(p.instance, p.func('fib'), add, count)),
      });
      expect(p.call('fib', 12)).toBe(144);
      const final = count.count;
      expect(final).toBeGreaterThanOrEqual(10);
      p.call('fib', 12);
      expect(count.count).toBe(final);
    });

    it('is as exact as a slow probe when counters come and go at random while the program runs', () => {
      for (let seed = 1; seed <= 10; seed++) {
        const random = randomFrom(seed);
        const p = loadLoop();
        const func = p.func('fib');
        const pcs = p.pcs(func);
        const pairs = new Map<number, { fast: CountProbe; slow: { n: number; fire(): void } }>();
        const done: [number, number][] = [];
        insertProbe(p.instance, func, 0, {
          fire: () => {
            const pc = pcs[Math.floor(random() * pcs.length)] as number;
            const pair = pairs.get(pc);
            if (pair !== undefined) {
              removeProbe(p.instance, func, pc, pair.fast);
              removeProbe(p.instance, func, pc, pair.slow);
              pairs.delete(pc);
              done.push([pair.fast.count, pair.slow.n]);
              return;
            }
            const made = {
              fast: new CountProbe(),
              slow: {
                n: 0,
                fire() {
                  this.n++;
                },
              },
            };
            pairs.set(pc, made);
            insertProbe(p.instance, func, pc, made.fast);
            insertProbe(p.instance, func, pc, made.slow);
          },
        });
        expect(p.call('fib', 12)).toBe(144);
        expect(done.length).toBeGreaterThan(100);
        expect(done.some(([fast]) => fast > 0)).toBe(true);
        for (const [fast, slow] of done) expect(fast).toBe(slow);
      }
    });
  });
});
