/** Programs compiled by a C toolchain do under `wiz` what the same sources do when they are compiled for the host. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCli, type CliOptions, type CliResult, runCli } from './run-cli.ts';

let folder = '';

beforeAll(async () => {
  await buildCli();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-c-'));
});

afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

function fixture(name: string): string {
  return fileURLToPath(new URL(`c/${name}`, import.meta.url));
}

interface Recorded {
  /** The arguments of the program. */
  readonly args: readonly string[];
  readonly output: string;
  /** Undefined if the native program was ended by a signal. */
  readonly code: number | undefined;
}

/** What `build.sh` has recorded of a program, by title. */
function recorded(program: string): Map<string, Recorded> {
  const blocks = fs
    .readFileSync(fixture(`${program}.out`), 'utf8')
    .split(/^== /m)
    .slice(1);
  return new Map(
    blocks.map((block) => {
      const match = /^(.*)\n([\s\S]*)-- (\d+|crash)\n$/.exec(block);
      if (match === null) throw new Error(`${program}.out has a malformed block: ${block}`);
      const [, title = '', output = '', code] = match;
      const args = title.split(' ').slice(1);
      return [title, { args, output, code: code === 'crash' ? undefined : Number(code) }];
    }),
  );
}

function blockOf(program: string, title: string): Recorded {
  const block = recorded(program).get(title);
  if (block === undefined) throw new Error(`${program}.out has no block "${title}"`);
  return block;
}

function run(
  program: string,
  { args }: Recorded,
  options: CliOptions = {},
  wizOptions: string[] = [],
): Promise<CliResult> {
  return runCli([...wizOptions, fixture(`${program}.wasm`), ...args], options);
}

test('the heap, memory that grows, sorting, and numbers as text', async () => {
  const block = blockOf('heap', 'heap');
  expect(await run('heap', block)).toEqual({ stdout: block.output, stderr: '', code: 0, signal: null });
});

test('clocks, sleep, random bytes, and waiting for input', async () => {
  const block = blockOf('times', 'times');
  expect(await run('times', block, { input: ' 42 \n' })).toMatchObject({ stdout: block.output, stderr: '', code: 0 });
});

describe('a filter', () => {
  const text = fs.readFileSync(fixture('input.txt'));
  const cases: readonly [title: string, input: Uint8Array, env: Record<string, string>][] = [
    ['words -n 4', text, {}],
    ['words -v -n 99', text, { ORDER: 'name' }],
    ['words -v', Buffer.alloc(0), {}],
    ['words unexpected', Buffer.alloc(0), {}],
  ];

  test.each(cases)('%s', async (title, input, env) => {
    const block = blockOf('words', title);
    const wizOptions = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
    const result = await run('words', block, { input }, wizOptions);
    expect({ output: result.stderr + result.stdout, code: result.code }).toEqual({
      output: block.output,
      code: block.code,
    });
  });

  test('is not changed by coverage, whose report names its functions', async () => {
    const block = blockOf('words', 'words -n 4');
    const out = path.join(folder, 'coverage.json');
    const probe = ['--probe', 'coverage', '--format', 'json', '--out', out];
    expect(await run('words', block, { input: text }, probe)).toMatchObject({ stdout: block.output, code: 0 });
    const report = JSON.parse(fs.readFileSync(out, 'utf8')) as CoverageReport;
    const functions = report.modules.flatMap((module) => module.functions);
    const coveredOf = (name: string): number | undefined =>
      functions.find((func) => func.name === name)?.instructions.covered;
    for (const name of ['__original_main', 'by_count', 'qsort', 'getopt', '__stdio_read']) {
      expect(coveredOf(name)).toBeGreaterThan(0);
    }
    // Only what is written to standard error needs it.
    expect(coveredOf('fprintf')).toBe(0);
  });
});

/** What is used here of the report of `--probe coverage --format json`. */
interface CoverageReport {
  readonly modules: readonly {
    readonly functions: readonly { readonly name: string; readonly instructions: { readonly covered: number } }[];
  }[];
}

/** The errors under which native crashes appear, and a function that has to be in the stack trace. */
const traps: Readonly<Record<string, readonly [message: string, within: string]>> = {
  abort: ['unreachable', 'at abort '],
  assert: ['unreachable', 'at __assert_fail '],
  endless: ['Maximum call stack size exceeded', 'more frames'],
  divide: ['divide by zero', 'at __original_main '],
  pointer: ['memory access out of bounds', 'at __original_main '],
  null: ['null function', 'at __original_main '],
};

describe('a program that ends', () => {
  test.each([...recorded('ends').values()])('by $args', async (block) => {
    const [how = ''] = block.args;
    const result = await run('ends', block);
    expect(result.stdout).toBe(block.output);
    expect(result.stderr.startsWith('[2]\n')).toBe(true);
    if (block.code !== undefined) {
      expect(result).toMatchObject({ code: block.code, stderr: '[2]\n' });
      return;
    }
    const [message = '', within = ''] = traps[how] ?? [];
    expect(result.code).toBe(134);
    expect(result.stderr).toContain(`wiz: trap: ${message}`);
    expect(result.stderr).toContain(within);
  });
});

/** The entries of a folder as `build.sh` lists them. */
function tree(root: string): string {
  const lines = fs.readdirSync(root, { withFileTypes: true }).map((entry) => {
    const entryPath = path.join(root, entry.name);
    if (entry.isSymbolicLink()) return [entry.name, `${entry.name} -> ${fs.readlinkSync(entryPath)}\n`];
    if (entry.isDirectory()) return [entry.name, `${entry.name}/ ${fs.readdirSync(entryPath).join(' ')}\n`];
    return [entry.name, `${entry.name}:\n${fs.readFileSync(entryPath, 'utf8')}`];
  });
  const sorted = lines.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return sorted.map(([, text]) => text).join('');
}

test('files and folders, the errors they give, and what is left of them', async () => {
  const block = blockOf('files', 'files box');
  const box = path.join(folder, 'box');
  fs.mkdirSync(box);
  fs.copyFileSync(fixture('input.txt'), path.join(box, 'input.txt'));
  const result = await run('files', block, {}, ['--dir', `${box}::box`]);
  expect(result).toMatchObject({ stdout: block.output, stderr: '', code: 0 });
  expect(tree(box)).toBe(fs.readFileSync(fixture('files.tree'), 'utf8'));
});

test('a folder that was not given does not exist for the program', async () => {
  const result = await runCli([fixture('files.wasm'), '.'], { cwd: folder });
  expect(result.code).not.toBe(0);
  expect(fs.existsSync(path.join(folder, 'numbers.txt'))).toBe(false);
});
