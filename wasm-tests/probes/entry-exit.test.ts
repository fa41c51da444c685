import { describe, expect, it } from 'vitest';
import type { Attachment } from '../../probes/attachment.ts';
import { FilterError } from '../../probes/errors.ts';
import { onEntry, onExit } from '../../probes/events/entry-exit.ts';
import { loader, tiers } from '../contract/tiers.ts';
import { compareLogs } from './reference/compare.ts';
import { entries, exits } from './reference/control.ts';
import { texts } from './reference/trace.ts';
import { fewest } from '../support/thorough.ts';

describe.each(tiers)('entries and exits of functions in tier $name', (tier) => {
  const load = loader(tier);

  it('entries are those that a trace of all instructions shows', async () => {
    const counts = await compareLogs(
      tier,
      (instance, number, tell) => {
        return onEntry(instance, ({ func, args }) => tell(`enter ${number}/${func} ${texts(args)}`));
      },
      entries,
    );
    expect(counts.size).toBeGreaterThan(fewest(15));
  });

  it('exits, their reasons and results are those that a trace of all instructions shows', async () => {
    const counts = await compareLogs(
      tier,
      (instance, number, tell) => {
        return onExit(instance, ({ func, reason, results }) =>
          tell(`exit ${number}/${func} ${reason} ${texts(results)}`),
        );
      },
      exits,
    );
    expect(counts.size).toBeGreaterThan(fewest(15));
  });

  it('can be attached to some functions, while the program runs, and detached', () => {
    const log: string[] = [];
    const p = load(
      `(module (import "host" "attach" (func $attach))
        (func $a (export "a") (param i32) (result i32) (call $attach) (call $b (local.get 0)))
        (func $b (export "b") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))`,
      { imports: { host: { attach: () => attach() } } },
    );
    const attachments: Attachment[] = [];
    const attach = (): void => {
      const options = { functions: ['a', 'b'], needs: { stack: true } };
      attachments.push(onEntry(p.instance, ({ func, frame }) => log.push(`> ${func} depth ${frame.depth}`), options));
      attachments.push(
        onExit(p.instance, ({ func, reason, results }) => log.push(`< ${func} ${reason} ${texts(results)}`)),
      );
    };
    p.call('a', 1);
    for (const attachment of attachments) attachment.detach();
    p.call('b', 1);
    // `a` had begun before: its end is seen, its beginning is not.
    expect(log).toEqual(['> 2 depth 1', '< 2 return 127:2', '< 1 return 127:2']);
    expect(p.instance.funcs[1]?.probes).toBe(null);
  });

  it('name the handler that throws', () => {
    const p = load('(module (func (export "f")))');
    onEntry(p.instance, function checkAll() {
      throw new Error('no');
    });
    expect(() => p.call('f')).toThrow(/checkAll/);
  });

  it('refuse a filter that selects nothing, and attach nothing then', () => {
    const p = load('(module (func (export "first")) (func (export "second")))');
    expect(() => onExit(p.instance, () => {}, { functions: ['first', 'secnd'] })).toThrow(FilterError);
    expect(p.instance.funcs.map((f) => f.probes)).toEqual([null, null]);
  });
});
