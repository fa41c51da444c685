/** Waiting for one outcome of a condition: told once, at the first time, in every tier; gone afterwards. */

import { describe, expect, it } from 'vitest';
import { functionLocations, insertProbe } from '../../engine/index.ts';
import { insertOutcomeShot } from '../../probes/index.ts';
import { loader, tiers } from '../contract/tiers.ts';

const LOOP = `(module
  (func (export "run") (param $n i32) (result i32) (local $odd i32)
    (loop $again
      (if (i32.and (local.get $n) (i32.const 1)) (then (local.set $odd (i32.add (local.get $odd) (i32.const 1)))))
      (br_if $again (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))
    (select (local.get $odd) (i32.const -1) (local.get $odd))))`;

describe.each(tiers)('in tier $name', (tier) => {
  const load = loader(tier);

  it.each([
    // [instruction, outcome, argument, turns of the loop before it is told, or never]
    ['if', true, 4, 2],
    ['if', false, 4, 1],
    ['if', false, 3, 2],
    ['if', true, 0, undefined],
    ['br_if', true, 5, 1],
    ['br_if', false, 5, 5],
    ['br_if', true, 1, undefined],
    ['select', true, 5, 5],
    ['select', false, 0, 1],
  ] as const)('%s, outcome %s, of run(%i): in turn %s', (name, outcome, arg, turn) => {
    const p = load(LOOP);
    const [func, pc] = [p.func('run'), p.pc('run', name)];
    const expected = p.call('run', arg);
    let turns = 0;
    insertProbe(p.instance, func, p.pc('run', 'loop'), { fire: () => void turns++, needs: { frame: false } });
    const told: number[] = [];
    const shot = insertOutcomeShot(p.instance, { func, pc, outcome }, () => told.push(turns));
    expect(p.call('run', arg)).toBe(expected);
    expect(told).toEqual(turn === undefined ? [] : [turn]);
    expect(p.call('run', arg)).toBe(expected);
    expect(told.length).toBe(turn === undefined ? 0 : 1);
    shot.detach();
    shot.detach();
    expect(p.instance.funcs[func]?.probes?.byUnit.size).toBe(1);
  });

  it('both outcomes at every condition, told in the order of events', () => {
    const p = load(LOOP);
    const func = p.func('run');
    const told: string[] = [];
    for (const { pc, instruction } of functionLocations(p.instance.module, func)) {
      if (!['if', 'br_if', 'select'].includes(instruction.name)) continue;
      for (const outcome of [true, false]) {
        insertOutcomeShot(p.instance, { func, pc, outcome }, () => told.push(`${instruction.name} ${outcome}`));
      }
    }
    for (const arg of [2, 0]) p.call('run', arg);
    expect(told).toEqual(['if false', 'br_if true', 'if true', 'br_if false', 'select true', 'select false']);
    expect(p.instance.funcs[func]?.probes).toBe(null);
  });
});
