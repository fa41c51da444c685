/** A program that loads modules again and again, runs them with analyses and without, and drops them: a registered process keeps nothing of them. */

import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { buildCli, cliFile } from '../cli/run-cli.ts';
import { isThorough } from '../support/thorough.ts';
import { programFile, registerUrl, runNode } from './programs.ts';

beforeAll(buildCli);

/** Rounds in each of three parts. */
const ROUNDS = isThorough ? 100 : 12;
/** Bytes for each round: less than a copy of the module, which has 33,000. */
const BOUND = 30_000;

test('rounds of load, run, attach, detach and drop do not add up', { timeout: 300_000 }, async () => {
  const file = fileURLToPath(new URL('../cli/c/words.wasm', import.meta.url));
  const args = ['--expose-gc', '--import', registerUrl(), programFile('rounds.mjs')];
  const { stdout, stderr, code } = await runNode([...args, cliFile('index.js'), file, String(ROUNDS)]);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const { parts, written } = JSON.parse(stdout) as { parts: readonly [number, number, number]; written: number };
  expect(written).toBeGreaterThan(100 * ROUNDS);
  // The first part is that in which V8 compiles, and the engine fills its tables.
  expect((parts[2] - parts[1]) / ROUNDS).toBeLessThan(BOUND);
});
