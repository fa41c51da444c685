/** From what was measured to the result: spreads, ratios of the same round, what differs. */

import os from 'node:os';
import path from 'node:path';
import type { Counts, Measurement, Measurements, Series } from './measure.ts';
import type { Compiled, Counted, Measured } from './order.ts';
import type { MeasuredConfiguration, OverheadResult, ProbeCost, Unmeasured } from './result.ts';
import { difference, median, paired, ratio, type Spread, spreadOf } from './statistics.ts';

/** At least one round is complete. */
export function evaluate(measurement: Measurement, { series, counts, rounds }: Measurements): OverheadResult {
  const { program, warmup } = measurement;
  const reference = series.find(({ probe, failure }) => probe === null && failure === undefined);
  const varies = (reference?.results.size ?? 0) > 1;
  const comparedWith = varies ? undefined : reference;
  const shown = series.filter(({ use }) => use !== 'empty');
  return {
    kind: 'overhead',
    version: 1,
    program: path.basename(program.file),
    args: program.args,
    invoke: program.invoke ?? null,
    host: {
      node: process.version,
      v8: process.versions.v8,
      cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
      cores: os.cpus().length,
    },
    runs: rounds,
    warmup,
    reference: reference?.engine ?? null,
    varies,
    configurations: shown.map((one) => configurationOf(one, series, { counts, reference: comparedWith })),
  };
}

const totals = ({ measured }: Series): number[] => measured.map(({ loadMs, runMs }) => loadMs + runMs);

interface Beside {
  readonly counts: Counts;
  /** Undefined where results are not compared. */
  readonly reference: Series | undefined;
}

function configurationOf(
  one: Series,
  all: readonly Series[],
  { counts, reference }: Beside,
): MeasuredConfiguration | Unmeasured {
  const { engine, probe, failure, measured } = one;
  const [first] = measured;
  if (failure !== undefined || first === undefined) return { engine, probe, failure: failure ?? 'it was not run' };
  const plain = all.find((other) => other.engine === engine && other.probe === null);
  const native = all.find((other) => other.engine === 'native');
  const empty = all.find((other) => other.engine === engine && other.probe === probe && other.use === 'empty');
  const counted = probe === null ? undefined : counts.get(probe);
  return {
    engine,
    probe,
    ending: first.ending,
    difference: reference === undefined ? null : differenceOf(one, reference),
    loadMs: spreadOf(measured.map(({ loadMs }) => loadMs)),
    runMs: spreadOf(measured.map(({ runMs }) => runMs)),
    totalMs: spreadOf(totals(one)),
    toPlain: ratios(one, plain),
    toNative: ratios(one, native),
    peakBytes: median(measured.map(({ peakBytes }) => peakBytes)),
    compiled: compiledOf(measured),
    cost: plain === undefined || counted === undefined ? null : costOf(one, { plain, empty, counted }),
  };
}

/** The series, if it was measured in every round. */
function complete(series: Series | undefined, rounds: number): Series | undefined {
  return series?.failure === undefined && series?.measured.length === rounds ? series : undefined;
}

function ratios(one: Series, other: Series | undefined): Spread | null {
  const whole = complete(other, one.measured.length);
  return whole === undefined ? null : paired(totals(one), totals(whole), ratio);
}

function compiledOf(measured: readonly Measured[]): Compiled | null {
  const all = measured.flatMap(({ compiled }) => compiled ?? []);
  const [first] = all;
  if (first === undefined) return null;
  const middle = (key: 'functions' | 'loops' | 'refused' | 'timeMs' | 'invalidations' | 'deoptimisations'): number =>
    median(all.map((compiled) => compiled[key]));
  return {
    functions: middle('functions'),
    loops: middle('loops'),
    refused: middle('refused'),
    timeMs: middle('timeMs'),
    invalidations: middle('invalidations'),
    deoptimisations: middle('deoptimisations'),
    ...(first.disabled === undefined ? {} : { disabled: first.disabled }),
  };
}

interface Beneath {
  readonly plain: Series;
  readonly empty: Series | undefined;
  readonly counted: Counted;
}

function costOf(one: Series, { plain, empty, counted }: Beneath): ProbeCost | null {
  if (complete(plain, one.measured.length) === undefined) return null;
  const addedMs = paired(totals(one), totals(plain), difference);
  const reports = one.measured.flatMap(({ reportMs }) => reportMs ?? []);
  const { events } = counted;
  return {
    ...counted,
    addedMs,
    nsPerEvent: events === 0 ? null : (addedMs.median * 1e6) / events,
    reportMs: reports.length === 0 ? null : median(reports),
    ...partsOf(one, { plain, empty, addedMs }),
  };
}

type Parts = Pick<ProbeCost, 'emptyMs' | 'emptyFailure' | 'dispatchMs' | 'ownMs' | 'dispatchShare' | 'ownShare'>;

function partsOf(
  one: Series,
  { plain, empty, addedMs }: { readonly plain: Series; readonly empty: Series | undefined; readonly addedMs: Spread },
): Parts {
  const whole = complete(empty, one.measured.length);
  if (whole === undefined) {
    const emptyFailure = empty?.failure ?? 'it was not run';
    return { emptyMs: null, emptyFailure, dispatchMs: null, ownMs: null, dispatchShare: null, ownShare: null };
  }
  const dispatchMs = paired(totals(whole), totals(plain), difference).median;
  const ownMs = addedMs.median - dispatchMs;
  // Three rounds of four have to show that anything is added at all.
  const isTold = addedMs.q1 > 0;
  const dispatchShare = isTold ? Math.min(1, Math.max(0, dispatchMs / addedMs.median)) : null;
  return {
    emptyMs: spreadOf(totals(whole)),
    emptyFailure: null,
    dispatchMs,
    ownMs,
    dispatchShare,
    ownShare: dispatchShare === null ? null : 1 - dispatchShare,
  };
}

/** What the program shows of itself, as `measure` has noted it. */
interface Shown {
  readonly ending: { readonly kind: string; readonly code?: number };
  readonly stdout: string;
  readonly stderr: string;
}

function differenceOf({ results }: Series, reference: Series): string | null {
  const expected = [...reference.results][0] as string;
  const other = [...results].find((result) => result !== expected);
  if (other === undefined) return null;
  const [a, b] = [JSON.parse(other) as Shown, JSON.parse(expected) as Shown];
  const words = [
    ...(JSON.stringify(a.ending) === JSON.stringify(b.ending)
      ? []
      : [`it ${endingText(a.ending)}, not ${endingText(b.ending)}`]),
    ...(a.stdout === b.stdout ? [] : ['standard output differs']),
    ...(a.stderr === b.stderr ? [] : ['standard error differs']),
  ];
  return `${words.join('; ')}${results.size > 1 ? ' (not in every run)' : ''}`;
}

const endings: Readonly<Record<string, string>> = {
  returned: 'returned',
  trap: 'trapped',
  error: 'was ended by an error of the host or of a probe',
};

export function endingText({ kind, code }: Shown['ending']): string {
  return kind === 'exit' ? `ended with exit code ${code}` : (endings[kind] ?? kind);
}
