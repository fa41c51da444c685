/** The result as figures and tables: for people two narrow tables, for tools a wide one. */

import type { Cell, Column, Figure, Section, Table } from '../../analyses/index.ts';
import { endingText } from './evaluate.ts';
import { isMeasured, type MeasuredConfiguration, type OverheadResult, titleOf } from './result.ts';

/** For people. */
export function sectionsForPeople(result: OverheadResult): Section[] {
  const tables = [timesTable(result), ...(hasProbes(result) ? [costTable(result)] : [])];
  return [{ figures: figures(result), tables, lines: notes(result) }];
}

/** For tools: all in one table. */
export function sectionsForTools(result: OverheadResult): Section[] {
  return [{ tables: [wholeTable(result)] }];
}

function measuredOf({ configurations }: OverheadResult): MeasuredConfiguration[] {
  return configurations.filter(isMeasured);
}

function hasProbes({ configurations }: OverheadResult): boolean {
  return configurations.some(({ probe }) => probe !== null);
}

function figures({ runs, warmup }: OverheadResult): Figure[] {
  return [
    { label: 'rounds', value: runs, kind: 'exact' },
    { label: 'to warm up', value: warmup, kind: 'exact' },
  ];
}

/** What ran, and how it ended. */
function programText(result: OverheadResult): string[] {
  const { program, invoke, args } = result;
  const reference = measuredOf(result).find(({ engine, probe }) => engine === result.reference && probe === null);
  if (reference === undefined) return [];
  const { message, ...ending } = reference.ending;
  const what = invoke === null ? program : `${invoke}(${args.join(', ')})`;
  return [`${what} ${endingText(ending)}${message === undefined ? '' : `: ${message}`}.`];
}

/** The tier on its own line, its probes below it. */
function rowTitle({ engine, probe }: { readonly engine: string; readonly probe: string | null }): string {
  if (probe !== null) return `  ${probe}`;
  return engine === 'native' ? 'V8' : engine;
}

function timesTable(result: OverheadResult): Table {
  const columns: Column[] = [
    { key: 'configuration', title: 'engine and probe', kind: 'text' },
    { key: 'time', kind: 'time' },
    { key: 'min', kind: 'time' },
    { key: 'max', kind: 'time' },
    { key: 'ratio', title: 'to the tier', kind: 'ratio' },
    { key: 'ratio_range', title: 'from - to', kind: 'text' },
    { key: 'to_native', title: 'to V8', kind: 'ratio' },
    { key: 'memory', kind: 'bytes' },
  ];
  const rows = result.configurations.map((one): Cell[] => {
    if (!isMeasured(one)) return [rowTitle(one), 'failed'];
    const { totalMs, toPlain, toNative, peakBytes, probe } = one;
    const range =
      toPlain === null || probe === null ? undefined : `${toPlain.min.toFixed(2)} - ${toPlain.max.toFixed(2)}`;
    return [
      rowTitle(one),
      totalMs.median,
      totalMs.min,
      totalMs.max,
      toPlain?.median,
      range,
      toNative?.median,
      peakBytes,
    ];
  });
  return { id: 'times', title: 'Times: medians, and what they lie between', columns, rows, top: rows.length };
}

function costTable(result: OverheadResult): Table {
  const columns: Column[] = [
    { key: 'configuration', title: 'engine and probe', kind: 'text' },
    { key: 'events', kind: 'count' },
    { key: 'added', kind: 'time' },
    { key: 'ns', title: 'ns an event', kind: 'ratio' },
    { key: 'dispatch', kind: 'share' },
    { key: 'own', title: 'own code', kind: 'share' },
    { key: 'report', kind: 'time' },
    { key: 'compiled', kind: 'count' },
    { key: 'left', title: 'deopts', kind: 'count' },
  ];
  const rows = measuredOf(result)
    .filter(({ engine }) => engine !== 'native')
    .map((one): Cell[] => {
      const { cost, compiled } = one;
      const code = compiled === null ? undefined : compiled.functions + compiled.loops;
      return [
        rowTitle(one),
        cost?.events,
        cost?.addedMs.median,
        // Without shares, it is not told whether anything is added.
        cost?.dispatchShare === null ? undefined : (cost?.nsPerEvent ?? undefined),
        cost?.dispatchShare ?? undefined,
        cost?.ownShare ?? undefined,
        cost?.reportMs ?? undefined,
        code,
        compiled?.deoptimisations,
      ];
    });
  return { id: 'costs', title: 'Probes', columns, rows, top: rows.length };
}

