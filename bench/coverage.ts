/**
 * What coverage costs: `npx tsx bench/coverage.ts`.
 *
 * The first runs pay for the probes, each of which fires once; after that the code is the same as without. Runs with and
 * without coverage take turns. The last line is about a large module: instantiation has to put a probe at every entry.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Bench } from 'tinybench';
import { Coverage } from '../analyses/index.ts';
import { Engine } from '../engine/index.ts';
import { median } from './measure.ts';
import { programBytes, programs } from './programs.ts';
import { textTable } from './table.ts';

const ROUNDS = 15;
/** Runs of each fresh instance that are timed one by one. */
const FIRST_RUNS = 3;

type Run = (n: number) => unknown;

/** A fresh instance in an engine of its own. */
function instantiate(bytes: Uint8Array, hasCoverage: boolean): Record<string, unknown> {
  const engine = new Engine();
  const coverage = new Coverage();
  if (hasCoverage) engine.observe({ onInstance: (instance) => coverage.attach(instance) });
  const { Module, Instance } = engine.WebAssembly;
  const module = new Module(bytes);
  const imports: Record<string, Record<string, unknown>> = {};
  for (const { module: from, name, kind } of Module.imports(module)) {
    if (kind !== 'function') throw new Error(`no ${kind} can be provided for ${from}.${name}`);
    imports[from] = { ...imports[from], [name]: () => 0 };
  }
  return new Instance(module, imports as never).exports as Record<string, unknown>;
}

function milliseconds(action: () => unknown): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

/** Medians of the first runs of fresh instances: [with coverage][which run]. */
function firstRuns(bytes: Uint8Array, n: number): number[][] {
  const times = [false, true].map(() => Array.from({ length: FIRST_RUNS }, (): number[] => []));
  for (let round = -1; round < ROUNDS; round++) {
    for (const hasCoverage of [false, true]) {
      const run = instantiate(bytes, hasCoverage).run as Run;
      for (let i = 0; i < FIRST_RUNS; i++) {
        const ms = milliseconds(() => run(n));
        if (round >= 0) times[hasCoverage ? 1 : 0]?.[i]?.push(ms);
      }
    }
  }
  return times.map((runs) => runs.map(median));
}

/** Medians of both, which take turns of at least `turnMs`. The first round does not count. */
async function inTurns(without: () => unknown, withCoverage: () => unknown, turnMs: number): Promise<[number, number]> {
  const times: Record<string, number[]> = { without: [], with: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const bench = new Bench({ time: turnMs, iterations: 1, warmup: false, throws: true });
    // Who comes first changes, since the first may have to clean up behind the second.
    const tasks = [
      () => bench.add('without', () => void without()),
      () => bench.add('with', () => void withCoverage()),
    ];
    for (const add of round % 2 === 0 ? tasks : tasks.reverse()) add();
    for (const { name, result } of await bench.run()) {
      if (!('latency' in result)) throw new Error(`${name} was not measured: ${result.state}`);
      if (round >= 0) times[name]?.push(result.latency.p50);
    }
  }
  return [median(times.without ?? []), median(times.with ?? [])];
}

/** Times of the same thing without and with coverage, and the difference. */
function cells(without: number, withCoverage: number): string[] {
  const change = (withCoverage / without - 1) * 100;
  return [without.toFixed(2), withCoverage.toFixed(2), `${change >= 0 ? '+' : ''}${change.toFixed(1)}%`];
}

// V8 compiles the interpreter itself while it runs: that is over before anything is measured.
for (const program of programs) {
  const bytes = await programBytes(program);
  for (let i = 0; i < 10; i++) (instantiate(bytes, i % 2 === 1).run as Run)(program.n);
}

const rows: string[][] = [];
for (const program of programs) {
  const bytes = await programBytes(program);
  // A small run, in which what coverage does is not lost in the work of the program.
  const [without = [], withCoverage = []] = firstRuns(bytes, program.small.n);
  for (let i = 0; i < FIRST_RUNS; i++) {
    rows.push([`${program.name}, run ${i + 1}`, ...cells(without[i] ?? 0, withCoverage[i] ?? 0)]);
  }
  const plain = instantiate(bytes, false).run as Run;
  const observed = instantiate(bytes, true).run as Run;
  const steady = await inTurns(
    () => plain(program.n),
    () => observed(program.n),
    50,
  );
  rows.push([`${program.name}, steady`, ...cells(...steady)]);
}

const largeModule = readFileSync(createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm'));
const large = await inTurns(
  () => instantiate(largeModule, false),
  () => instantiate(largeModule, true),
  100,
);
rows.push(['sql.js, compile and instantiate', ...cells(...large)]);

console.log(textTable(['milliseconds', 'without', 'coverage', 'cost'], rows));
