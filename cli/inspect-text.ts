/** The text of `wiz inspect`. */

import type { Inspection } from './inspect.ts';
import { alignColumns, hexOffset, printable } from './text.ts';

type Row = readonly (string | number)[];

/** A heading with its rows below; nothing where there are none. */
function block(title: string, rows: readonly Row[]): string[] {
  return rows.length === 0 ? [] : ['', title, ...alignColumns(rows).map((line) => `  ${line}`)];
}

function quoted(name: string): string {
  return JSON.stringify(name);
}

function indexed(title: string, types: readonly string[]): string[] {
  return block(
    `${title} (${types.length})`,
    types.map((type, i) => [i, type]),
  );
}

export function inspectionText(info: Inspection, bold: (text: string) => string): string {
  const name = info.name === null ? '' : `, module ${quoted(info.name)}`;
  const lines = [
    `${info.file}: ${info.size} bytes${name}`,
    ...(info.problem === null ? [] : [`cannot be run: ${info.problem}`]),
    ...block('Sections', [
      ['id', 'name', 'offset', 'bytes'],
      ...info.sections.map((s): Row => [s.id, s.name, hexOffset(s.offset), s.size]),
    ]),
    ...block(
      `Imports (${info.imports.length})`,
      info.imports.map((i) => [i.index, `${quoted(i.module)} ${quoted(i.name)}`, i.type]),
    ),
    ...block(
      `Exports (${info.exports.length})`,
      info.exports.map((e) => [e.index, quoted(e.name), e.type]),
    ),
    ...functionLines(info),
    ...indexed('Memories', info.memories),
    ...indexed('Tables', info.tables),
    ...indexed('Globals', info.globals),
    ...indexed('Tags', info.tags),
    ...segmentLines(info),
    ...block(
      'Features beyond the first version of WebAssembly',
      info.features.map((f) => [f.name, `first at ${hexOffset(f.offset)}`]),
    ),
  ];
  const safe = lines.map(printable);
  return `${safe.map((line) => (/^[A-Z]/.test(line) ? bold(line) : line)).join('\n')}\n`;
}

function functionLines({ functions, start }: Inspection): string[] {
  if (functions.length === 0) return [];
  const rows = functions.map((f): Row => {
    const isStart = f.index === start ? ' (start)' : '';
    return [f.index, hexOffset(f.offset), f.size, f.instructions ?? 'malformed', f.name + isStart, f.type];
  });
  return block(`Functions (${functions.length})`, [
    ['index', 'offset', 'bytes', 'instructions', 'name', 'type'],
    ...rows,
  ]);
}

function segmentLines({ dataSegments, elementSegments }: Inspection): string[] {
  const rows: Row[] = [];
  if (dataSegments > 0) rows.push(['data', dataSegments]);
  if (elementSegments > 0) rows.push(['element', elementSegments]);
  return block('Segments', rows);
}
