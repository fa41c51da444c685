import { describe, expect, it } from 'vitest';
import { onBlockEntry, onLoop } from '../../probes/events/block-loop.ts';
import { loader, tiers } from '../contract/tiers.ts';
import { compareLogs } from './reference/compare.ts';
import { at, blockEntries, loops } from './reference/control.ts';
import { fewest } from '../support/thorough.ts';

describe.each(tiers)('blocks and loops in tier $name', (tier) => {
  const load = loader(tier);

  it('blocks are entered where a trace of all instructions shows it', async () => {
    const counts = await compareLogs(
      tier,
      (instance, number, tell) => {
        return onBlockEntry(instance, ({ location, arm }) => tell(`block ${at(number, location)} ${arm}`));
      },
      blockEntries,
    );
    expect(counts.size).toBeGreaterThan(fewest(10));
  });

  it('loops are entered, go round and are left as a trace of all instructions shows', async () => {
    const counts = await compareLogs(
      tier,
      (instance, number, tell) => {
        return onLoop(instance, ({ kind, location, iterations, way }) =>
          tell(`${kind} ${number}/${location.func}@${location.pc} ${iterations} ${way ?? ''}`),
        );
      },
      loops,
    );
    expect(counts.size).toBeGreaterThanOrEqual(fewest(10));
  });

  it('of an activation that is already inside are counted from the next arrival', () => {
    const log: string[] = [];
    const p = load(
      `(module (import "host" "attach" (func $attach (param i32)))
        (func (export "f") (param i32)
          (loop $l
            (call $attach (local.get 0))
            (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`,
      { imports: { host: { attach: (n: number) => n === 3 && attach() } } },
    );
    const attach = (): void => {
      onLoop(p.instance, ({ kind, iterations, way }) => log.push(`${kind} ${iterations} ${way}`));
    };
    p.call('f', 4);
    expect(log).toEqual(['entry 1 undefined', 'iteration 2 undefined', 'exit 2 fall-through']);
  });

  it('tell where control is, and cost no operands', () => {
    const pcs: number[] = [];
    const p = load(`(module (func (export "f")
      (block $out (loop $l (br_if $out (i32.const 1)) (br $l)))))`);
    onLoop(p.instance, ({ frame }) => pcs.push(frame.pc));
    p.call('f');
    // Left by a branch: seen where the branch arrives, at the end of the block.
    expect(pcs).toEqual([p.pc('f', 'loop'), p.pc('f', 'end', 1)]);
  });
});
