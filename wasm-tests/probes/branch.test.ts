import { describe, expect, it } from 'vitest';
import type { LocalProbe, ModuleInstance } from '../../engine/index.ts';
import { onBranch } from '../../probes/events/branch.ts';
import { loader, tiers } from '../contract/tiers.ts';
import { compareLogs } from './reference/compare.ts';
import { at, branches } from './reference/control.ts';
import { text } from './reference/trace.ts';

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
    expect(counts.size).toBeGreaterThan(10);
  });

  it('read one operand, or none', () => {
    const p = load(`(module (func (export "f") (param i32)
      (block (br_if 0 (local.get 0)) (br 0))))`);
    const taken: boolean[] = [];
    onBranch(p.instance, (event) => taken.push(event.taken), { functions: 'export:f' });
    p.call('f', 1);
    p.call('f', 0);
    expect(taken).toEqual([true, false, true]);
    const needs = ['br_if', 'br'].map((name) => probeAt(p.instance, p.pc('f', name)).needs?.operands ?? 0);
    expect(needs).toEqual([1, 0]);
  });
});

function probeAt(instance: ModuleInstance, pc: number): LocalProbe {
  const sites = [...(instance.funcs[0]?.probes?.byUnit.values() ?? [])];
  return sites.find((site) => site.pc === pc)?.probes.entries[0]?.probe as LocalProbe;
}
