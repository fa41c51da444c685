/** Values of reports: for people, short; for tools, exact. */

import type { Cell, ValueKind } from './value-kinds.ts';
import { percent, printable } from './words.ts';

const THOUSANDS = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
/** Counts below it are written in full. */
const MAX_FULL_COUNT = 100_000;

/** A value as people read it. Nothing for what there is not. */
export function valueText(value: Cell, kind: ValueKind): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return printable(value);
  switch (kind) {
    case 'count':
      return countText(value);
    case 'share':
      return percent({ covered: Number(value), all: 1 });
    case 'bytes':
      return bytesText(Number(value));
    case 'time':
      return timeText(Number(value));
    case 'ratio':
      return Number(value).toFixed(2);
    case 'address':
      return `0x${value.toString(16)}`;
    default:
      return value.toLocaleString('en-US', { maximumFractionDigits: 20, useGrouping: false });
  }
}

/** A number of at least three significant digits: `12,345`, `123k`, `1.23M`. */
export function countText(count: number | bigint): string {
  const value = Number(count);
  if (Math.abs(value) < MAX_FULL_COUNT) return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
  return scaled(value, 1000, THOUSANDS, '');
}

export function bytesText(bytes: number): string {
  if (Math.abs(bytes) < 1024) return `${bytes} B`;
  return scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'], ' ');
}

/** Three significant digits, in the largest unit of which there is one. */
function scaled(value: number, base: number, units: readonly string[], gap: string): string {
  let unit = 0;
  let rest = value;
  // 999.5 would be written as 1000.
  while (Math.abs(rest) >= base - 0.5 && unit < units.length - 1) {
    rest /= base;
    unit++;
  }
  const digits = Math.abs(rest) < 9.995 ? 2 : Math.abs(rest) < 99.95 ? 1 : 0;
  return `${rest.toFixed(digits)}${gap}${units[unit]}`;
}

/** Milliseconds as `0.12 µs`, `1.23 ms`, `12.3 s`, `2 min 5 s`. */
export function timeText(ms: number): string {
  if (ms === 0) return '0 ms';
  if (Math.abs(ms) >= 120_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
  const [value, unit] = Math.abs(ms) >= 1000 ? [ms / 1000, 's'] : Math.abs(ms) >= 0.1 ? [ms, 'ms'] : [ms * 1000, 'µs'];
  return `${value.toFixed(Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0)} ${unit}`;
}

/** In figures, which stand alone, digits are grouped: there they are no indices. */
export function figureText(value: Cell, kind: ValueKind): string {
  if (kind !== 'exact' || typeof value === 'string') return valueText(value, kind);
  return value?.toLocaleString('en-US', { maximumFractionDigits: 20 }) ?? '';
}
