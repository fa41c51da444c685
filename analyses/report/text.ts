/** Pieces of reports for people: percentages, names of any origin, columns, lists. */

import Table from 'cli-table3';
import stringWidth from 'string-width';

export { counted, percent, printable } from './words.ts';

/** Text of at most `width` columns: what is too long loses its middle, since names differ at their ends. */
export function shortened(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const chars = Array.from(text);
  const takeWhileFits = (source: readonly string[], room: number): string[] => {
    let used = 0;
    const end = source.findIndex((char) => {
      used += stringWidth(char);
      return used > room;
    });
    return source.slice(0, end < 0 ? source.length : end);
  };
  const head = takeWhileFits(chars, Math.ceil((width - 1) / 2));
  const tail = takeWhileFits(chars.slice(head.length).reverse(), Math.floor((width - 1) / 2));
  return `${head.join('')}…${tail.reverse().join('')}`;
}

/** Columns without which texts would be unreadable; lines of narrower tables are too long instead. */
const MIN_TEXT_COLUMN = 12;

const noLines = Object.fromEntries(
  ['top', 'bottom', 'mid', 'left', 'right'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((name) => [name, '']),
  ),
);

const GAP = '  ';

/**
 * Lines of a table without rules: columns of texts to the left (only the first one, unless told), the others, numbers,
 * to the right. Where a line would be wider than `width`, the texts of the widest columns are shortened.
 */
export function tableLines(
  rows: readonly (readonly (string | number)[])[],
  width = Number.POSITIVE_INFINITY,
  isText: (column: number) => boolean = (column) => column === 0,
): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = columnWidths(rows, columns, width, isText);
  const table = new Table({
    chars: { ...noLines, middle: GAP },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colAligns: Array.from({ length: columns }, (_, i) => (isText(i) ? 'left' : 'right')),
  });
  const fitting = (cell: string | number, i: number): string | number =>
    isText(i) ? shortened(String(cell), widths[i] as number) : cell;
  table.push(...rows.map((row) => row.map(fitting)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** What columns may take, so that a line is no wider than `width` if that is possible. */
function columnWidths(
  rows: readonly (readonly (string | number)[])[],
  columns: number,
  width: number,
  isText: (column: number) => boolean,
): number[] {
  const widths = Array.from({ length: columns }, (_, i) =>
    rows.reduce((max, row) => Math.max(max, stringWidth(String(row[i]))), 0),
  );
  let excess = widths.reduce((sum, w) => sum + w, (columns - 1) * GAP.length) - width;
  while (excess > 0) {
    const widest = widths.reduce((best, w, i) => (isText(i) && w > (widths[best] ?? 0) ? i : best), -1);
    const current = widths[widest] ?? 0;
    if (current <= MIN_TEXT_COLUMN) break;
    // Down to the next widest text, so that the columns share what is missing.
    const next = widths.reduce((max, w, i) => (isText(i) && w < current ? Math.max(max, w) : max), MIN_TEXT_COLUMN);
    const less = Math.min(excess, Math.max(current - Math.max(next, MIN_TEXT_COLUMN), 1));
    widths[widest] = current - less;
    excess -= less;
  }
  return widths;
}

/** Lines of a list, as many items as go into `maxLines` lines; `rest` is how many did not. Too long items are shortened. */
export function listLines(
  items: readonly string[],
  { width, maxLines }: { readonly width: number; readonly maxLines: number },
): { lines: string[]; rest: number } {
  const indent = '  ';
  const lines: string[] = [];
  let line = '';
  for (const [i, item] of items.entries()) {
    const text = shortened(item, width - indent.length - 1) + (i < items.length - 1 ? ',' : '');
    const longer = line === '' ? indent + text : `${line} ${text}`;
    if (stringWidth(longer) <= width || line === '') {
      line = longer;
      continue;
    }
    lines.push(line);
    if (lines.length === maxLines) return { lines, rest: items.length - i };
    line = indent + text;
  }
  if (line !== '') lines.push(line);
  return { lines, rest: 0 };
}
