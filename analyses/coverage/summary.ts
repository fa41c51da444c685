/** Coverage as a summary for people: totals, then the functions where most is missing. */

import picocolors from 'picocolors';
import { type CoverageResult, type FunctionCoverage, isCalled, type ModuleCoverage, type Share } from './data.ts';
import type { ReportContext } from '../report/report.ts';
import { counted, listLines, percent, printable, tableLines } from '../report/text.ts';

type Colors = ReturnType<typeof picocolors.createColors>;

/** Rows of functions, and lines of names, beyond which a list is cut. */
const MAX_ROWS = 30;
const MAX_NAME_LINES = 6;
/** Below this width the columns about blocks are left out. */
const MIN_WIDTH_FOR_BLOCKS = 72;

export function coverageSummary(result: CoverageResult, context: ReportContext): string {
  if (result.modules.length === 0) return `${emptyReport(context)}\n`;
  const sections = result.modules.map((module, i) => [
    ...totalsLines(module, titleOf(result, i, context), context),
    ...functionSection(module, context),
    ...uncalledSection(module, context),
  ]);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

export function emptyReport({ program }: ReportContext): string {
  return `Coverage of ${printable(program)}: nothing was instantiated`;
}

/** What a section is about: the program; of several modules, which one. */
export function titleOf({ modules }: CoverageResult, i: number, { program }: ReportContext): string {
  const { name, size, instances } = modules[i] as ModuleCoverage;
  const which =
    modules.length === 1
      ? ''
      : `, module ${i + 1} of ${modules.length} (${name ?? 'unnamed'}, ${counted(size, 'byte')})`;
  const together = instances === 1 ? '' : `, ${counted(instances, 'instance')} together`;
  return printable(`Coverage of ${program}${which}${together}`);
}

/** Title and totals. */
export function totalsLines({ totals }: ModuleCoverage, title: string, context: ReportContext): string[] {
  const colors = picocolors.createColors(context.colors);
  const row = (name: string, share: Share): (string | number)[] => [
    name,
    share.covered,
    share.all,
    colored(colors, share),
  ];
  const head = ['', 'covered', 'all', '%'].map((text) => colors.dim(text));
  const { functions, instructions, blocks } = totals;
  return [
    colors.bold(title),
    '',
    ...tableLines([head, row('functions', functions), row('instructions', instructions), row('blocks', blocks)]),
  ];
}

/** Per cent in the colour of a traffic light. */
export function colored(colors: Colors, share: Share): string {
  const text = percent(share);
  if (share.all === 0) return text;
  if (share.covered === share.all) return colors.green(text);
  return share.covered * 2 < share.all ? colors.red(text) : colors.yellow(text);
}

/** Functions that were called, those first in which most instructions were not executed. */
function functionSection({ functions }: ModuleCoverage, context: ReportContext): string[] {
  if (functions.length === 0) return ['', 'The module has no functions of its own.'];
  const called = functions
    .filter(isCalled)
    .sort((a, b) => missed(b.instructions) - missed(a.instructions) || a.index - b.index);
  if (called.length === 0) return ['', 'No function was called.'];
  // A line that says that one row is missing takes as much room as the row.
  const shown = called.length <= MAX_ROWS + 1 ? called : called.slice(0, MAX_ROWS);
  const lines = ['', ...functionTable(shown, context)];
  const rest = called.slice(shown.length);
  if (rest.length > 0) {
    const least = missed((rest[0] as FunctionCoverage).instructions);
    const how = least === 0 ? 'executed in full' : `at most ${least} missed in each`;
    lines.push(`... and ${rest.length} more, ${how} (use --format json for all)`);
  }
  return lines;
}

function functionTable(functions: readonly FunctionCoverage[], { width, colors: hasColors }: ReportContext): string[] {
  const colors = picocolors.createColors(hasColors);
  const hasBlocks = width >= MIN_WIDTH_FOR_BLOCKS;
  const cells = (share: Share): (string | number)[] => [missed(share), share.all, colored(colors, share)];
  const titles = ['function', 'missed', 'instructions', '%', ...(hasBlocks ? ['missed', 'blocks', '%'] : [])];
  const rows = functions.map((f) => [
    printable(f.name),
    ...cells(f.instructions),
    ...(hasBlocks ? cells(f.blocks) : []),
  ]);
  return tableLines([titles.map((title) => colors.dim(title)), ...rows], width);
}

/** Functions that were never called: their names, the largest first. */
function uncalledSection({ functions }: ModuleCoverage, { width, colors }: ReportContext): string[] {
  const uncalled = functions
    .filter((f) => !isCalled(f))
    .sort((a, b) => b.instructions.all - a.instructions.all || a.index - b.index);
  if (uncalled.length === 0) return [];
  const instructions = uncalled.reduce((sum, f) => sum + f.instructions.all, 0);
  const title = `${counted(uncalled.length, 'function')} never called (${counted(instructions, 'instruction')}):`;
  const names = uncalled.map((f) => printable(f.name));
  const { lines, rest } = listLines(names, { width, maxLines: MAX_NAME_LINES });
  const more = rest === 0 ? [] : [`  ... and ${rest} more (use --format json for all)`];
  return ['', picocolors.createColors(colors).dim(title), ...lines, ...more];
}

function missed({ covered, all }: Share): number {
  return all - covered;
}
