/** Tiers on the command line where Node is run in a special way, or a report goes to a file; the rest is in `cases/tiers.wat`. */

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCli, type CliResult, cliArgs, finished, runCli } from './run-cli.ts';

const fib = fileURLToPath(new URL('../../examples/fib.wasm', import.meta.url));
let folder = '';

beforeAll(async () => {
  await buildCli();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-tiers-'));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

const WARNING = 'nothing is compiled, everything is interpreted: code generation from strings is not allowed here';

function runWithoutEval(...args: readonly string[]): Promise<CliResult> {
  const all = ['--disallow-code-generation-from-strings', ...cliArgs([...args, '--invoke', 'fib', fib, '20'])];
  return finished(spawn(process.execPath, all, { env: { PATH: process.env.PATH, NO_COLOR: '1' } }));
}

describe('where code must not be generated', () => {
  it('a program runs all the same, with a word about it only if --tier js was asked for', async () => {
    const quiet = { stdout: '6765\n', stderr: '', code: 0 };
    expect(await runWithoutEval()).toMatchObject(quiet);
    expect(await runWithoutEval('--tier', 'auto', '--threshold', '0')).toMatchObject(quiet);
    expect(await runWithoutEval('--tier', 'interpreter')).toMatchObject(quiet);
    expect(await runWithoutEval('--tier', 'js')).toMatchObject({ ...quiet, stderr: `wiz: ${WARNING}\n` });
  });

  it('the report says why nothing is compiled, and lists no function as refused', async () => {
    const { stderr } = await runWithoutEval('--tier-report', '--format', 'json');
    const { disabled, functions, compilations } = JSON.parse(stderr);
    expect(disabled).toBe('code generation from strings is not allowed here');
    expect(functions).toMatchObject({ interpreted: 1, compiled: 0, refused: 0 });
    expect(compilations).toEqual({ functions: 0, loops: 0, refused: 0, timeMs: 0 });
    const text = await runWithoutEval('--tier-report');
    expect(text.stderr).toContain('Nothing is compiled: code generation from strings is not allowed here');
  });

  it('probes work', async () => {
    expect((await runWithoutEval('--tier', 'js', '--probe', 'coverage')).stderr).toContain('Coverage of fib.wasm');
  });
});

describe('the report about tiers', () => {
  it('goes to the file of --out, behind those of probes', async () => {
    const out = path.join(folder, 'report.txt');
    const args = ['--tier', 'js', '--probe', 'coverage', '--tier-report', '--out', out];
    expect(await runCli([...args, '--invoke', 'fib', fib, '5'])).toMatchObject({ stdout: '5\n', stderr: '', code: 0 });
    expect(fs.readFileSync(out, 'utf8')).toMatch(/^Coverage of fib\.wasm\n.*\n\nTiers of fib\.wasm: js/s);
  });

  it('is given by auto for what is hot', async () => {
    const { stdout, stderr } = await runCli(['--tier-report', '--format', 'json', '--invoke', 'fib', fib, '20']);
    expect(stdout).toBe('6765\n');
    const { tier, threshold, functions } = JSON.parse(stderr);
    expect({ tier, threshold }).toEqual({ tier: 'auto', threshold: 1000 });
    expect(functions.listed).toEqual([{ index: 0, name: 'fib', tier: 'compiled', invalidations: 0 }]);
  });
});
