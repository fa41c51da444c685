/** Reports in files and folders, merging and comparing of results, and what a CI asks of a run. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildCli, type CliResult, runCli } from './run-cli.ts';

const calculator = fileURLToPath(new URL('../../examples/calculator.wasm', import.meta.url));
let root = '';
let folder = '';

beforeAll(async () => {
  await buildCli();
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-reports-'));
});
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(root, 'test-'));
});
afterAll(() => {
  fs.rmSync(root, { recursive: true });
});

function wiz(...args: readonly string[]): Promise<CliResult> {
  return runCli(args, { cwd: folder });
}

/** Runs the calculator with a probe, whose result goes to a file. */
async function keep(file: string, expression: string, probe = 'coverage'): Promise<void> {
  const { code } = await wiz('--probe', probe, '--format', 'json', '--out', file, calculator, expression);
  expect(code).toBe(0);
}

function json(file: string): { modules: { instances: number; totals: Record<string, { covered: number }> }[] } {
  return JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
}

describe.concurrent('--out with a folder', () => {
  it('has a file for each probe and format, also of two probes of one kind', async () => {
    const own = fs.mkdtempSync(path.join(root, 'own-'));
    const args = ['--probe', 'hotness', '--probe', 'hotness:top=1', '--probe', 'coverage', '--tier-report'];
    const formats = ['--format', 'json', '--format', 'text,csv,lcov', '--out', 'new/folder/'];
    const result = await runCli([...args, ...formats, calculator, '1+2'], { cwd: own });
    expect(result).toMatchObject({ code: 0, stdout: '1+2 = 3.0\n', stderr: '' });
    expect(fs.readdirSync(path.join(own, 'new/folder')).sort()).toEqual([
      'coverage.csv',
      'coverage.json',
      'coverage.lcov',
      'coverage.lcov.wat',
      'coverage.txt',
      'hotness.2.concentration.csv',
      'hotness.2.csv',
      'hotness.2.json',
      'hotness.2.txt',
      'hotness.concentration.csv',
      'hotness.csv',
      'hotness.json',
      'hotness.txt',
      'tiers.json',
      'tiers.txt',
    ]);
    const [head, first] = fs.readFileSync(path.join(own, 'new/folder/hotness.csv'), 'utf8').split('\n');
    expect(head).toBe('function,index,pc,instruction,count,share,cumulative');
    expect(first).toMatch(/^~lib\/[^,]+,\d+,\d+,local\.get,\d+,0\.\d+,0\.\d+$/);
  });

  it('is refused where a file is in the way, before the program runs', async () => {
    const own = fs.mkdtempSync(path.join(root, 'own-'));
    fs.writeFileSync(path.join(own, 'file'), '');
    const result = await runCli(['--probe', 'coverage', '--out', 'file/', calculator, '1'], { cwd: own });
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(/^wiz: cannot write file\/coverage\.txt: /);
  });
});

