/**
 * What instrumentation costs in the compiling tier: `npm run bench:instrumented [program...]
 * [-- --kinds a,b --rounds N --small --json FILE]`.
 *
 * Times relative to the same program without probes in the same tier, steady state, in turns; medians. Each program has a
 * process of its own. Before anything is timed, each kind has seen the same in this tier as in the interpreter.
 * `-`: the program has no such place.
 * `detached`: counters were at every instruction while the program ran, and were removed.
 * `again`: a second instance without probes, for the difference that two measurements of the same have.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { internals, type ModuleInstance } from '../engine/index.ts';
import { inChild, serve } from './child.ts';
import { engineOf, type Run, type TierName } from './engines.ts';
import { type Instrumentation, instrumentations } from './instrumentations.ts';
import { type Kernel, kernelFile, kernels } from './kernels.ts';
import { geometricMean, measure, warmUp } from './measure.ts';
import { benchOptions, hostText, SMALL_NOTE } from './options.ts';
import { failureLines, textTable } from './table.ts';
import { programsOf } from './tier-programs.ts';

const WARM_UP_MS = 800;
const TURN_MS = 100;
const PLAIN = 'plain';
const DETACHED = 'detached';
/** A second instance without probes: what it differs by is not the probes. */
const AGAIN = 'again';
/** Above this, "nothing attached" is more than what two runs of the same code differ by. */
const DETACHED_LIMIT = 1.03;
const kinds = [...instrumentations.map(({ name }) => name), DETACHED, AGAIN];

interface Order {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly rounds: number;
  readonly isSmall: boolean;
}

interface Measured {
  readonly name: string;
  readonly plainMs: number;
  /** Milliseconds by kind; none where the program has no place for it. */
  readonly ms: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, string>>;
}

interface Instantiated {
  readonly instance: ModuleInstance;
  readonly run: Run;
}

function instantiate(tier: TierName, file: string): Instantiated {
  const { Module, Instance } = engineOf(tier).WebAssembly;
  const object = new Instance(new Module(new Uint8Array(readFileSync(file))));
  return { instance: internals.instanceOf(object), run: object.exports.run as Run };
}

interface Seen {
  readonly places: number;
  readonly seen: unknown;
}

function expectResult({ name, small }: Kernel, run: Run): void {
  const result = run(small.n);
  if (!Object.is(result, small.result)) throw new Error(`${name} computes ${result}, not ${small.result}`);
}

/** What a kind has seen of two small runs, and how many places it has. */
function seenIn(tier: TierName, kernel: Kernel, file: string, { attach }: Instrumentation): Seen {
  const { instance, run } = instantiate(tier, file);
  const observation = attach(instance);
  expectResult(kernel, run);
  expectResult(kernel, run);
  // A copy: what it gives may change when the probes are removed.
  const seen: unknown = structuredClone(observation.seen());
  observation.detach();
  return { places: observation.places, seen };
}

/** `run` of an instance with the kind attached, or with counters that are gone again; undefined where it has no place. */
function instrumentedRun(kind: string, kernel: Kernel, file: string): Run | undefined {
  if (kind === AGAIN) return instantiate('js', file).run;
  const wanted = kind === DETACHED ? 'counters' : kind;
  const instrumentation = instrumentations.find(({ name }) => name === wanted) as Instrumentation; // names are checked before
  const there = seenIn('interpreter', kernel, file, instrumentation);
  if (there.places === 0) return undefined;
  if (!isDeepStrictEqual(seenIn('js', kernel, file, instrumentation), there)) {
    throw new Error(`${wanted} saw something else than in the interpreter`);
  }
  const { instance, run } = instantiate('js', file);
  const observation = instrumentation.attach(instance);
  if (kind === DETACHED) {
    for (let i = 0; i < 10; i++) expectResult(kernel, run);
    observation.detach();
  }
  expectResult(kernel, run);
  return run;
}

