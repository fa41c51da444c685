/** Reports of results that have no renderer of their own: text as it is, data as tables, or JSON. */

import { printable, shortened, tableLines } from './text.ts';
import type { ReportContext } from './report.ts';

/** The report of a result in the format `text` or `json`. */
export function plainReport(name: string, result: unknown, format: string, { program, width }: ReportContext): string {
  if (format === 'json') return `${JSON.stringify(result, jsonValue, 2)}\n`;
  if (typeof result === 'string') return result.endsWith('\n') ? result : `${result}\n`;
  return `${name} of ${program}\n\n${linesOf(result, width).join('\n')}\n`;
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function linesOf(result: unknown, width: number): string[] {
  if (result instanceof Map) return pairs([...result], width);
  if (isRecord(result)) return pairs(Object.entries(result), width);
  if (!Array.isArray(result)) return [String(cell(result))];
  if (result.length === 0) return [NOTHING];
  return result.every(isRecord) ? records(result, width) : result.map((value) => String(cell(value)));
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
