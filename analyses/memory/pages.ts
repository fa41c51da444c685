/** Accesses by page of 64 KiB. */

import type { PageCount } from './data.ts';

export const PAGE_BYTES = 65536;
const FIRST_SIZE = 16;

/** Counts by page number, for as many pages as there are accesses to: also behind the end of the memory, where they trap. */
export class PageCounts {
  private counts = new Float64Array(FIRST_SIZE);

  add(address: number): void {
    // Addresses are below 2^33, so that page numbers are small integers.
    const page = (address / PAGE_BYTES) | 0;
    if (page >= this.counts.length) this.extend(page);
    this.counts[page] = (this.counts[page] as number) + 1;
  }

  private extend(page: number): void {
    const counts = new Float64Array(Math.max(page + 1, 2 * this.counts.length));
    counts.set(this.counts);
    this.counts = counts;
  }

  get(page: number): number {
    return this.counts[page] ?? 0;
  }

  /** Number of pages that may have counts. */
  get size(): number {
    return this.counts.length;
  }
}

/** Pages that were read or written, ascending. */
export function pageCounts(reads: PageCounts, writes: PageCounts): PageCount[] {
  const pages: PageCount[] = [];
  for (let page = 0; page < Math.max(reads.size, writes.size); page++) {
    const count = { page, reads: reads.get(page), writes: writes.get(page) };
    if (count.reads > 0 || count.writes > 0) pages.push(count);
  }
  return pages;
}
