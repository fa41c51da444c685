/** The labels of the elements of a table. Few have one, so that they are kept by index. */

import type { TableInstance } from '../../engine/index.ts';

export class ShadowTable {
  readonly table: TableInstance;
  /** Label of its size, which `table.grow` may have got from somewhere. */
  sizeLabel = 0;
  private readonly labels = new Map<number, number>();

  constructor(table: TableInstance) {
    this.table = table;
  }

  contains(start: number, count: number): boolean {
    return start + count <= this.table.size;
  }

  get(index: number): number {
    return this.labels.get(index) ?? 0;
  }

  /** Gives all elements of a range, which is within the table, one label. */
  fill(start: number, count: number, label: number): void {
    if (label === 0) {
      for (const index of this.labels.keys()) if (index >= start && index < start + count) this.labels.delete(index);
      return;
    }
    for (let index = start; index < start + count; index++) this.labels.set(index, label);
  }

  copy(from: ShadowTable, start: number, { first, count }: { readonly first: number; readonly count: number }): void {
    const copied = [...from.labels].filter(([index]) => index >= first && index < first + count);
    this.fill(start, count, 0);
    for (const [index, label] of copied) this.labels.set(start + index - first, label);
  }
}
