/** Sections as text for people: a title, figures, tables that fit the terminal. */

import picocolors from 'picocolors';
import stringWidth from 'string-width';
import type { ModuleIdentity } from '../result.ts';
import type { Column, Figure, Section, Table } from './presentation.ts';
import type { ReportContext } from './report.ts';
import { counted, printable, tableLines } from './text.ts';
import { figureText, valueText } from './values.ts';

/** Rows of a table that are shown when it does not say how many. */
const DEFAULT_TOP = 20;

/** `name` is that of the analysis. */
export function sectionsText(name: string, sections: readonly Section[], context: ReportContext): string {
  const title = `${name} of ${context.program}`;
  if (sections.length === 0) return `${heading(title, context)}: nothing was instantiated\n`;
  const modules = sections.flatMap(({ module }) => (module === undefined ? [] : [module]));
  const parts = sections.map((section) => [
    heading(`${title}${whichModule(section.module, modules)}`, context),
    ...sectionLines(section, context),
  ]);
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function heading(text: string, { colors }: ReportContext): string {
  return picocolors.createColors(colors).bold(printable(text));
}

/** Of several modules, which one. */
export function whichModule(module: ModuleIdentity | undefined, modules: readonly ModuleIdentity[]): string {
  if (module === undefined || modules.length < 2) return '';
  const { name, size } = module;
  return `, module ${modules.indexOf(module) + 1} of ${modules.length} (${name ?? 'unnamed'}, ${counted(size, 'byte')})`;
}

/** Figures, tables and lines, with an empty line before each of them. */
export function sectionLines({ figures = [], tables = [], lines = [] }: Section, context: ReportContext): string[] {
  return [
    ...(figures.length === 0 ? [] : ['', ...figureLines(figures, context.width)]),
    ...tables.filter(({ isForTools }) => isForTools !== true).flatMap((table) => ['', ...textOfTable(table, context)]),
    ...(lines.length === 0 ? [] : ['', ...lines.map(printable)]),
  ];
}

function figureLines(figures: readonly Figure[], width: number): string[] {
  const labels = figures.map(({ label }) => printable(label));
  const room = width - Math.max(...labels.map((label) => stringWidth(label))) - 2;
  const rows = figures.flatMap(({ value, kind }, i) =>
    wrapped(figureText(value, kind), room).map((line, k) => [k === 0 ? (labels[i] ?? '') : '', line]),
  );
  return tableLines(rows);
}

/** The words of a text on lines, each as long as there is room; a longer word has one of its own. */
function wrapped(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length === 0 || stringWidth(longer) > room) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function textOfTable(table: Table, { width, colors: hasColors }: ReportContext): string[] {
  const colors = picocolors.createColors(hasColors);
  const { columns, rows, top = DEFAULT_TOP, rest } = table;
  const title = colors.dim(printable(table.title));
  if (rows.length === 0) return [`${title}: none`];
  // One row more is as short as the line that would say so.
  const shown = rows.length <= top + 1 ? rows : rows.slice(0, top);
  const body = (kept: readonly number[]): string[] => {
    const titles = kept.map((i) => colors.dim(columns[i]?.title ?? columns[i]?.key ?? ''));
    const cells = shown.map((row) => kept.map((i) => valueText(row[i], (columns[i] as Column).kind)));
    return tableLines([titles, ...cells], width, (k) => columns[kept[k] as number]?.kind === 'text');
  };
  const { lines, left } = fitting(columns, width, body);
  const hidden = rows.length - shown.length;
  const words = rest === undefined ? '' : `, ${rest}`;
  const notes = [
    ...(hidden === 0 ? [] : [`... and ${hidden.toLocaleString('en-US')} more${words}`]),
    ...(left.length === 0 ? [] : [`no room for ${left.join(', ')}`]),
  ];
  return [title, ...lines, ...(notes.length === 0 ? [] : [`${notes.join('; ')} (all with --format csv)`])];
}

/** The lines of a table, with as many of its columns as there is room for; titles of those that were left out. */
function fitting(
  columns: readonly Column[],
  width: number,
  body: (kept: readonly number[]) => string[],
): { lines: string[]; left: string[] } {
  const kept = [...columns.keys()];
  const left: string[] = [];
  for (;;) {
    const lines = body(kept);
    const extra = kept.findLastIndex((i) => columns[i]?.isExtra === true);
    if (extra < 0 || lines.every((line) => stringWidth(line) <= width)) return { lines, left };
    const [column = 0] = kept.splice(extra, 1);
    left.unshift(columns[column]?.title ?? columns[column]?.key ?? '');
  }
}
