/** The line that tells how a long run gets on. */

import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { buildCli, runCli } from './run-cli.ts';

const fib = fileURLToPath(new URL('../../examples/fib.wasm', import.meta.url));

beforeAll(buildCli);

// In the interpreter, this takes some seconds on any machine.
const LONG = ['--tier', 'interpreter', '--probe', 'hotness', '--invoke', 'fib', fib, '32'];

it('counts up while the program runs, and is gone before anything else is written', { timeout: 60_000 }, async () => {
  const { stderr: raw, stdout, code } = await runCli(['--progress', ...LONG]);
  const stderr = raw.replaceAll('\u001b', '<esc>');
  expect([code, stdout]).toEqual([0, '2178309\n']);
  const lines = [...stderr.matchAll(/\r<esc>\[Kwiz: ([\d.]+) s, ([\d,]+) instructions/g)];
  expect(lines.length).toBeGreaterThan(0);
  const counts = lines.map(([, , count = '']) => Number(count.replaceAll(',', '')));
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(counts[0]).toBeGreaterThan(0);
  const [, rest = ''] = /instructions\r<esc>\[K(hotness of fib\.wasm\n[\s\S]*)$/.exec(stderr) ?? [];
  const executed = /instructions executed +([\d,]+)/.exec(rest)?.[1]?.replaceAll(',', '');
  expect(Number(executed)).toBeGreaterThan(counts[counts.length - 1] as number);
});

it('does not appear where nobody watches', { timeout: 60_000 }, async () => {
  const { stderr } = await runCli(LONG);
  expect(stderr).toMatch(/^hotness of fib\.wasm\n/);
});
