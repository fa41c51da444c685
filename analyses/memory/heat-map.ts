/** A picture of a memory in characters: where its accesses are. */

import { heatOf } from '../report/heat.ts';
import type { PageCount } from './data.ts';
import { PAGE_BYTES } from './pages.ts';

/** From never accessed to the most accessed. */
const SHADES = ' .:-=+*#%@';
const COLUMNS = 64;
const MAX_LINES = 16;

/** Lines for a memory of at most `peakPages` pages; none for one of a single page, which shows nothing. */
export function heatMap(pages: readonly PageCount[], peakPages: number): string[] {
  const last = pages[pages.length - 1]?.page ?? -1;
  const all = Math.max(peakPages, last + 1);
  if (pages.length === 0 || all < 2) return [];
  const each = Math.ceil(all / (COLUMNS * MAX_LINES));
  const cells = new Array<number>(Math.ceil(all / each)).fill(0);
  for (const { page, reads, writes } of pages) {
    const cell = Math.floor(page / each);
    cells[cell] = (cells[cell] as number) + reads + writes;
  }
  const greatest = cells.reduce((a, b) => Math.max(a, b), 0);
  const shades = cells.map((count) => shadeOf(count, greatest)).join('');
  const lines: string[] = [];
  for (let at = 0; at < shades.length; at += COLUMNS) {
    const address = (at * each * PAGE_BYTES).toString(16).padStart(8, '0');
    lines.push(`  0x${address} |${shades.slice(at, at + COLUMNS)}|`);
  }
  const unit = each === 1 ? 'a page' : `${each} pages`;
  return [`Accesses by address: each character is ${unit} of 64 KiB, from few "." to most "@", logarithmic`, ...lines];
}

function shadeOf(count: number, greatest: number): string {
  if (count === 0) return SHADES[0] as string;
  return SHADES[Math.max(1, Math.round(heatOf(count, greatest) * (SHADES.length - 1)))] as string;
}
