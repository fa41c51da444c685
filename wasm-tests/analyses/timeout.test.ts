/** Timeout: endless programs end, others do not notice it. */

import { describe, expect, test } from 'vitest';
import type { TimeoutResult } from '../../analyses/index.ts';
import { tierNames } from '../support/tiers.ts';
import { wat } from './support/programs.ts';
import { kindOf, runBytes } from './support/run.ts';
import { Engine } from '../../engine/index.ts';

const LOOP = '(module (func (export "main") (loop $l (br $l))))';
const RECURSION = '(module (func $f (export "main") (param i32) (return_call $f (local.get 0))))';

describe.each(tierNames)('in tier %s', (tier) => {
  test.each([
    ['loop', LOOP],
    ['tail recursion', RECURSION],
  ])('an endless %s traps after a number of instructions', async (_kind, text) => {
    const options = { instructions: 100_000 };
    const { outcome, results, trace } = runBytes(await wat(text), [{ name: 'timeout', options }], { tier });
    expect(outcome.kind).toBe('trap');
    expect(String(outcome.error)).toBe('RuntimeError: timeout: ended after 100000 instructions');
    const result = results[0] as TimeoutResult;
    expect(result).toMatchObject({ isEnded: true, reason: 'instructions', place: { module: 0, index: 0 } });
    expect(result.instructions).toBeGreaterThanOrEqual(100_000);
    expect(result.instructions).toBeLessThan(100_010);
    expect(trace).toEqual([[0, result.place?.pc]]);
  });

  test('an endless loop traps after a time', async () => {
    const { outcome, results } = runBytes(await wat(LOOP), [{ name: 'timeout', options: { ms: 20 } }], { tier });
    expect(outcome.kind).toBe('trap');
    expect(results[0]).toMatchObject({ isEnded: true, reason: 'time' });
    expect((results[0] as TimeoutResult).elapsedMs).toBeGreaterThanOrEqual(20);
  });

  test('a host function that catches the trap does not keep the program alive', async () => {
    const text = `(module (import "env" "again" (func $again)) (func (export "main") (call $again) (loop $l (br $l)))
      (func (export "inner") (loop $l (br $l))))`;
    const engine: { inner?: () => void } = {};
    const caught: unknown[] = [];
    const again = (): void => {
      try {
        engine.inner?.();
      } catch (error) {
        caught.push(error);
      }
    };
    const e = new Engine({ tier: tier === 'interpreter' ? 'interpreter' : 'js' });
    const analysis = kindOf('timeout').start(e, { options: { instructions: 1000 } });
    const { exports } = new e.WebAssembly.Instance(new e.WebAssembly.Module(await wat(text)), { env: { again } });
    engine.inner = exports.inner as () => void;
    expect(() => (exports.main as () => void)()).toThrow(e.WebAssembly.RuntimeError);
    expect(caught).toHaveLength(1);
    expect(analysis.result()).toMatchObject({ isEnded: true });
  });

  test('a program that ends before is left alone', async () => {
    const text = '(module (func (export "main") (result i32) (i32.const 1)))';
    const { value, results } = runBytes(await wat(text), [{ name: 'timeout', options: { instructions: 10 } }], {
      tier,
    });
    expect(value).toBe(1);
    expect(results[0]).toMatchObject({ isEnded: false, instructions: 2 });
  });
});

test('refuses limits that are none', () => {
  expect(() => kindOf('timeout').start(new Engine(), { options: { instructions: -1 } })).toThrow(
    'option "instructions" of timeout must be 0 (no limit) or more, not -1',
  );
});
