/** Real packages in programs that know nothing of wiz: they print the same, whoever runs their WebAssembly. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCli, type CliResult, runCli } from '../cli/run-cli.ts';
import { isThorough, some } from '../support/thorough.ts';
import { type PackageProgram, packagePrograms, packageScript } from './packages.ts';
import { runNode } from './programs.ts';

const out = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-packages-'));
const programs = await packagePrograms(path.join(out, 'compiled'));

beforeAll(buildCli);

afterAll(() => {
  fs.rmSync(out, { recursive: true });
});

const everything = ['coverage', 'branches', 'hotness'];
/** One run with all that there is, by default; each tier with and without probes takes minutes. */
const runs: readonly (readonly [tier: string, probes: readonly string[]])[] = isThorough
  ? ['auto', 'js', 'interpreter'].flatMap((tier) => [[tier, []] as const, [tier, everything] as const])
  : [['auto', everything]];
const TIMEOUT_MS = 600_000;

/** Node warns of `node:wasi`, with the number of the process. */
function nodeArguments(name: string, args: readonly string[]): string[] {
  return ['--no-warnings', packageScript(name), ...args];
}

const natively = new Map<string, Promise<CliResult>>();

/** What a program prints without us. */
function native({ name, args }: PackageProgram): Promise<CliResult> {
  const known = natively.get(name) ?? runNode(nodeArguments(name, args));
  natively.set(name, known);
  return known;
}

interface Report {
  readonly modules: readonly { readonly name: string; readonly totals?: object }[];
}

/** What the files in a folder say, by analysis; a program of several processes has several of each. */
function reportsIn(folder: string): Map<string, Report[]> {
  const reports = new Map<string, Report[]>();
  for (const file of fs.readdirSync(folder)) {
    const [, analysis = ''] = /^(\w+)\.\d+\.json$/.exec(file) ?? [];
    const report = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')) as Report;
    reports.set(analysis, [...(reports.get(analysis) ?? []), report]);
  }
  return reports;
}

/** What reports call the module in a file. */
function titleOf(file: string): string {
  const near = path.relative(process.cwd(), file);
  return near.startsWith('..') ? file : near;
}

describe.each(runs)('with --tier %s and probes %j', { timeout: TIMEOUT_MS }, (tier, probes) => {
  test.each(
    some(
      programs.filter(({ isHeavy = false }) => isThorough || !isHeavy),
      3,
    ),
  )('$name prints what it prints natively', async (program) => {
    const { name, args, files, fileless } = program;
    const expected = await native(program);
    expect(expected.stdout.length).toBeGreaterThan(100);
    expect(expected.code).toBe(0);
    const folder = path.join(out, `${name}-${tier}`);
    const asked = probes.flatMap((probe) => ['--probe', probe]);
    const toFolder = probes.length > 0 ? ['--format', 'json', '--out', `${folder}/`] : [];
    const options = ['run', '--tier', tier, ...asked, ...toFolder];
    const result = await runCli([...options, '--', process.execPath, ...nodeArguments(name, args)]);
    expect(result).toEqual(expected);
    if (probes.length === 0) return;
    const reports = reportsIn(folder);
    expect([...reports.keys()].sort()).toEqual([...probes].sort());
    for (const all of reports.values()) {
      const names = all.flatMap(({ modules }) => modules.map((module) => module.name));
      const titles = files.map(titleOf);
      expect(names.filter((module) => titles.includes(module)).sort()).toEqual(titles.sort());
      // What has no file, since it stands in JavaScript, has the name that it gives itself, or its hash.
      expect(names.filter((module) => !titles.includes(module))).toHaveLength(fileless);
    }
  });
});
