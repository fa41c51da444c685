/** Reports of results that have no renderer of their own: text as it is, data as tables, or JSON. */

import type { ReportContext } from './report.ts';
import { printable, shortened, tableLines } from './text.ts';

/** The report of a result in the format `text` or `json`. */
export function plainReport(name: string, result: unknown, format: string, { program, width }: ReportContext): string {
  if (format === 'json') return resultJson(result);
  if (typeof result === 'string') return result.endsWith('\n') ? result : `${result}\n`;
  return `${name} of ${program}\n\n${linesOf(result, width).join('\n')}\n`;
}

/** A result as JSON, indented. */
export function resultJson(result: unknown): string {
  return `${JSON.stringify(result, jsonValue, 2) ?? 'null'}\n`;
}

/** JSON has no bigints, maps, sets and typed arrays; they become decimal texts, objects and arrays. */
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Uint8Array) : value;
}

function cell(value: unknown): string | number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return printable(value);
  return typeof value === 'object' ? JSON.stringify(value, jsonValue) : String(value);
}

/** An object with keys; sets and typed arrays are lists. */
function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !(value instanceof Map || value instanceof Set || ArrayBuffer.isView(value));
}

function linesOf(result: unknown, width: number): string[] {
  const entries = entriesOf(result);
  if (entries !== undefined) return sections(entries, width);
  if (result === undefined) return [NOTHING];
  if (!Array.isArray(result)) return [String(cell(result))];
  if (result.length === 0) return [NOTHING];
  return result.every(isRecord) ? records(result, width) : result.map((value) => String(cell(value)));
}

/** Keys and values of what is printed with a line for each key; undefined for everything else. */
function entriesOf(value: unknown): (readonly [unknown, unknown])[] | undefined {
  if (value instanceof Map) return [...value];
  return isRecord(value) ? Object.entries(value) : undefined;
}

/** Has this value a table of its own? Lists of plain values and what is empty go on a line. */
function isTable(value: unknown): boolean {
  const entries = entriesOf(value);
  if (entries !== undefined) return entries.length > 0;
  return Array.isArray(value) && value.length > 0 && value.every(isRecord);
}

/** One table of what goes on a line, then a table for each other value, below its key. */
function sections(entries: readonly (readonly [unknown, unknown])[], width: number): string[] {
  const tables = entries.filter(([, value]) => isTable(value));
  const lines = entries.filter(([, value]) => !isTable(value));
  // Only the outermost level: tables in tables would be hard to tell apart.
  const below = tables.flatMap(([key, value]) => [
    '',
    `${cell(key)}:`,
    ...indented(tableOf(value, width - INDENT.length)),
  ]);
  if (lines.length === 0 && tables.length > 0) return below.slice(1);
  return [...pairs(lines, width), ...below];
}

function tableOf(value: unknown, width: number): string[] {
  const entries = entriesOf(value);
  return entries === undefined ? records(value as Record<string, unknown>[], width) : pairs(entries, width);
}

const INDENT = '  ';

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => INDENT + line);
}

const NOTHING = '(nothing)';

/** Lines of keys and values; what is too long for a line is cut, since JSON shows it whole. */
function pairs(entries: readonly (readonly [unknown, unknown])[], width: number): string[] {
  if (entries.length === 0) return [NOTHING];
  const keys = entries.map(([key]) => String(cell(key)));
  const room = Math.max(width - Math.max(...keys.map((key) => key.length)) - 2, 20);
  return tableLines(entries.map(([, value], i) => [keys[i] as string, shortened(String(cell(value)), room)]));
}

function records(rows: readonly Record<string, unknown>[], width: number): string[] {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return tableLines(
    [columns, ...rows.map((row) => columns.map((c) => (row[c] === undefined ? '' : cell(row[c]))))],
    width,
  );
}
