/** Call graph and time: what is special about them. */

import { expect, test } from 'vitest';
import type { TimeResult } from '../../analyses/index.ts';
import { wat } from './support/programs.ts';
import { reportContext, runBytes } from './support/run.ts';

const TEXT = `(module (import "env" "host" (func $host))
  (func $down (param i32) (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1))))) (call $host))
  (func $main (export "main") (call $down (i32.const 2))))`;

test('dot has calls in and out of the host', async () => {
  const imports = { env: { host: () => {} } };
  const { analyses } = runBytes(await wat(TEXT), [{ name: 'callgraph' }], { imports });
  const lines = analyses[0]?.report('dot', reportContext).text.split('\n');
  expect(lines?.map((line) => line.replace(/, penwidth=.*\]/, ']'))).toEqual([
    'digraph "app.wasm" {',
    '  n0 [label="down\\n3", shape=box];',
    '  n1 [label="main\\n1", shape=box];',
    '  n2 [label="host\\n3", shape=ellipse];',
    '  n3 [label="(host)", shape=ellipse];',
    '  n0 -> n0 [label="2"];',
    '  n0 -> n2 [label="3"];',
    '  n1 -> n0 [label="1"];',
    '  n3 -> n1 [label="1"];',
    '}',
    '',
  ]);
});

test('time of the host is its own, recursive activations count once', async () => {
  const host = (): void => {
    const end = performance.now() + 5;
    while (performance.now() < end);
  };
  const { results } = runBytes(await wat(TEXT), [{ name: 'time' }], { imports: { env: { host } } });
  const [module] = (results[0] as TimeResult).modules;
  const [ofHost, down, main] = module?.functions ?? [];
  expect([ofHost?.calls, down?.calls, main?.calls]).toEqual([3, 3, 1]);
  expect(ofHost?.selfMs).toBeGreaterThanOrEqual(15);
  expect(down?.nestedMs).toBeGreaterThanOrEqual(15);
  expect(down?.nestedMs).toBeLessThanOrEqual(main?.nestedMs ?? 0);
  expect(down?.selfMs).toBeLessThan((down?.nestedMs ?? 0) - 14);
});
