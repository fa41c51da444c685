/** Hashes of runs: equal for equal runs, and where others part. */

import { describe, expect, it } from 'vitest';
import type { DeterminismResult } from '../../analyses/index.ts';
import { tierNames } from '../support/tiers.ts';
import { wat } from './support/programs.ts';
import { kindOf, runBytes } from './support/run.ts';

const PROGRAM = `
  (module
    (import "host" "random" (func $random (param i32) (result i32)))
    (memory 1)
    (func (export "main") (param $n i32) (local $i i32)
      (loop $again
        (i32.store (i32.const 0) (call $random (local.get $i)))
        (if (i32.eq (local.get $i) (local.get $n)) (then (nop)))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 5000))))))`;

type Random = (i: number) => number;

describe.each(tierNames)('in tier %s', (tier) => {
  async function run(level: string, n: number, random: Random): Promise<DeterminismResult> {
    const { results } = runBytes(await wat(PROGRAM), [{ name: 'determinism', options: { level } }], {
      tier,
      imports: { host: { random } },
      calls: [{ name: 'main', args: [n] }],
    });
    return results[0] as DeterminismResult;
  }
  const same: Random = (i) => i * 7;

  it('equal runs have equal hashes, also at every checkpoint', async () => {
    for (const level of ['control', 'data']) {
      const [a, b] = [await run(level, 3, same), await run(level, 3, same)];
      expect(a).toEqual(b);
      expect(a.checkpoints.length).toBe(Math.floor(a.events / a.interval));
      expect(a.events).toBe(level === 'control' ? 10_002 : 30_002);
    }
  });

  it('another way is another hash, and the difference lies between two checkpoints', async () => {
    const [a, b] = [await run('control', 3000, same), await run('control', 4000, same)];
    expect(a.hash).not.toBe(b.hash);
    const [section] = kindOf('determinism').compare?.(a, b) ?? [];
    const [[from, to] = []] = (section?.tables?.[0]?.rows ?? []) as [number, number][];
    // Two blocks for each turn, and one more in turn 3000.
    expect(from).toBeLessThanOrEqual(2 * 3000 + 1);
    expect(to).toBeGreaterThanOrEqual(2 * 3000 + 1);
    expect((to as number) - (from as number)).toBeLessThanOrEqual(Math.max(a.interval, b.interval));
  });

  it('other values are seen at the level of data only', async () => {
    const other: Random = (i) => (i === 4321 ? 1 : i * 7);
    expect((await run('control', 3, other)).hash).toBe((await run('control', 3, same)).hash);
    expect((await run('data', 3, other)).hash).not.toBe((await run('data', 3, same)).hash);
  });
});

it('all tiers have the same hash', async () => {
  const bytes = await wat(PROGRAM);
  const hashes = tierNames.map((tier) => {
    const options = { imports: { host: { random: (i: number) => i } }, calls: [{ name: 'main', args: [7] }], tier };
    return (
      runBytes(bytes, [{ name: 'determinism', options: { level: 'data' } }], options).results[0] as DeterminismResult
    ).hash;
  });
  expect(new Set(hashes).size).toBe(1);
});

it('refuses another level', () => {
  expect(() => runBytes(new Uint8Array(), [{ name: 'determinism', options: { level: 'all' } }])).toThrow(
    /"level" is one of control, data, not "all"/,
  );
});