/** In a process of its own. */
async function measureProgram({ name, kinds, rounds, isSmall }: Order): Promise<Measured> {
  const [kernel] = programsOf(kernels, [name]) as [Kernel];
  const file = await kernelFile(kernel);
  const n = isSmall ? kernel.small.n : kernel.n;
  const plain = instantiate('js', file).run;
  expectResult(kernel, plain);
  const runs: Record<string, Run> = { [PLAIN]: plain };
  const failures: Record<string, string> = {};
  for (const kind of kinds) {
    try {
      const run = instrumentedRun(kind, kernel, file);
      if (run !== undefined) runs[kind] = run;
    } catch (error) {
      failures[kind] = error instanceof Error ? error.message : String(error);
    }
  }
  const expected = plain(n);
  for (const [kind, run] of Object.entries(runs)) {
    warmUp(() => run(n), isSmall ? 10 : WARM_UP_MS);
    if (!Object.is(run(n), expected)) throw new Error(`${name} computes something else with ${kind}`);
  }
  const tasks = Object.fromEntries(Object.entries(runs).map(([kind, run]) => [kind, () => run(n)]));
  const times = await measure(tasks, { rounds, turnMs: TURN_MS });
  const ms = Object.fromEntries(Object.entries(times).map(([kind, { medianMs }]) => [kind, medianMs]));
  return { name, plainMs: ms[PLAIN] as number, ms, failures };
}

/** A program that fails as a whole is a failure of every kind, and the others go on. */
async function measureInChild(order: Order): Promise<Measured> {
  try {
    return await inChild<Order, Measured>(import.meta.url, order);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const failures = Object.fromEntries(order.kinds.map((kind) => [kind, message]));
    return { name: order.name, plainMs: NaN, ms: {}, failures };
  }
}

const times = (ratio: number) => `${ratio.toFixed(2)}x`;

function ratios(measured: readonly Measured[], kind: string): number[] {
  return measured.map(({ ms, plainMs }) => (ms[kind] ?? NaN) / plainMs).filter((ratio) => !Number.isNaN(ratio));
}

function resultTable(chosen: readonly string[], measured: readonly Measured[]): string {
  const rows = measured.map(({ name, plainMs, ms, failures }) => {
    const missing = (kind: string) => (failures[kind] === undefined ? '-' : 'fails');
    const cells = chosen.map((kind) => (ms[kind] === undefined ? missing(kind) : times(ms[kind] / plainMs)));
    return [name, plainMs.toFixed(2), ...cells];
  });
  const mean = (kind: string) => geometricMean(ratios(measured, kind));
  rows.push(['= mean', '', ...chosen.map((kind) => (ratios(measured, kind).length > 0 ? times(mean(kind)) : '-'))]);
  return [textTable(['program', 'js ms', ...chosen], rows), ...failureLines(measured)].join('\n');
}

function verdict(kind: string, measured: readonly Measured[]): string {
  const found = instrumentations.find(({ name }) => name === kind);
  const hasFailed = measured.some(({ failures }) => failures[kind] !== undefined);
  if (kind === AGAIN)
    return `-       ${kind} ${times(geometricMean(ratios(measured, kind)))}: a second instance without probes`;
  if (!hasFailed && ratios(measured, kind).length === 0) return `-       ${kind}: no program has a place for it`;
  const limit = found?.limit ?? DETACHED_LIMIT;
  const mean = geometricMean(ratios(measured, kind));
  const isMet = mean <= limit && !hasFailed;
  const text = found?.text ?? 'counters that were removed';
  return `${isMet ? 'met   ' : 'MISSED'}  ${kind} ${times(mean)}, at most ${times(limit)}: ${text}`;
}

async function main(): Promise<void> {
  const { names, chosen = kinds, rounds, isSmall, json } = benchOptions('kinds', 7);
  const wrong = chosen.find((kind) => !kinds.includes(kind));
  if (wrong !== undefined) throw new Error(`there is no kind ${wrong}: there are ${kinds.join(', ')}`);
  const measured: Measured[] = [];
  for (const { name } of programsOf(kernels, names)) {
    process.stderr.write(`${name} `);
    measured.push(await measureInChild({ name, kinds: chosen, rounds, isSmall }));
  }
  process.stderr.write('\n');
  console.log(`${hostText()}; medians of ${rounds} turns, relative to the same tier without probes\n`);
  console.log(resultTable(chosen, measured));
  console.log(`\n${isSmall ? SMALL_NOTE : chosen.map((kind) => verdict(kind, measured)).join('\n')}`);
  if (json !== undefined) writeFileSync(json, JSON.stringify({ host: hostText(), rounds, isSmall, measured }, null, 2));
}

if (!(await serve(measureProgram))) await main();
