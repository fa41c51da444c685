/** Executions of loops and their iterations, in every tier. */

import { describe, expect, it } from 'vitest';
import type { LoopsResult } from '../../analyses/index.ts';
import { tierNames } from '../support/tiers.ts';
import { wat } from './support/programs.ts';
import { type ExportCall, runBytes } from './support/run.ts';

const PROGRAM = `
  (module
    (func $down (export "down") (param $n i32)
      (loop $again (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
    (func $nested (export "nested") (param $n i32) (local $i i32)
      (loop $outer
        (local.set $i (local.get $n))
        (loop $inner (br_if $inner (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
        (br_if $outer (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
    (func $recursive (export "recursive") (param $n i32) (local $i i32)
      (local.set $i (i32.const 2))
      (loop $again
        (if (local.get $n) (then (call $recursive (i32.sub (local.get $n) (i32.const 1)))))
        (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1))))))
    (func $table (export "table") (param $n i32)
      (loop $again
        (block $out
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br_table $out $again (i32.eqz (i32.eqz (local.get $n)))))))
    (func $left (export "left") (param $n i32)
      (block $out
        (loop $again
          (br_if $out (i32.eqz (local.get $n)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br $again))))
    (func $traps (export "traps") (param $n i32)
      (loop $again
        (drop (i32.div_u (i32.const 1) (local.get $n)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again))))`;

type Row = [entries: number, iterations: number, min: number, max: number, histogram: readonly number[]];

async function loopsOf(tier: (typeof tierNames)[number], calls: readonly ExportCall[]): Promise<Record<string, Row[]>> {
  const { results } = runBytes(await wat(PROGRAM), [{ name: 'loops' }], { tier, calls });
  const functions = (results[0] as LoopsResult).modules[0]?.functions ?? [];
  return Object.fromEntries(
    functions.map(({ name, loops }) => [
      name,
      loops.map(({ entries, iterations, trips }): Row => [entries, iterations, trips.min, trips.max, trips.histogram]),
    ]),
  );
}

describe.each(tierNames)('in tier %s', (tier) => {
  it.each<[string, number[], Record<string, Row[]>]>([
    ['down', [1], { down: [[1, 1, 1, 1, [1]]] }],
    ['down', [5, 1, 8], { down: [[3, 14, 1, 8, [1, 0, 1, 1]]] }],
    [
      'nested',
      [3],
      {
        nested: [
          [1, 3, 3, 3, [0, 1]],
          [3, 6, 1, 3, [1, 2]],
        ],
      },
    ], // prettier-ignore
    // Seven activations, whose executions lie within each other.
    ['recursive', [2], { recursive: [[7, 14, 2, 2, [0, 7]]] }],
    ['table', [6, 1], { table: [[2, 7, 1, 6, [1, 0, 1]]] }],
    ['left', [0, 3], { left: [[2, 5, 1, 4, [1, 0, 1]]] }],
    ['traps', [2], { traps: [[1, 3, 3, 3, [0, 1]]] }],
  ])('%s of %j', async (name, args, expected) => {
    expect(
      await loopsOf(
        tier,
        args.map((arg) => ({ name, args: [arg] })),
      ),
    ).toEqual(expected);
  });
});
