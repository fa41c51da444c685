/** Real packages in a program that knows nothing of wiz: it prints the same, whoever runs its WebAssembly. */

import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCli, runCli } from '../cli/run-cli.ts';
import { programFile, runNode } from './programs.ts';

const program = programFile('packages.mjs');
let native = '';
let folder = '';

beforeAll(async () => {
  await buildCli();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-packages-'));
  native = (await runNode([program])).stdout;
  expect(JSON.parse(native)).toMatchObject({ sql: [{ values: [[21, 13_712, 'row 39', 42]] }] });
});

afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

const require = createRequire(import.meta.url);

/** What reports call the module in a file of a package. */
function fileName(file: string): string {
  return path.relative(process.cwd(), require.resolve(file));
}

/** To compile all of SQLite with all probes takes half a minute. */
const filters: Readonly<Record<string, readonly string[]>> = { js: ['--module', '!sql-wasm.wasm'] };
const TIMEOUT_MS = 300_000;

describe.each(['auto', 'js', 'interpreter'])('with --tier %s', { timeout: TIMEOUT_MS }, (tier) => {
  const options = ['run', '--tier', tier, ...(filters[tier] ?? [])];

  test('without probes', async () => {
    const result = await runCli([...options, '--', process.execPath, program]);
    expect(result).toEqual({ code: 0, signal: null, stdout: native, stderr: '' });
  });

  test('with coverage, branches and hotness together', async () => {
    const out = path.join(folder, `${tier}/`);
    const probes = ['coverage', 'branches', 'hotness'].flatMap((probe) => ['--probe', probe]);
    const toFolder = ['--format', 'json', '--out', out];
    const result = await runCli([...options, ...probes, ...toFolder, '--', process.execPath, program]);
    expect(result).toEqual({ code: 0, signal: null, stdout: native, stderr: '' });
    const kinds = fs.readdirSync(out).map((name) => name.replace(/\d+/, 'PID'));
    expect(kinds.sort()).toEqual(['branches.PID.json', 'coverage.PID.json', 'hotness.PID.json']);
    const coverage = fs.readdirSync(out).find((name) => name.startsWith('coverage'));
    // The name of the only file about it.
    const { modules } = JSON.parse(fs.readFileSync(path.join(out, coverage as string), 'utf8'));
    const names: string[] = modules.map((module: { name: string }) => module.name);
    const files = ['sql.js/dist/sql-wasm.wasm', 'source-map/lib/mappings.wasm', 'vscode-oniguruma/release/onig.wasm'];
    const expected = files.filter((file) => tier !== 'js' || !file.startsWith('sql')).map(fileName);
    expect(names.filter((name) => !name.startsWith('sha256:')).sort()).toEqual(expected.sort());
    // What has no file, since it stands in JavaScript as text, is named by its hash: three hashes, a lexer, and the function of JavaScript for SQL.
    expect(names.filter((name) => /^sha256:[0-9a-f]{12}$/.test(name))).toHaveLength(5);
  });
});
