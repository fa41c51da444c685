/**
 * Real packages, as whole processes: `npm run bench:packages -- [package...] [--modes native,auto,coverage --rounds N --json FILE]`.
 *
 * For each package a program that uses it as its documentation shows (`wasm-tests/run-program/programs/packages/`), run by Node as it is, with its
 * WebAssembly in wiz, and with coverage as well. Processes take turns; medians of wall-clock time, start-up included, and of peak memory: that of
 * the largest process, where a program has several. Programs whose names end in `*` do about half a second of native work, and have a target.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type PackageProgram, packagePrograms, packageScript } from '../wasm-tests/run-program/packages.ts';
import { geometricMean, median } from './measure.ts';
import { benchOptions, hostText } from './options.ts';
import { projectPath } from './places.ts';
import { failureLines, textTable } from './table.ts';

/** Times native, of programs that work for half a second. */
const LIMIT = 3;
/** What esbuild bundles in half a second: a bundler in one file. */
const LARGE_SOURCE = projectPath('node_modules', '@rollup', 'wasm-node', 'dist', 'shared', 'rollup.js');
/** Marks their names. */
const MARK = '*';

const register = projectPath('dist', 'lib', 'cli', 'register', 'register.js');
const peakScript = projectPath('bench', 'peak.mjs');

/** Variables of each way to run a program. Native is the first: the others are compared with it. */
const modes: Readonly<Record<string, (folder: string) => Readonly<Record<string, string>> | undefined>> = {
  native: () => undefined,
  auto: () => ({ WIZ_TIER: 'auto' }),
  coverage: (folder) => ({
    WIZ_TIER: 'auto',
    WIZ_PROBE: 'coverage',
    WIZ_FORMAT: 'json',
    WIZ_OUT: join(folder, 'out/'),
  }),
};
const OURS = 'auto';

interface Measured {
  readonly name: string;
  /** Medians by mode: milliseconds, and megabytes. */
  readonly ms: Readonly<Record<string, number>>;
  readonly peakMB: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, string>>;
}

interface Sample {
  readonly ms: number;
  readonly peakMB: number;
  readonly printed: string;
}

/** Kilobytes of 1024 bytes in a megabyte. */
const KILOBYTES = 1e6 / 1024;

function run(program: PackageProgram, mode: string, folder: string): Sample {
  const settings = modes[mode]?.(folder);
  const peakFile = join(folder, 'peak');
  rmSync(peakFile, { force: true });
  const imports = [...(settings === undefined ? [] : [register]), peakScript];
  const env = {
    PATH: process.env.PATH,
    ...settings,
    BENCH_PEAK: peakFile,
    NODE_OPTIONS: imports.map((file) => `--import=${pathToFileURL(file).href}`).join(' '),
  };
  const args = ['--no-warnings', packageScript(program.name.replace(MARK, '')), ...program.args];
  const start = performance.now();
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`ended with ${status ?? signal}: ${stderr.trim().split('\n').at(-1)}`);
  if (stderr !== '') throw new Error(`wrote to standard error: ${stderr.trim()}`);
  const peaks = readFileSync(peakFile, 'utf8').trim().split('\n').map(Number);
  return { ms, peakMB: Math.max(...peaks) / KILOBYTES, printed: stdout };
}

function measureProgram(program: PackageProgram, chosen: readonly string[], rounds: number, folder: string): Measured {
  const samples = new Map<string, Sample[]>(chosen.map((mode) => [mode, []]));
  const failures: Record<string, string> = {};
  let expected: string | undefined;
  // The first round finds the files in no cache of the system.
  for (let round = -1; round < rounds; round++) {
    for (const [mode, taken] of samples) {
      try {
        const sample = run(program, mode, folder);
        expected ??= sample.printed;
        if (sample.printed !== expected) throw new Error('printed something else');
        if (round >= 0) taken.push(sample);
      } catch (error) {
        failures[mode] = error instanceof Error ? error.message : String(error);
        samples.delete(mode);
      }
    }
  }
  const medians = (of: (sample: Sample) => number) =>
    Object.fromEntries([...samples].map(([mode, taken]) => [mode, median(taken.map(of))]));
  return { name: program.name, ms: medians((s) => s.ms), peakMB: medians((s) => s.peakMB), failures };
}

