/** An annotated disassembly as text: each instruction with its marks, function by function. */

import picocolors from 'picocolors';
import type { Module } from '../../engine/index.ts';
import type { ModuleIdentity } from '../result.ts';
import { type FunctionListing, instructionText, listings, offsetText, pcWidth } from './listing.ts';
import type { Annotation, Arrow, FunctionAnnotation, Mark } from './presentation.ts';
import type { ReportContext } from './report.ts';
import { whichModule } from './sections-text.ts';
import { printable } from './text.ts';
import { valueText } from './values.ts';

/** The annotation of one module. */
export interface AnnotatedModule {
  readonly identity: ModuleIdentity;
  readonly module: Module;
  readonly annotation: Annotation;
}

const MARKS = { hit: '+', miss: '-', part: '~', note: '!' } as const;

/** `name` is that of the analysis. Functions without marks have a line only. */
export function annotatedText(name: string, modules: readonly AnnotatedModule[], context: ReportContext): string {
  const colors = picocolors.createColors(context.colors);
  const identities = modules.map(({ identity }) => identity);
  const parts = modules.map(({ identity, module, annotation }) => {
    const title = `${name} of ${context.program}${whichModule(identity, identities)}`;
    const legend = (annotation.legend ?? []).map((line) => colors.dim(line));
    return [colors.bold(printable(title)), ...legend, ...moduleLines(module, annotation, context)];
  });
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function moduleLines(module: Module, annotation: Annotation, context: ReportContext): string[] {
  const lines: string[] = [];
  let isAfterBody = true;
  for (const listing of listings(module)) {
    const func = annotation.functions.get(listing.index);
    if (func !== undefined || isAfterBody) lines.push('');
    lines.push(
      ...(func === undefined
        ? [otherLine(listing, annotation, context)]
        : functionLines(module, listing, func, { annotation, context })),
    );
    isAfterBody = func !== undefined;
  }
  return lines;
}

function otherLine({ header }: FunctionListing, { others }: Annotation, { colors }: ReportContext): string {
  const words = others === undefined ? '' : `  ${picocolors.createColors(colors).dim(others)}`;
  return `${printable(header)}${words}`;
}

function functionLines(
  module: Module,
  { header, instructions }: FunctionListing,
  { weight, marks, arrows = [] }: FunctionAnnotation,
  { annotation, context }: { readonly annotation: Annotation; readonly context: ReportContext },
): string[] {
  const colors = picocolors.createColors(context.colors);
  const { columns, weightKind, weightTitle } = annotation;
  const cells = instructions.map(({ pc }) => columns.map(({ kind }, i) => valueText(marks.get(pc)?.cells?.[i], kind)));
  const titles = columns.map(({ key, title = key }) => title);
  const widths = titles.map((title, i) =>
    cells.reduce((max, row) => Math.max(max, (row[i] as string).length), title.length),
  );
  const aligned = (row: readonly string[]): string =>
    row
      .map((text, i) =>
        columns[i]?.kind === 'text' ? text.padEnd(widths[i] as number) : text.padStart(widths[i] as number),
      )
      .join('  ');
  const width = pcWidth(module);
  const hasStatus = [...marks.values()].some(({ status }) => status !== undefined);
  const head = `${hasStatus ? '  ' : ''}${aligned(titles)}  ${'pc'.padStart(width)}  ${'offset'.padStart(offsetText(0, module).length)}`;
  const leaving = arrowsByStart(arrows);
  return [
    `${colors.bold(printable(header))}  ${colors.dim(`${valueText(weight, weightKind)} ${weightTitle}`)}`,
    colors.dim(head),
    ...instructions.map((line, i) => {
      const mark = marks.get(line.pc);
      const place = `${String(line.pc).padStart(width)}  ${offsetText(line.offset, module)}`;
      const status = hasStatus ? `${mark?.status === undefined ? ' ' : MARKS[mark.status]} ` : '';
      const notes = [mark?.note, ...(leaving.get(line.pc) ?? []).map(arrowText)].filter((text) => text !== undefined);
      const note = notes.length === 0 ? '' : `  ${colors.dim(`;; ${printable(notes.join(', '))}`)}`;
      const text = `${status}${aligned(cells[i] as string[])}  ${place}  ${instructionText(line)}`;
      return `${coloured(colors, text, mark)}${note}`.trimEnd();
    }),
  ];
}

function arrowsByStart(arrows: readonly Arrow[]): Map<number, Arrow[]> {
  const byStart = new Map<number, Arrow[]>();
  for (const arrow of arrows) {
    const known = byStart.get(arrow.from);
    if (known === undefined) byStart.set(arrow.from, [arrow]);
    else known.push(arrow);
  }
  return byStart;
}

function arrowText({ from, to, count }: Arrow): string {
  return `${to <= from ? '↑' : '↓'} ${to}: ${valueText(count, 'count')}`;
}

const HOT = 0.5;
const WARM = 0.1;

function coloured(colors: ReturnType<typeof picocolors.createColors>, text: string, mark: Mark | undefined): string {
  if (mark === undefined) return text;
  const { status, heat = 0 } = mark;
  if (status === 'miss' || heat >= HOT) return colors.red(text);
  if (status === 'part' || status === 'note' || heat >= WARM) return colors.yellow(text);
  return text;
}