describe('--format', () => {
  it.each([
    [['coverage'], 'dot', /^wiz: the probe coverage has no format "dot"\n/],
    [['hotness'], 'lcov', /^wiz: the probe hotness has no format "lcov"\n/],
    [['coverage', 'hotness'], 'lcov', /^wiz: the probe hotness has no format "lcov"\n/],
    [['coverage', 'hotness'], 'json', /--format json is for one report at a time: 2 would run together\n.*--out DIR\//],
    [['coverage'], 'json,', /^wiz: --format json, has an empty name of a format\n/],
    [['coverage'], 'lcov', /is not for a terminal/],
  ])('of %j: %s is refused', async (probes, format, message) => {
    const args = probes.flatMap((probe) => ['--probe', probe]);
    const { code, stderr, stdout } = await wiz(...args, '--format', format, calculator, '1');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('html of several probes is one page, which goes to one file', async () => {
    const probes = ['--probe', 'coverage', '--probe', 'hotness:top=3'];
    const { code, stderr } = await wiz(...probes, '--format', 'html', '--out', 'page.html', calculator, '1 + 2');
    expect([code, stderr]).toEqual([0, '']);
    const page = fs.readFileSync(path.join(folder, 'page.html'), 'utf8');
    expect(page.match(/<!doctype html>/gi)).toHaveLength(1);
    expect(page).toContain('<title>coverage, hotness of calculator.wasm</title>');
    const formats = ['--format', 'html,text', '--out', 'page.html'];
    expect((await wiz(...probes, ...formats, calculator, '1')).stderr).toMatch(/html is for one report at a time: 4/);
    const other = await wiz('--probe', 'flamegraph', ...probes, '--format', 'html', calculator, '1');
    expect(other.stderr).toMatch(/^wiz: the probe flamegraph has no format "html"\n/);
  });

  it('text and detail may follow each other', async () => {
    const { stderr } = await wiz('--probe', 'hotness', '--format', 'text,detail', calculator, '1');
    expect(stderr).toMatch(/Hottest instructions\n[\s\S]*\(func \$/);
  });
});

describe('wiz report', () => {
  it('merges results of runs, in any order, and shows them', async () => {
    await keep('a.json', '1 + 2');
    await keep('b.json', '(1 * 2)');
    const [ab, ba] = [await wiz('report', 'a.json', 'b.json'), await wiz('report', 'b.json', 'a.json')];
    expect(ab).toEqual(ba);
    expect(ab).toMatchObject({ code: 0, stderr: '' });
    expect(ab.stdout).toMatch(/^Coverage of 2 results, 2 instances together\n/);
    await wiz('report', 'a.json', 'b.json', '--format', 'json', '--out', 'ab.json');
    const covered = (file: string) => json(file).modules[0]?.totals.instructions?.covered as number;
    expect(covered('ab.json')).toBeGreaterThan(Math.max(covered('a.json'), covered('b.json')));
    expect(json('ab.json').modules[0]?.instances).toBe(2);
  });

  it('groups results by probe, and shows code of the module that it is given', async () => {
    await keep('a.json', '1 + 2');
    await keep('h.json', '1 + 2', 'hotness');
    const { stdout } = await wiz('report', 'a.json', 'h.json', '--probe', 'hotness:top=2');
    expect(stdout).toMatch(/^Coverage of 2 results\n[\s\S]*\nhotness of 2 results\n[\s\S]*\.\.\. and [\d,]+ more/);
    const detail = await wiz('report', 'h.json', '--format', 'detail', '--wasm', calculator);
    expect(detail.stdout).toMatch(/^hotness of calculator\.wasm\n[\s\S]*i32\.const/);
    const without = await wiz('report', 'h.json', '--format', 'detail');
    expect(without).toMatchObject({ code: 2, stdout: '' });
    expect(without.stderr).toMatch(/needs the module .*\nName the file of the module with --wasm FILE\.\n$/);
  });

  it('makes one page of results of several probes', async () => {
    await keep('a.json', '1 + 2');
    await keep('h.json', '1 + 2', 'hotness');
    const format = ['--format', 'html', '--wasm', calculator];
    const { code, stdout } = await wiz('report', 'a.json', 'h.json', ...format);
    expect(code).toBe(0);
    expect(stdout).toContain('<title>coverage, hotness of calculator.wasm</title>');
  });

  it.each([
    ['not there', undefined, /^wiz: cannot read x\.json: it does not exist\n$/],
    ['not JSON', '{', /^wiz: x\.json is not JSON: /],
    ['another JSON', '[1]', /^wiz: x\.json is not a result of wiz: it has no field "analysis"\n/],
    [
      'an unknown probe',
      '{"analysis":"hotnes"}',
      /^wiz: x\.json is a result of "hotnes", .*\ndid you mean "hotness"\?/,
    ],
    ['another version', '{"analysis":"coverage","version":1}', /^wiz: x\.json is of version 1 of coverage: this wiz/],
    ['what is no result', '{"analysis":"hotness","version":1,"modules":7}', /^wiz: x\.json cannot be used: /],
  ])('refuses a file that is %s', async (_what, content, message) => {
    if (content !== undefined) fs.writeFileSync(path.join(folder, 'x.json'), content);
    const { code, stdout, stderr } = await wiz('report', 'x.json');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

describe('wiz diff', () => {
  it('says what is lost and gained, with exit code 1; nothing and 0 for equal results', async () => {
    await keep('a.json', '1 + 2');
    await keep('b.json', '(1 * 2)');
    const { code, stdout } = await wiz('diff', 'a.json', 'b.json');
    expect(code).toBe(1);
    expect(stdout).toMatch(/Coverage lost: .*\n.*\ncalculator\/Parser#sum +\d+ /);
    expect(stdout).toMatch(/Coverage gained: .*\n.*\ncalculator\/Parser#parenthesis +\d+ /);
    expect(await wiz('diff', 'a.json', 'a.json')).toEqual({
      code: 0,
      signal: null,
      stderr: '',
      stdout: 'coverage of a.json and a.json: no difference\n',
    });
    const parsed = JSON.parse((await wiz('diff', 'a.json', 'b.json', '--format', 'json')).stdout);
    expect(parsed).toMatchObject({ analysis: 'coverage', differences: [{ tables: [{ id: 'lost' }, {}, {}] }] });
  });

  it('refuses results of two probes', async () => {
    await keep('a.json', '1');
    await keep('h.json', '1', 'hotness');
    const { code, stderr } = await wiz('diff', 'a.json', 'h.json');
    expect([code, stderr]).toEqual([2, 'wiz: a.json is a result of coverage, and h.json one of hotness\n']);
  });
});

describe('--check-coverage', () => {
  const run = (goals: string, ...probes: readonly string[]) =>
    wiz(...probes, '--check-coverage', goals, '--out', 'r.txt', calculator, '1 + 2');

  it('passes, or names what is too little and exits with 1', async () => {
    expect(await run('lines=10,functions=50', '--probe', 'coverage')).toMatchObject({ code: 0, stderr: '' });
    const { code, stderr } = await run('lines=99,functions=50,branches=80.5', '--probe', 'coverage');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^wiz: coverage of instructions is \d+\.\d\d %, and 99 % were asked for\nwiz: coverage of branches is .* 80\.5 % were asked for\n$/,
    );
  });

  it('leaves the exit code of a program that fails', async () => {
    fs.writeFileSync(path.join(folder, 'trap.wat'), '(module (func (export "_start") unreachable))');
    const { code, stderr } = await wiz('--probe', 'coverage', '--check-coverage', 'lines=100', 'trap.wat');
    expect(code).toBe(134);
    expect(stderr).not.toMatch(/asked for/);
  });

  it.each([
    ['lines', [], /needs a number from 0 to 100: lines=80/],
    ['lines=101', [], /needs a number from 0 to 100/],
    ['line=3', [], /knows no "line"\ndid you mean "lines"\?/],
    ['lines=3', ['--probe', 'hotness'], /--check-coverage needs coverage to check\nAdd --probe coverage\./],
  ])('%s with %j is refused', async (goals, probes, message) => {
    const { code, stdout, stderr } = await run(goals, ...probes);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});

describe('--max-instructions', () => {
  it('passes up to the number, which is the same in every tier, and not below it', async () => {
    const icount = ['--probe', 'icount', '--format', 'json', '--out', 'i.json'];
    await wiz(...icount, calculator, '1 + 2');
    const { executed } = (json('i.json') as unknown as { modules: { executed: number }[] }).modules[0] ?? {};
    for (const tier of ['interpreter', 'js', 'auto']) {
      const run = (maximum: number) =>
        wiz(...icount, '--tier', tier, '--max-instructions', String(maximum), calculator, '1 + 2');
      expect(await run(executed as number)).toMatchObject({ code: 0, stderr: '' });
      expect(await run((executed as number) - 1)).toMatchObject({
        code: 1,
        stderr: `wiz: ${executed} instructions were executed, and ${(executed as number) - 1} are allowed\n`,
      });
    }
  });

  it.each([
    [['--max-instructions', '1e3', '--probe', 'icount'], /--max-instructions 1e3 is not a whole number/],
    [['--max-instructions', '1000'], /--max-instructions needs a count to check\nAdd --probe icount\./],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await wiz(...args, calculator, '1');
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