function ratio({ ms }: Measured, mode: string): number | undefined {
  return ms[mode] === undefined || ms.native === undefined ? undefined : ms[mode] / ms.native;
}

const times = (value: number | undefined): string => (value === undefined ? 'fails' : `${value.toFixed(2)}x`);
const whole = (value: number | undefined): string => value?.toFixed(0) ?? 'fails';

function print(chosen: readonly string[], measured: readonly Measured[]): void {
  const others = chosen.filter((mode) => mode !== 'native');
  const rows = measured.map((m) => [
    m.name,
    whole(m.ms.native),
    ...others.flatMap((mode) => [whole(m.ms[mode]), times(ratio(m, mode))]),
    ...chosen.map((mode) => whole(m.peakMB[mode])),
  ]);
  const mean = (mode: string) =>
    times(geometricMean(measured.map((m) => ratio(m, mode)).filter((r) => r !== undefined)));
  rows.push(['= mean', '', ...others.flatMap((mode) => ['', mean(mode)]), ...chosen.map(() => '')]);
  const header = ['package', 'native ms', ...others.flatMap((mode) => [`${mode} ms`, 'to native'])];
  console.log(textTable([...header, ...chosen.map((mode) => `${mode} MB`)], rows));
  for (const line of failureLines(measured)) console.log(line);
}

/** Is the target met by the programs that have one? */
function verdict(measured: readonly Measured[]): string {
  const known = measured.filter(({ name }) => name.endsWith(MARK));
  if (known.length === 0) return 'no program with a target was measured';
  const parts = known.map((m) => `${m.name} ${times(ratio(m, OURS))}`);
  const isMet = known.every((m) => (ratio(m, OURS) ?? Number.POSITIVE_INFINITY) <= LIMIT);
  return `${isMet ? 'met   ' : 'MISSED'}  ${OURS} at most ${times(LIMIT)}: ${parts.join(', ')}`;
}

/** The programs, and those that work for longer. */
async function programsIn(folder: string): Promise<PackageProgram[]> {
  const all = await packagePrograms(join(folder, 'compiled'));
  const longer = (name: string, args: readonly string[]): PackageProgram[] =>
    all.filter((program) => program.name === name).map((program) => ({ ...program, name: `${name}${MARK}`, args }));
  return [...all, ...longer('sql', ['300']), ...longer('esbuild', [LARGE_SOURCE])];
}

async function main(): Promise<void> {
  const { names, chosen = Object.keys(modes), rounds, json } = benchOptions('modes', 5);
  const wrong = chosen.find((mode) => modes[mode] === undefined);
  if (wrong !== undefined) throw new Error(`there is no mode ${wrong}: there are ${Object.keys(modes).join(', ')}`);
  if (!existsSync(register)) throw new Error('the package is not built: npm run build');
  const order = Object.keys(modes).filter((mode) => mode === 'native' || chosen.includes(mode));
  const folder = mkdtempSync(join(tmpdir(), 'wiz-bench-'));
  try {
    const all = await programsIn(folder);
    const unknown = names.find((name) => !all.some((program) => program.name === name));
    if (unknown !== undefined) {
      throw new Error(`there is no package "${unknown}": there are ${all.map(({ name }) => name).join(', ')}`);
    }
    const measured: Measured[] = [];
    for (const program of all) {
      if (names.length > 0 && !names.includes(program.name)) continue;
      process.stderr.write(`${program.name} `);
      measured.push(measureProgram(program, order, rounds, folder));
    }
    process.stderr.write('\n');
    console.log(`${hostText()}; medians of ${rounds} processes each\n`);
    print(order, measured);
    console.log(`\n${verdict(measured)}`);
    if (json !== undefined) writeFileSync(json, JSON.stringify({ host: hostText(), rounds, measured }, null, 2));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main();
