/** Workers and processes that a program starts are registered as it is, and modules travel between threads. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCli, runCli } from '../cli/run-cli.ts';
import { writeModules } from './modules.ts';
import { programFile, registerUrl, runNode } from './programs.ts';
import { isWhole } from '../support/thorough.ts';

let folder = '';
let native = '';
const program = programFile('threads.mjs');
const TIMEOUT_MS = 120_000;

beforeAll(async () => {
  await buildCli();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-threads-'));
  await writeModules(folder);
  native = (await runNode([program, path.join(folder, 'fib.wasm')])).stdout;
});

afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

/** Calls of fib(n). */
function callsOf(n: number): number {
  return n < 2 ? 1 : 1 + callsOf(n - 1) + callsOf(n - 2);
}

/** The numbers of calls that the files of reports tell, lowest first. */
function reported(out: string): number[] {
  const results = fs.readdirSync(out).map((name) => JSON.parse(fs.readFileSync(path.join(out, name), 'utf8')));
  return results.map(({ modules }) => modules[0].functions[0].entered).sort((a, b) => a - b);
}

/** The main thread, four workers and one from text, two processes. */
const expected = [callsOf(9), ...Array(4).fill(callsOf(10) + callsOf(11)), callsOf(13), callsOf(12), callsOf(12)];

test('with wiz run, and their reports merge', { timeout: TIMEOUT_MS }, async () => {
  const out = path.join(folder, 'run/');
  const options = ['--probe', 'calls', '--format', 'json', '--out', out];
  const result = await runCli(['run', ...options, '--', process.execPath, program, path.join(folder, 'fib.wasm')]);
  expect(result).toEqual({ code: 0, signal: null, stdout: native, stderr: '' });
  expect(reported(out)).toEqual(expected.sort((a, b) => a - b));
  const files = fs.readdirSync(out).map((name) => path.join(out, name));
  const merged = await runCli(['report', '--format', 'json', ...files]);
  const { modules } = JSON.parse(merged.stdout);
  expect(modules).toHaveLength(1);
  expect(modules[0].functions[0].entered).toBe(expected.reduce((a, b) => a + b));
});

test.runIf(isWhole)('with node --import', { timeout: TIMEOUT_MS }, async () => {
  const out = path.join(folder, 'import/');
  const env = { WIZ_PROBE: 'calls', WIZ_FORMAT: 'json', WIZ_OUT: out };
  const result = await runNode(['--import', registerUrl(), program, path.join(folder, 'fib.wasm')], env);
  expect(result).toEqual({ code: 0, signal: null, stdout: native, stderr: '' });
  expect(reported(out)).toEqual(expected.sort((a, b) => a - b));
});
