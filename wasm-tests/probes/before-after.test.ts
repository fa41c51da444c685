import { describe, expect, it } from 'vitest';
import type { Attachment } from '../../probes/attachment.ts';
import { onAfter, onBefore } from '../../probes/events/before-after.ts';
import { loader, tiers } from '../contract/tiers.ts';
import { compareLogs } from './reference/compare.ts';
import { afters, at, befores } from './reference/control.ts';
import { texts } from './reference/trace.ts';
import { fewest } from '../support/thorough.ts';

describe.each(tiers)('before and after instructions in tier $name', (tier) => {
  const load = loader(tier);

  it('before each: the operands that a trace of all instructions shows', async () => {
    const counts = await compareLogs(
      tier,
      (instance, number, tell) => {
        return onBefore(instance, '*', ({ location, operands }) =>
          tell(`before ${at(number, location)} ${texts(operands)}`),
        );
      },
      befores,
    );
    expect(counts.size).toBeGreaterThan(fewest(15));
  });

  it('after each: the results, wherever control went', async () => {
    const counts = await compareLogs(
      tier,
      (instance, number, tell) => {
        return onAfter(instance, '*', ({ location, results, to }) =>
          tell(`after ${at(number, location)} to ${to}: ${texts(results)}`),
        );
      },
      afters,
    );
    expect(counts.size).toBeGreaterThan(fewest(15));
  });

  it('after a call: in the activation that made it, whatever happens in between', () => {
    const log: string[] = [];
    const failing = new Error('of the host');
    const again = (n: number): void => {
      if (n === 8) throw failing;
      if (n !== 2) return void p.call('f', n);
      expect(() => p.call('f', 9)).toThrow(failing);
    };
    const p = load(
      `(module (import "host" "again" (func $again (param i32)))
        (func $f (export "f") (param i32) (result i32)
          (if (local.get 0) (then (call $again (i32.sub (local.get 0) (i32.const 1)))))
          (if (result i32) (i32.gt_s (local.get 0) (i32.const 1))
            (then (call $f (i32.sub (local.get 0) (i32.const 2))))
            (else (i32.const 100)))))`,
      { imports: { host: { again } } },
    );
    onAfter(
      p.instance,
      '=call',
      ({ frame, location, results }) => log.push(`f(${frame.local(0).value})@${location.pc}: ${texts(results)}`),
      { needs: { locals: true } },
    );
    p.call('f', 3);
    const [first, second] = [p.pc('f', 'call'), p.pc('f', 'call', 1)];
    // f(9) ends inside its first call. f(1), which then stands where it stood, has nothing to do with that call.
    expect(log).toEqual([`f(3)@${first}: `, `f(1)@${first}: `, `f(3)@${second}: 127:100`]);
  });

  it('after: nothing for what traps, and nothing for a call that had begun before', () => {
    const log: string[] = [];
    const p = load(
      `(module (import "host" "attach" (func $attach))
        (func (export "f") (param i32 i32) (result i32)
          (call $attach) (i32.div_s (local.get 0) (local.get 1))))`,
      { imports: { host: { attach: () => attach() } } },
    );
    let attachment: Attachment | undefined;
    const attach = (): void => {
      attachment ??= onAfter(p.instance, '=call, i32.div_s', ({ location, results }) =>
        log.push(`${location.instruction.name} ${texts(results)}`),
      );
    };
    p.call('f', 6, 2);
    expect(() => p.call('f', 6, 0)).toThrow(/divide by zero/);
    expect(log).toEqual(['i32.div_s 127:3', 'call ']);
    attachment?.detach();
    p.call('f', 6, 2);
    expect(log.length).toBe(2);
    expect(p.instance.funcs[1]?.probes).toBe(null);
  });

  it('after: reads what the handler declares, and says what to declare', () => {
    const p = load('(module (func (export "f") (param i32) (result i32) (i32.eqz (local.get 0))))');
    const attachment = onAfter(p.instance, 'i32.eqz', ({ frame }) => void frame.local(0));
    expect(() => p.call('f', 1)).toThrow(/locals: true/);
    attachment.detach();
    expect(p.call('f', 1)).toBe(0);
  });
});
