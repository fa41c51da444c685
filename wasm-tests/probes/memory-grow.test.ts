/** Events of `memory.grow`: equal to a slow and obvious reference on all programs, and case by case. */

import { describe, expect, it } from 'vitest';
import { insertProbe, type ModuleInstance } from '../../engine/index.ts';
import { type MemoryGrowOptions, onMemoryGrow } from '../../probes/events/memory-grow.ts';
import { loader, tiers } from '../contract/tiers.ts';
import { compareOn } from './reference/data-compare.ts';
import { placeText } from './reference/every-step.ts';
import { type GrowEntry, growReference } from './reference/grow-reference.ts';
import { programNames } from './reference/programs.ts';
import { isWhole } from '../support/thorough.ts';

function logOf(instance: ModuleInstance, options: MemoryGrowOptions = {}): GrowEntry[] {
  const log: GrowEntry[] = [];
  onMemoryGrow(
    instance,
    ({ location, memory, delta, oldPages, newPages, result }) =>
      log.push({ place: placeText(location), memory, delta, oldPages, newPages, result }),
    options,
  );
  return log;
}

const summary = ({ memory, delta, oldPages, newPages, result }: GrowEntry): string =>
  `${memory}: ${oldPages} + ${delta} = ${newPages} (${result})`;

describe.each(tiers)('growth of memories in tier $name', (tier) => {
  const load = loader(tier);
  const growing = new Set<string>();

  describe('equals the log of the reference', () => {
    it.each(programNames(tier.name, 4))('%s', async (name) => {
      const events = (instance: ModuleInstance) => logOf(instance);
      const count = await compareOn(tier, name, { concerns: /^memory\.grow$/, events, reference: growReference });
      if (count > 0) growing.add(name);
    });

    it('on many programs', () => {
      expect(growing.size).toBeGreaterThanOrEqual(isWhole ? 10 : 1);
    });
  });

  const wat = `(module (memory $a (export "a") 1 4) (memory $b 0)
    (func $grow (export "grow") (param i32) (result i32) (memory.grow $a (local.get 0)))
    (func (export "grow_b") (param i32) (result i32) (memory.grow $b (local.get 0)))
    (func (export "branch") (param i32) (result i32)
      (block $l (result i32) (br_if $l (i32.const 77) (local.get 0)) (drop) (memory.grow $a (i32.const 1)))))`;

  it('tells sizes and results, also of what failed', () => {
    const p = load(wat);
    const log = logOf(p.instance);
    expect([2, 2, 0, -1].map((delta) => p.call('grow', delta))).toEqual([1, -1, 3, -1]);
    p.call('grow_b', 2);
    expect(log.map(summary)).toEqual([
      '0: 1 + 2 = 3 (1)',
      '0: 3 + 2 = 3 (-1)',
      '0: 3 + 0 = 3 (3)',
      '0: 3 + 4294967295 = 3 (-1)',
      '1: 0 + 2 = 2 (0)',
    ]);
  });

  it('takes no arrival by a branch for the end of a growth', () => {
    const p = load(wat);
    const log = logOf(p.instance);
    expect([p.call('branch', 1), p.call('branch', 0), p.call('branch', 1)]).toEqual([77, 1, 77]);
    expect(log.map(summary)).toEqual(['0: 1 + 1 = 2 (1)']);
  });

  it('loses nothing when other probes at the place call back into the program, or trap', () => {
    const p = load(wat);
    const log = logOf(p.instance);
    let calls = 0;
    insertProbe(p.instance, p.func('grow'), p.pc('grow', 'memory.grow'), {
      needs: { operands: 1 },
      fire: (frame) => {
        if (frame.operand(0).value === 0) frame.trap('enough');
        if (++calls === 1) p.call('grow', 1);
        else if (calls === 3) expect(() => p.call('grow', 0)).toThrow('enough');
      },
    });
    p.call('grow', 2);
    p.call('grow', 8);
    expect(log.map(summary)).toEqual(['0: 1 + 1 = 2 (1)', '0: 1 + 2 = 4 (2)', '0: 4 + 8 = 4 (-1)']);
  });

  it('sees some memories and functions only, and detaches', () => {
    const p = load(wat);
    const b = logOf(p.instance, { memory: 'b' });
    const named = logOf(p.instance, { functions: 'grow' });
    const seen: unknown[] = [];
    const attachment = onMemoryGrow(
      p.instance,
      ({ frame }) => seen.push([frame.pc, frame.operand(0).value, frame.local(0).value]),
      {
        needs: { locals: true },
        functions: 'grow',
      },
    );
    p.call('grow', 1);
    p.call('grow_b', 1);
    attachment.detach();
    p.call('grow', 1);
    expect([b.map(summary), named.map(summary)]).toEqual([
      ['1: 0 + 1 = 1 (0)'],
      ['0: 1 + 1 = 2 (1)', '0: 2 + 1 = 3 (2)'],
    ]);
    expect(seen).toEqual([[p.pc('grow', 'end'), 1, 1]]);
  });
});
