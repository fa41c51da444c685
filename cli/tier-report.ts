/** The report of `--tier-report`: what the engine compiled, and why compiled code had to be left. */

import type { CauseCounts, TierReport } from '../engine/index.ts';
import { alignColumns, printable } from './text.ts';

export const TIER_REPORT_FORMATS: readonly string[] = ['text', 'json'];

/** Rows that a list in the text has at most; JSON has all. */
const MAX_ROWS = 20;

/** The report in a format; undefined is text. */
export function tierReportText(report: TierReport, format: string | undefined, program: string): string {
  return format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : textOf(report, program);
}

function textOf(report: TierReport, program: string): string {
  const { functions, compilations, osrEntries, invalidations, deoptimisations } = report;
  const count = (n: number): string => n.toLocaleString('en-US');
  const rows = [
    ['functions interpreted', count(functions.interpreted)],
    ['functions compiled', count(functions.compiled)],
    ['functions refused', count(functions.refused)],
    ['functions never called', count(functions.untouched)],
    [
      'compilations',
      `${count(compilations.functions + compilations.loops)} in ${compilations.timeMs.toFixed(1)} ms, ` +
        `${count(compilations.loops)} of them for loops`,
    ],
    ['entries at loops', count(osrEntries)],
    ['code that became wrong', count(invalidations.total)],
    ['activations that left code', count(deoptimisations.total)],
  ];
  const refused = functions.listed
    .filter(({ tier }) => tier === 'refused')
    .map(({ index, name, reason = '' }) => [`  ${printable(name)} (func ${index})`, reason]);
  const lines = [
    titleOf(report, program),
    '',
    ...alignColumns(rows),
    ...section('Refused functions', refused, functions.refused),
    ...causes('Code that became wrong, by function and cause', invalidations),
    ...causes('Activations that left code, by function and cause', deoptimisations),
  ];
  return `${lines.join('\n')}\n`;
}

function titleOf({ tier, threshold, disabled }: TierReport, program: string): string {
  const how = {
    auto: `auto, which compiles after ${threshold} calls and iterations`,
    js: 'js, which compiles everything',
    interpreter: 'interpreter',
  };
  const reason = disabled === undefined ? '' : `\nNothing is compiled: ${disabled}`;
  return `Tiers of ${printable(program)}: ${how[tier]}${reason}`;
}

function causes(title: string, { causes, total }: CauseCounts): string[] {
  const rows = causes.map(({ count, func, cause }) => [count, `${printable(func)}: ${printable(cause)}`]);
  const shown = causes.slice(0, MAX_ROWS).reduce((sum, { count }) => sum + count, 0);
  return section(title, rows, rows.length > MAX_ROWS ? MAX_ROWS + total - shown : rows.length);
}

/** A list with a title; of a long one, the beginning. `all` is what the rows and those not shown come to. */
function section(title: string, rows: readonly (readonly (string | number)[])[], all: number): string[] {
  if (rows.length === 0) return [];
  const shown = alignColumns(rows.slice(0, MAX_ROWS));
  const hidden = all - Math.min(rows.length, MAX_ROWS);
  return ['', title, ...shown, ...(hidden > 0 ? [`... and ${hidden} more`] : [])];
}
