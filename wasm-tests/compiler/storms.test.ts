/** Probes that come and go all the time: everything is counted exactly, and functions are compiled less and less often. */

import { describe, expect, test } from 'vitest';
import { insertProbe, type LocalProbe, removeProbe } from '../../engine/index.ts';
import { CountProbe, OneShotProbe } from '../../probes/index.ts';
import { load, type Program } from '../support/program.ts';
import { engineIn } from '../support/tiers.ts';
import { stateOf } from './support/states.ts';

const HOT = `(module (import "e" "host" (func $host (param i32)))
  (func $step (export "step") (param i32) (result i32) (i32.add (i32.mul (local.get 0) (i32.const 31)) (i32.const 7)))
  (func (export "run") (param $n i32) (result i32) (local $sum i32)
    (loop $l
      (call $host (local.get $n))
      (local.set $sum (i32.xor (local.get $sum) (call $step (local.get $n))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))`;

const ROUNDS = 50_000;

function resultOf(n: number): number {
  let sum = 0;
  for (let k = n; k > 0; k--) sum ^= Math.imul(k, 31) + 7;
  return sum;
}

/** Loads the program in the JS tier, with a host function that is told the round, from 1 up. */
function hot(host: (p: Program, round: number) => void = () => {}): Program {
  let own: Program | undefined;
  const p = load(HOT, {
    engine: engineIn('js'),
    imports: { e: { host: (n: number) => own && host(own, ROUNDS + 1 - n) } },
  });
  own = p;
  return p;
}

/**
 * The patience with a function doubles with each change from the fifth on, from 16 calls and iterations to 16 * 1024. So many times it can
 * be found wrong during a run of the program, in which each of its functions has no more than two calls and iterations a round.
 */
const MOST_INVALIDATIONS = 4 + 11 + (2 * ROUNDS) / (16 * 1024);

describe('a probe that comes and goes', () => {
  test('by the host, in each round of a hot loop, counts exactly and is compiled seldom', () => {
    const probe = new CountProbe();
    let inserted = 0;
    const p = hot((program, round) => {
      const place = [program.instance, program.func('run'), program.pc('run', 'i32.xor'), probe] as const;
      if (round % 2 === 1) {
        insertProbe(...place);
        inserted++;
      } else {
        expect(probe.count).toBe(inserted);
        expect(removeProbe(...place)).toBe(true);
      }
    });
    expect(p.call('run', ROUNDS)).toBe(resultOf(ROUNDS));
    expect(probe.count).toBe(ROUNDS / 2);
    const { invalidations } = stateOf(p, 'run');
    expect(invalidations).toBeGreaterThan(3);
    expect(invalidations).toBeLessThanOrEqual(MOST_INVALIDATIONS);
  });

  test('by the host, in the function that is called, changes code that relies on it as seldom', () => {
    const probe = new CountProbe();
    const seen: LocalProbe = { name: 'seen', fire: () => void fired++ };
    let fired = 0;
    const p = hot((program, round) => {
      const step = program.func('step');
      if (round % 2 === 1) insertProbe(program.instance, step, 0, seen);
      else removeProbe(program.instance, step, 0, seen);
      if (round % 3 === 0) insertProbe(program.instance, step, program.pc('step', 'i32.mul'), probe);
      else if (round % 3 === 1) removeProbe(program.instance, step, program.pc('step', 'i32.mul'), probe);
    });
    expect(p.call('run', ROUNDS)).toBe(resultOf(ROUNDS));
    expect(fired).toBe(ROUNDS / 2);
    expect(probe.count).toBe(Math.floor(ROUNDS / 3));
    for (const name of ['run', 'step']) {
      expect(stateOf(p, name).invalidations, name).toBeLessThanOrEqual(MOST_INVALIDATIONS);
    }
  });

  test('by its own event, inserting itself elsewhere, fires exactly once a round', () => {
    const p = hot();
    const func = p.func('run');
    const places = [p.pc('run', 'local.get', 1), p.pc('run', 'i32.xor'), p.pc('run', 'local.tee')];
    let fired = 0;
    let at = 0;
    const wanderer: LocalProbe = {
      name: 'wanderer',
      fire: () => {
        fired++;
        expect(removeProbe(p.instance, func, places[at] as number, wanderer)).toBe(true);
        at = (at + 1) % places.length;
        insertProbe(p.instance, func, places[at] as number, wanderer);
      },
    };
    insertProbe(p.instance, func, places[0] as number, wanderer);
    expect(p.call('run', ROUNDS)).toBe(resultOf(ROUNDS));
    expect(fired).toBe(3 * ROUNDS);
    expect(stateOf(p, 'run').invalidations).toBeLessThanOrEqual(MOST_INVALIDATIONS);
  });

  test('by the event of another one, which stays, counts exactly', () => {
    const p = hot();
    const func = p.func('step');
    const count = new CountProbe();
    let events = 0;
    const toggle: LocalProbe = {
      name: 'toggle',
      fire: () => {
        if (events++ % 2 === 0) insertProbe(p.instance, func, p.pc('step', 'i32.add'), count);
        else removeProbe(p.instance, func, p.pc('step', 'i32.add'), count);
      },
    };
    insertProbe(p.instance, func, 0, toggle);
    expect(p.call('run', ROUNDS)).toBe(resultOf(ROUNDS));
    expect(events).toBe(ROUNDS);
    expect(count.count).toBe(ROUNDS / 2);
    expect(stateOf(p, 'step').invalidations).toBeLessThanOrEqual(MOST_INVALIDATIONS);
  });

  test('as one-shot probes do, one each round, fires once each', () => {
    const counts: CountProbe[] = [];
    const p = hot((program) => {
      const count = new CountProbe();
      counts.push(count);
      const { instance } = program;
      insertProbe(instance, program.func('step'), program.pc('step', 'i32.mul'), new OneShotProbe(count));
    });
    expect(p.call('run', 10_000)).toBe(resultOf(10_000));
    expect(counts).toHaveLength(10_000);
    expect(counts.every(({ count }) => count === 1)).toBe(true);
    expect(stateOf(p, 'step').invalidations).toBeLessThanOrEqual(MOST_INVALIDATIONS);
  });
});

test('a function that was left alone is compiled again, however often it was changed', () => {
  const p = hot();
  const probe: LocalProbe = { fire: () => {} };
  for (let i = 0; i < 100; i++) {
    insertProbe(p.instance, p.func('run'), p.pc('run', 'i32.xor'), probe);
    p.call('run', 2000);
    removeProbe(p.instance, p.func('run'), p.pc('run', 'i32.xor'), probe);
    p.call('run', 2000);
  }
  for (let i = 0; i < 20 && stateOf(p, 'run').unit === null; i++) p.call('run', 2000);
  expect(stateOf(p, 'run').unit?.isValid).toBe(true);
});
