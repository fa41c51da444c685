/** Maps of edges, as fuzzers see them. */

import { describe, expect, it } from 'vitest';
import { EdgeMap, type EdgesResult } from '../../analyses/index.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import { instantiate, wat } from './support/programs.ts';
import { kindOf, reportContext, runBytes } from './support/run.ts';

const PROGRAM = `
  (module
    (func (export "main") (param $n i32) (result i32) (local $sum i32)
      (loop $again
        (if (i32.and (local.get $n) (i32.const 1))
          (then (local.set $sum (i32.add (local.get $sum) (i32.const 3))))
          (else (local.set $sum (i32.sub (local.get $sum) (i32.const 1)))))
        (br_if $again (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))
      (local.get $sum)))`;

describe.each(tierNames)('in tier %s', (tier) => {
  it('an input that goes another way fills other elements, the same input the same ones', async () => {
    const engine = engineIn(tier);
    const map = new EdgeMap(4096);
    const program = instantiate(engine, await wat(PROGRAM), { onInstance: (instance) => void map.attach(instance) });
    const seen = (arg: number): string => {
      map.reset();
      program.call('main', arg);
      return [...map.counts.entries()].filter(([, count]) => count > 0).join(' ');
    };
    const [one, two, again] = [seen(1), seen(2), seen(1)];
    expect(again).toBe(one);
    expect(two).not.toBe(one);
    expect(one).not.toBe('');
    // A longer loop goes the same edges more often.
    const edges = (text: string): string => text.replace(/,\d+/g, '');
    expect(edges(seen(6))).toBe(edges(seen(5)));
    expect(seen(6)).not.toBe(seen(4));
  });

  it('counts stay at 255, and every entry of a block is one transition', async () => {
    const bytes = await wat(PROGRAM);
    const run = (arg: number): EdgesResult =>
      runBytes(bytes, [{ name: 'edges' }], { tier, calls: [{ name: 'main', args: [arg] }] }).results[0] as EdgesResult;
    expect(Math.max(...run(2000).edges.map(([, count]) => count))).toBe(255);
    // Arm, end, behind the br_if or again the loop: three or four blocks for each turn, and the first one.
    const blocks = runBytes(bytes, [{ name: 'blocks' }], { tier, calls: [{ name: 'main', args: [9] }] }).results[0];
    const counts = [...JSON.stringify(blocks).matchAll(/"count":(\d+)/g)];
    const entered = counts.reduce((sum, [, count]) => sum + Number(count), 0);
    expect(run(9).edges.reduce((sum, [, count]) => sum + count, 0)).toBe(entered);
  });
});

it('the map for other tools has a line for each edge', async () => {
  const { analyses, results } = runBytes(await wat(PROGRAM), [{ name: 'edges' }], {
    calls: [{ name: 'main', args: [3] }],
  });
  const { edges } = results[0] as EdgesResult;
  const lines = analyses[0]?.report('map', reportContext).text.trimEnd().split('\n') as string[];
  expect(lines).toHaveLength(edges.length);
  for (const line of lines) expect(line).toMatch(/^\d{6}:\d{1,3}$/);
});

it('refuses a size that no map has, and maps of two sizes', async () => {
  expect(() => runBytes(new Uint8Array(), [{ name: 'edges', options: { size: 1000 } }])).toThrow(/power of two/);
  expect(() => new EdgeMap(100)).toThrow(/power of two/);
  const bytes = await wat(PROGRAM);
  const [a, b] = [256, 512].map(
    (size) =>
      runBytes(bytes, [{ name: 'edges', options: { size } }], { calls: [{ name: 'main', args: [1] }] }).results[0],
  );
  expect(() => kindOf('edges').merge?.(a, b)).toThrow(/nothing in common/);
});
