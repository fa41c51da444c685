import { describe, expect, it } from 'vitest';
import { onBranch } from '../../probes/events/branch.ts';
import { loader, tiers } from '../contract/tiers.ts';
import { compareLogs } from './reference/compare.ts';
import { at, branches } from './reference/control.ts';
import { text } from './reference/trace.ts';
import { fewest } from '../support/thorough.ts';

describe.each(tiers)('branches in tier $name', (tier) => {
  const load = loader(tier);

  it('go where a trace of all instructions shows that they went', async () => {
    const counts = await compareLogs(
      tier,
      (instance, number, tell) => {
        return onBranch(instance, ({ location, taken, target, label, index, condition }) => {
          const operand = condition === undefined ? undefined : text(condition);
          tell(`branch ${at(number, location)} ${taken} to ${target}, label ${label}, index ${index}, ${operand}`);
        });
      },
      branches,
    );
    expect(counts.size).toBeGreaterThan(fewest(10));
  });

  it('are told with the way that is taken', () => {
    const p = load(`(module (func (export "f") (param i32)
      (block (br_if 0 (local.get 0)) (br 0))))`);
    const taken: boolean[] = [];
    onBranch(p.instance, (event) => taken.push(event.taken), { functions: 'export:f' });
    p.call('f', 1);
    p.call('f', 0);
    expect(taken).toEqual([true, false, true]);
  });

  it('let a handler read no more operands than the branch decides by', () => {
    const p = load(`(module (func (export "f") (param i32)
      (i32.const 7) (block (br_if 0 (local.get 0)) (br 0)) (drop)))`);
    onBranch(p.instance, ({ frame, condition }) => void frame.operand(condition === undefined ? 0 : 1));
    expect(() => p.call('f', 1)).toThrow(/operands: 2/);
    const q = load('(module (func (export "f") (i32.const 7) (block (br 0)) (drop)))');
    onBranch(q.instance, ({ frame }) => void frame.operand(0));
    expect(() => q.call('f')).toThrow(/operands: 1/);
  });
});
