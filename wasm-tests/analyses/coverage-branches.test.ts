/** Coverage of the ways of branches, in every tier: what ran, and nothing else. */

import { describe, expect, test } from 'vitest';
import type { CoverageResult } from '../../analyses/index.ts';
import { functionLocations } from '../../engine/index.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import { kindOf } from './support/run.ts';
import { instantiate, wat } from './support/programs.ts';

const PROGRAM = `
  (module
    (func (export "ways") (param $n i32) (param $f funcref) (result i32)
      (block $skip (br_if $skip (i32.gt_s (local.get $n) (i32.const 5))) (nop))
      (if (i32.eq (local.get $n) (i32.const 1)) (then (nop)))
      (block $b2 (block $b1 (block $b0 (br_table $b0 $b1 $b2 (local.get $n)))))
      (local.get $n))
    (func (export "loop") (param $n i32)
      (loop $again (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))`;

/** Untaken ways of the functions, by mnemonic. */
async function untaken(tier: (typeof tierNames)[number], calls: readonly [string, number][]): Promise<string[][]> {
  const engine = engineIn(tier);
  const running = kindOf('coverage').start(engine);
  const program = instantiate(engine, await wat(PROGRAM));
  for (const [name, arg] of calls) program.call(name, arg, null);
  const { module } = program.instance;
  const [found] = (running.result() as CoverageResult).modules;
  running.stop();
  expect(program.instance.funcs.every((func) => func.probes === null)).toBe(true);
  return (found?.functions ?? []).map(({ index, untaken }) => {
    const names = new Map(functionLocations(module, index).map(({ pc, instruction }) => [pc, instruction.mnemonic]));
    return untaken.map(([pc, way]) => `${names.get(pc)} ${way}`);
  });
}

describe.each(tierNames)('in tier %s', (tier) => {
  test.each<[string, [string, number][], string[], string[]]>([
    ['one call', [['ways', 1]], ['br_if 1', 'if 0', 'br_table 0', 'br_table 2'], []],
    [
      'both ways of the if',
      [
        ['ways', 1],
        ['ways', 0],
      ],
      ['br_if 1', 'br_table 2'],
      [],
    ], // prettier-ignore
    [
      'everything',
      [
        ['ways', 1],
        ['ways', 0],
        ['ways', 9],
      ],
      [],
      [],
    ],
    ['a loop that ends at once', [['loop', 1]], [], ['br_if 1']],
    ['a loop that goes round', [['loop', 1000]], [], []],
    ['nothing is said of what was never called', [], [], []],
  ])('%s', async (_name, calls, ways, loop) => {
    expect(await untaken(tier, calls)).toEqual([ways, loop]);
  });
});