function notes(result: OverheadResult): string[] {
  const { configurations, varies, host } = result;
  const failures = configurations.flatMap((one) => (isMeasured(one) ? [] : [`${titleOf(one)}: ${one.failure}`]));
  const measured = measuredOf(result);
  const differences = measured.flatMap((one) =>
    one.difference === null ? [] : [`${titleOf(one)}: not the same result as ${nameOf(result)}: ${one.difference}`],
  );
  const disabled = measured.find(({ compiled }) => compiled?.disabled !== undefined)?.compiled?.disabled;
  return [
    ...programText(result),
    ...failures,
    ...differences,
    ...measured.flatMap((one) => {
      const reason = one.cost?.emptyFailure ?? null;
      return reason === null ? [] : [`${titleOf(one)}: no run with empty probes: ${reason}`];
    }),
    ...(disabled === undefined ? [] : [`Nothing is compiled: ${disabled}`]),
    ...(varies
      ? ['The program prints something else in every run, also without probes: results were not compared.']
      : []),
    ...(differences.length === 0 && !varies && measured.length > 1
      ? ['Output and exit code are the same in all runs.']
      : []),
    `Each run has a process of its own, whose start does not count. Node ${host.node}, V8 ${host.v8}, ${host.cores} x ${host.cpu}.`,
  ];
}

function nameOf({ reference }: OverheadResult): string {
  return reference === 'native' || reference === null ? 'V8' : reference;
}

const spreadColumns = (key: string, kind: Column['kind']): Column[] =>
  ['min', 'q1', 'median', 'q3', 'max'].map((name) => ({ key: `${key}_${name}`, kind }));

function wholeTable(result: OverheadResult): Table {
  const columns: Column[] = [
    { key: 'engine', kind: 'text' },
    { key: 'probe', kind: 'text' },
    { key: 'failure', kind: 'text' },
    { key: 'difference', kind: 'text' },
    ...spreadColumns('total_ms', 'time'),
    { key: 'load_ms', kind: 'time' },
    { key: 'run_ms', kind: 'time' },
    { key: 'report_ms', kind: 'time' },
    ...spreadColumns('to_plain', 'ratio'),
    ...spreadColumns('to_native', 'ratio'),
    { key: 'peak_bytes', kind: 'bytes' },
    { key: 'events', kind: 'count' },
    { key: 'insertions', kind: 'count' },
    { key: 'changes', kind: 'count' },
    { key: 'ns_per_event', kind: 'ratio' },
    { key: 'dispatch_ms', kind: 'time' },
    { key: 'own_ms', kind: 'time' },
    { key: 'dispatch_share', kind: 'share' },
    { key: 'own_share', kind: 'share' },
    { key: 'compiled_functions', kind: 'count' },
    { key: 'compiled_loops', kind: 'count' },
    { key: 'invalidations', kind: 'count' },
    { key: 'deoptimisations', kind: 'count' },
  ];
  const rows = result.configurations.map((one): Cell[] =>
    isMeasured(one) ? wholeRow(one) : [one.engine, one.probe ?? '', one.failure],
  );
  return { id: 'overhead', title: 'Overhead', columns, rows };
}

function wholeRow(one: MeasuredConfiguration): Cell[] {
  const { engine, probe, difference, totalMs, toPlain, toNative, cost, compiled } = one;
  const five = (spread: MeasuredConfiguration['toPlain']): Cell[] => {
    const { min, q1, median, q3, max } = spread ?? {};
    return [min, q1, median, q3, max];
  };
  return [
    engine,
    probe ?? '',
    '',
    difference ?? '',
    ...five(totalMs),
    one.loadMs.median,
    one.runMs.median,
    cost?.reportMs ?? undefined,
    ...five(toPlain),
    ...five(toNative),
    one.peakBytes,
    cost?.events,
    cost?.insertions,
    cost?.changes,
    cost?.nsPerEvent ?? undefined,
    cost?.dispatchMs ?? undefined,
    cost?.ownMs ?? undefined,
    cost?.dispatchShare ?? undefined,
    cost?.ownShare ?? undefined,
    compiled?.functions,
    compiled?.loops,
    compiled?.invalidations,
    compiled?.deoptimisations,
  ];
}
