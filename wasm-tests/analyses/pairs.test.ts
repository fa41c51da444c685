/** Any two analyses together find what each finds alone, in every tier; two of one kind as well. */

import { describe, expect, test } from 'vitest';
import { analysisKinds } from '../../analyses/index.ts';
import { isThorough, some } from '../support/thorough.ts';
import { type TierName, tierNames } from '../support/tiers.ts';
import { wat } from './support/programs.ts';
import { reportContext, runBytes, timeless } from './support/run.ts';

/** Something for everybody: loops, recursion, indirect and tail calls, memory, globals, tables, floats, host calls, and a trap. */
const PROGRAM = `
  (module $pairs
    (import "host" "log" (func $log (param i32)))
    (memory (export "memory") 1 4)
    (global $g (mut i32) (i32.const 3))
    (table $t 4 funcref)
    (elem (i32.const 0) $half $triple)
    (type $unary (func (param i32) (result i32)))
    (func $half (param i32) (result i32) (i32.shr_u (local.get 0) (i32.const 1)))
    (func $triple (param i32) (result i32) (i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.const 1)))
    (func $collatz (param $n i32) (result i32) (local $steps i32)
      (block $done
        (loop $again
          (br_if $done (i32.le_u (local.get $n) (i32.const 1)))
          (local.set $n (call_indirect (type $unary) (local.get $n) (i32.and (local.get $n) (i32.const 1))))
          (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
          (br $again)))
      (local.get $steps))
    (func $fib (param $n i32) (result i32)
      (if (result i32) (i32.lt_s (local.get $n) (i32.const 2))
        (then (local.get $n))
        (else (i32.add
          (call $fib (i32.sub (local.get $n) (i32.const 1)))
          (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
    (func $down (param $n i32) (result i32)
      (if (i32.eqz (local.get $n)) (then (return (i32.const 0))))
      (return_call $down (i32.sub (local.get $n) (i32.const 1))))
    (func $floats (param $x f64) (result f64)
      (f64.div (f64.sqrt (f64.neg (local.get $x))) (f64.sub (local.get $x) (local.get $x))))
    (func (export "main") (param $n i32) (result i32) (local $i i32)
      (loop $each
        (i32.store (i32.mul (local.get $i) (i32.const 4)) (call $collatz (i32.add (local.get $i) (global.get $g))))
        (i64.store16 offset=1 (local.get $i) (i64.const -1))
        (global.set $g (select (i32.const 5) (i32.const 7) (i32.and (local.get $i) (i32.const 1))))
        (block $b (block $a (br_table $a $b $a (local.get $i))) (call $log (local.get $i)))
        (br_if $each (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 6))))
      (drop (call $fib (i32.const 6)))
      (drop (call $down (i32.const 9)))
      (drop (call $floats (f64.const 2)))
      (drop (memory.grow (i32.const 1)))
      (memory.fill (i32.const 100) (i32.const 7) (i32.const 20))
      (memory.copy (i32.const 300) (i32.const 0) (i32.const 64))
      (table.set $t (i32.const 2) (table.get $t (i32.const 0)))
      (i32.div_u (i32.const 1) (local.get $n))))`;

const names = analysisKinds.map(({ name }) => name);

async function run(asked: readonly string[], tier: TierName, arg: number): Promise<unknown[]> {
  const { analyses, outcome } = runBytes(
    await wat(PROGRAM),
    asked.map((name) => ({ name })),
    { tier, imports: { host: { log: () => undefined } }, calls: [{ name: 'main', args: [arg] }] },
  );
  expect(outcome.kind).toBe(arg === 0 ? 'trap' : 'returned');
  return analyses.map((analysis) => timeless(JSON.parse(analysis.report('json', reportContext).text)));
}

describe.each(tierNames)('in tier %s', (tier) => {
  const alone = new Map<string, Promise<unknown[]>>();

  test.each(some(names, 4))('%s, with each of the others, before and behind it', { timeout: 120_000 }, async (name) => {
    for (const [i, other] of names.entries()) {
      // One tier for each pair, in turn; all of them in thorough runs.
      if (!isThorough && (names.indexOf(name) + i + tierNames.indexOf(tier)) % tierNames.length !== 0) continue;
      // A trap in every second pair.
      const arg = (names.indexOf(name) + names.indexOf(other)) % 2;
      for (const asked of [name, other]) {
        const key = `${asked} ${arg}`;
        if (!alone.has(key)) alone.set(key, run([asked], tier, arg));
      }
      const expected = await Promise.all([name, other].map(async (asked) => (await alone.get(`${asked} ${arg}`))?.[0]));
      expect(await run([name, other], tier, arg), `${name} and ${other}`).toEqual(expected);
    }
  });
});
