/**
 * Whole processes, from cold: `npm run bench:cold [program...] [-- --engines a,b --rounds N --small --json FILE]`.
 *
 * Programs of which V8's WebAssembly takes about 0.2 s, each run once by a new process of Node: by V8, by the built package in
 * a script of a few lines, and by the built command line. Processes take turns; medians of wall-clock time, start-up
 * included. The first line is a program that does nothing: start-up alone.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { type Kernel, kernelFile, kernels } from './kernels.ts';
import { geometricMean, median } from './measure.ts';
import { benchOptions, hostText, SMALL_NOTE } from './options.ts';
import { projectPath } from './places.ts';
import { failureLines, textTable } from './table.ts';
import { programsOf } from './tier-programs.ts';

/** Times V8's, in the mean. */
const LIMIT = 3;

const script = projectPath('bench', 'cold-run.mjs');
const command = projectPath('dist', 'lib', 'cli', 'bin.js');

type Arguments = (file: string, n: number) => string[];

const scripted =
  (tier: string): Arguments =>
  (file, n) => [script, tier, file, String(n)];

/** Arguments of Node. V8's own comes first: the others are compared with it. */
const engines: Readonly<Record<string, Arguments>> = {
  native: scripted('native'),
  auto: scripted('auto'),
  command: (file, n) => [command, '--tier', 'auto', '--invoke', 'run', file, String(n)],
  js: scripted('js'),
  interpreter: scripted('interpreter'),
};
const OURS = 'auto';
const standard = ['native', OURS, 'command'];

interface Program {
  readonly name: string;
  readonly kernel: Kernel;
  readonly n: number;
  /** What it prints; undefined: what V8's own prints. */
  readonly expected: string | undefined;
}

interface Measured {
  readonly name: string;
  readonly n: number;
  /** Medians by engine. */
  readonly ms: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, string>>;
}

/** The command line prints an f32 with as many digits as tell it from its neighbours, which may be fewer than those of the number. */
function isSame(printed: string, result: string): boolean {
  return printed === result || Object.is(Math.fround(Number(printed)), Number(result));
}

/** Runs a process to its end; its time in milliseconds and what it printed. */
function timed(args: readonly string[]): { readonly ms: number; readonly printed: string } {
  const start = performance.now();
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`ended with ${status ?? signal}: ${stderr.trim().split('\n').at(-1)}`);
  return { ms, printed: stdout.trim() };
}

function measureProgram(
  { name, n, expected }: Program,
  file: string,
  chosen: readonly string[],
  rounds: number,
): Measured {
  const samples = new Map<string, number[]>(chosen.map((engine) => [engine, []]));
  const failures: Record<string, string> = {};
  let result = expected;
  // The first round finds the files in no cache of the system.
  for (let round = -1; round < rounds; round++) {
    for (const [engine, times] of samples) {
      try {
        const { ms, printed } = timed((engines[engine] as Arguments)(file, n)); // names are checked before
        result ??= printed;
        if (!isSame(printed, result)) throw new Error(`wrong: ${printed}, not ${result}`);
        if (round >= 0) times.push(ms);
      } catch (error) {
        failures[engine] = error instanceof Error ? error.message : String(error);
        samples.delete(engine);
      }
    }
  }
  return { name, n, ms: Object.fromEntries([...samples].map(([engine, times]) => [engine, median(times)])), failures };
}

function ratio({ ms }: Measured, engine: string): number | undefined {
  return ms[engine] === undefined || ms.native === undefined ? undefined : ms[engine] / ms.native;
}

const times = (value: number) => `${value.toFixed(2)}x`;

function mean(measured: readonly Measured[], engine: string): number {
  return geometricMean(measured.map((m) => ratio(m, engine)).filter((r) => r !== undefined));
}

function print(chosen: readonly string[], startUp: Measured, measured: readonly Measured[]): void {
  const others = chosen.filter((engine) => engine !== 'native');
  const row = (m: Measured) => {
    const cells = others.flatMap((engine) => {
      const to = ratio(m, engine);
      return to === undefined ? ['', 'fails'] : [(m.ms[engine] as number).toFixed(0), times(to)];
    });
    return [m.name, m.ms.native?.toFixed(0) ?? 'fails', ...cells];
  };
  const rows = [startUp, ...measured].map(row);
  rows.push(['= mean', '', ...others.flatMap((engine) => ['', times(mean(measured, engine))])]);
  console.log(textTable(['program', 'V8 ms', ...others.flatMap((engine) => [`${engine} ms`, 'to V8'])], rows));
  for (const line of failureLines([startUp, ...measured])) console.log(line);
}

/** Is the target met, for every program? */
function verdict(measured: readonly Measured[]): string {
  const known = measured.filter(({ ms, failures }) => ms[OURS] !== undefined || failures[OURS] !== undefined);
  if (known.length === 0) return `${OURS} was not measured: no target is looked at`;
  const hasFailed = known.some(({ failures }) => failures[OURS] !== undefined);
  const over = known.filter((m) => (ratio(m, OURS) ?? 0) > LIMIT).map(({ name }) => name);
  const detail = over.length === 0 ? '' : `; more for ${over.join(', ')}`;
  const isMet = !hasFailed && over.length === 0;
  return `${isMet ? 'met   ' : 'MISSED'}  ${OURS} at most ${times(LIMIT)}: mean ${times(mean(known, OURS))}${detail}`;
}

async function main(): Promise<void> {
  const { names, chosen = standard, rounds, isSmall, json } = benchOptions('engines', 5);
  const wrong = chosen.find((engine) => engines[engine] === undefined);
  if (wrong !== undefined) throw new Error(`there is no engine ${wrong}: there are ${Object.keys(engines).join(', ')}`);
  if (!existsSync(command)) throw new Error('the package is not built: npm run build');
  const order = Object.keys(engines).filter((engine) => engine === 'native' || chosen.includes(engine));
  const run = async (program: Program) => {
    process.stderr.write(`${program.name} `);
    return measureProgram(program, await kernelFile(program.kernel), order, rounds);
  };
  const [nothing] = programsOf(kernels, ['fib']) as [Kernel];
  const startUp = await run({ name: '(start-up)', kernel: nothing, n: 1, expected: '1' });
  const measured: Measured[] = [];
  for (const kernel of programsOf(kernels, names)) {
    const expected = isSmall ? String(kernel.small.result) : undefined;
    measured.push(await run({ name: kernel.name, kernel, n: isSmall ? kernel.small.n : kernel.long, expected }));
  }
  process.stderr.write('\n');
  console.log(`${hostText()}; medians of ${rounds} processes each\n`);
  print(order, startUp, measured);
  console.log(`\n${isSmall ? SMALL_NOTE : verdict(measured)}`);
  if (json !== undefined) {
    writeFileSync(json, JSON.stringify({ host: hostText(), rounds, isSmall, startUp, measured }, null, 2));
  }
}

await main();
