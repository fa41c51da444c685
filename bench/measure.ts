/** Measuring: medians of samples that were taken in turns, so that all tasks share what else the machine does. */

import { Bench } from 'tinybench';

export interface Task {
  readonly name: string;
  /** Before the measured part, each time. */
  readonly before?: () => void;
  readonly run: () => void;
  readonly after?: () => void;
}

export interface MeasureOptions {
  /** How often each task gets its turn. */
  readonly rounds: number;
  /** How long a turn is at least, in milliseconds; a task runs at least once in it. */
  readonly turnMs: number;
}

export interface Timing {
  /** Median of the medians of all turns, in milliseconds a run. */
  readonly medianMs: number;
  /** The fastest and the slowest turn. */
  readonly fastestMs: number;
  readonly slowestMs: number;
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** Runs each task once and again until `timeMs` are over; the samples of each, in milliseconds. */
function samplesOf(tasks: readonly Task[], timeMs: number): (readonly [name: string, samples: readonly number[]])[] {
  const bench = new Bench({ iterations: 1, time: timeMs, warmup: false, retainSamples: true });
  for (const { name, before, run, after } of tasks) {
    bench.add(name, () => run(), { beforeEach: () => before?.(), afterEach: () => after?.() });
  }
  bench.runSync();
  return bench.tasks.map(({ name, result }) => {
    if (result.state === 'errored') throw result.error;
    if (result.state !== 'completed') throw new Error(`${name} was not measured: ${result.state}`);
    return [name, result.latency.samples ?? []] as const;
  });
}

/** Milliseconds of each task in each round, by name; the rounds that warm up are left out. */
export async function interleaved(tasks: readonly Task[], rounds: number, warmups = 3): Promise<Map<string, number[]>> {
  const all = new Map<string, number[]>(tasks.map(({ name }) => [name, []]));
  for (let round = 0; round < warmups + rounds; round++) {
    for (const [name, samples] of samplesOf(tasks, 0)) if (round >= warmups) all.get(name)?.push(...samples);
  }
  return all;
}

/** Gives each task turns of some length, after one round that does not count: for tasks that take a few milliseconds. */
export async function measure<Name extends string>(
  tasks: Readonly<Record<Name, () => unknown>>,
  { rounds, turnMs }: MeasureOptions,
): Promise<Record<Name, Timing>> {
  const names = Object.keys(tasks) as Name[];
  const list = names.map((name): Task => ({ name, run: () => void tasks[name]() }));
  const turns = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, samples] of samplesOf(list, turnMs)) if (round >= 0) turns.get(name)?.push(median(samples));
  }
  const timing = (name: Name): Timing => {
    const all = turns.get(name) as number[];
    return { medianMs: median(all), fastestMs: Math.min(...all), slowestMs: Math.max(...all) };
  };
  return Object.fromEntries(names.map((name) => [name, timing(name)])) as Record<Name, Timing>;
}

/** Geometric mean; NaN of nothing. */
export function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

/** Runs a task again and again, for at least `ms` and five times, or twice where it takes that long: V8 has optimised it then. */
export function warmUp(task: () => unknown, ms: number): void {
  const start = performance.now();
  for (let i = 0; ; i++) {
    task();
    const elapsed = performance.now() - start;
    if (elapsed >= ms && (i >= 4 || (i >= 1 && elapsed >= 5 * ms))) return;
  }
}
