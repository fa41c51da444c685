/** Rounds: in each, every configuration runs once, so that all share what else the machine does meanwhile. */

import { CliError } from '../errors.ts';
import type { ProgramOptions } from '../program.ts';
import type { Answer, Counted, EngineName, Measured, Order, ProbeUse } from './order.ts';
import type { Configuration } from './result.ts';
import type { RunResult, Workshop } from './runs.ts';

export interface Measurement {
  readonly program: ProgramOptions;
  readonly wasmFile: string;
  readonly symbols: string | undefined;
  readonly threshold: number | undefined;
  /** Tiers of ours; V8 is always measured. */
  readonly tiers: readonly EngineName[];
  /** As `--probe` has them. */
  readonly probes: readonly string[];
  readonly runs: number;
  readonly warmup: number;
}

/** A configuration, or the same with empty probes, and what came of it. */
export interface Series extends Configuration {
  readonly use: ProbeUse | undefined;
  /** Of the rounds that count. */
  readonly measured: Measured[];
  /** Everything that the program shows of itself, of all rounds: different texts for different results. */
  readonly results: Set<string>;
  failure: string | undefined;
}

/** Events of a probe, by its text. */
export type Counts = ReadonlyMap<string, Counted>;

export interface Measurements {
  readonly series: readonly Series[];
  readonly counts: Counts;
  /** Rounds that count and are complete: fewer than asked for where somebody interrupted. */
  readonly rounds: number;
}

/** Is told what is about to run. */
export type Listener = (what: string) => void;

export async function measure(measurement: Measurement, workshop: Workshop, tell: Listener): Promise<Measurements> {
  const counts = await countEvents(measurement, workshop, tell);
  const series = seriesOf(measurement);
  const { runs, warmup } = measurement;
  let rounds = 0;
  for (let round = -warmup; round < runs && !workshop.hasStopped; round++) {
    const name = round < 0 ? `warm-up ${round + warmup + 1} of ${warmup}` : `round ${round + 1} of ${runs}`;
    const results = await runRound(measurement, workshop, series, (what) => tell(`${name}: ${what}`));
    if (results === undefined) break;
    for (const [one, result] of results) note(one, result, round >= 0);
    if (round >= 0) rounds++;
  }
  return { series, counts, rounds };
}

/** All results of a round, or none if it was interrupted. */
async function runRound(
  measurement: Measurement,
  workshop: Workshop,
  series: readonly Series[],
  tell: Listener,
): Promise<Map<Series, RunResult> | undefined> {
  const results = new Map<Series, RunResult>();
  for (const one of series) {
    if (one.failure !== undefined) continue;
    const { engine, probe, use } = one;
    tell(
      `${engine === 'native' ? 'V8' : engine}${probe === null ? '' : `, ${probe}`}${use === 'empty' ? ', empty' : ''}`,
    );
    results.set(one, await workshop.run(orderOf(measurement, workshop, one)));
    if (workshop.hasStopped) return undefined;
  }
  return results;
}

function note(series: Series, { answer, stdout, stderr }: RunResult, counts: boolean): void {
  if ('failure' in answer) {
    series.failure = answer.failure;
    return;
  }
  if (counts) series.measured.push(answer);
  series.results.add(JSON.stringify({ ending: shown(answer), stdout, stderr }));
}

/** Of messages only those of traps are the program's own, and engines may word them differently. */
function shown({ ending: { kind, code } }: Measured): object {
  return { kind, code };
}

function seriesOf({ tiers, probes }: Measurement): Series[] {
  const series = (engine: EngineName, probe: string | null, use?: ProbeUse): Series => ({
    engine,
    probe,
    use,
    measured: [],
    results: new Set(),
    failure: undefined,
  });
  return [
    series('native', null),
    ...tiers.flatMap((tier) => [
      series(tier, null),
      ...probes.flatMap((probe) => [series(tier, probe, 'full'), series(tier, probe, 'empty')]),
    ]),
  ];
}

function orderOf(
  { program, wasmFile, symbols, threshold, probes }: Measurement,
  workshop: Workshop,
  series: Series,
): Order {
  const { engine, probe, use } = series;
  return {
    program,
    wasmFile,
    symbols,
    engine,
    threshold,
    probe:
      probe === null || use === undefined
        ? undefined
        : { text: probe, use, logFile: workshop.path(`${probes.indexOf(probe)}.log`) },
  };
}

/**
 * Counts the events of each probe, in runs that are not timed. The first mistake of a user that only shows when the program is
 * instantiated shows here: a filter that selects nothing.
 */
async function countEvents(measurement: Measurement, workshop: Workshop, tell: Listener): Promise<Counts> {
  const counts = new Map<string, Counted>();
  for (const probe of measurement.probes) {
    const count = async (): Promise<Answer> => {
      tell(`counting the events of ${probe}`);
      const series = { engine: 'auto', probe, use: 'count' } as const;
      const order = orderOf(measurement, workshop, { ...series, measured: [], results: new Set(), failure: undefined });
      return (await workshop.run(order)).answer;
    };
    if (workshop.hasStopped) break;
    let answer = await count();
    // Once more, to know when they change.
    if (!('failure' in answer) && (answer.counted?.changes ?? 0) > 0 && !workshop.hasStopped) {
      const { counted } = answer;
      answer = await count();
      if (!('failure' in answer) && counted !== undefined) answer = { ...answer, counted };
    }
    if ('failure' in answer) {
      if (answer.isUsage) throw new CliError(answer.failure);
    } else if (answer.counted !== undefined) counts.set(probe, answer.counted);
  }
  return counts;
}
