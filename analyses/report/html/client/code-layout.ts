/** What the columns beside the code of a function are, and how wide. */

import type { Cell, ValueKind } from '../../value-kinds.ts';
import { valueText } from '../../values.ts';
import { gutterWidth } from './arrows-view.ts';
import type { Lanes } from './lanes.ts';
import type { AnnotationModel, Code, Marks } from './model.ts';

/** An analysis that has marks on the function. */
export interface MarkedBy {
  readonly annotation: AnnotationModel;
  readonly marks: Marks;
}

export interface CodeColumn {
  readonly title: string;
  readonly kind: ValueKind;
  readonly values: readonly Cell[];
  /** Name of the analysis; said where there are several. */
  readonly analysis: string;
}

/** Widest cell, letters: longer texts are cut, with the whole text as their title. */
const MAX_CELL = 32;
const GAP = 2;

export function columnsOf(marked: readonly MarkedBy[]): CodeColumn[] {
  return marked.flatMap(({ annotation, marks }) =>
    annotation.data.columns.map(({ title, kind }, i) => ({
      title,
      kind,
      values: marks.cells[i] ?? [],
      analysis: annotation.name,
    })),
  );
}

export interface LayoutInput {
  readonly code: Code;
  readonly columns: readonly CodeColumn[];
  /** Status columns: one for each analysis that has one. */
  readonly statuses: number;
  readonly lanes: Lanes;
  readonly lastOffset: number;
}

/** A grid for the lines: statuses, heat, cells, arrows up, pc, offset, arrows down, instruction. */
export function gridOf({ code, columns, statuses, lanes, lastOffset }: LayoutInput): string {
  const cells = columns.map((column) => `${widthOf(column) + GAP}ch`);
  const pc = Math.max('pc'.length, String(code.pcs.at(-1) ?? 0).length) + GAP;
  const offset = Math.max('offset'.length, lastOffset.toString(16).length + 2) + GAP;
  return [
    ...Array.from({ length: statuses }, () => '2.4ch'),
    'var(--heat-width)',
    ...cells,
    `${gutterWidth(lanes.up)}px`,
    `${pc}ch`,
    `var(--offset-width, ${offset}ch)`,
    `${Math.max(gutterWidth(lanes.down), 14)}px`,
    'minmax(max-content, 1fr)',
  ].join(' ');
}

function widthOf({ title, kind, values }: CodeColumn): number {
  let width = title.length;
  let before: Cell;
  // Neighbours are mostly equal.
  for (const value of values) {
    if (value !== before) width = Math.max(width, valueText(value, kind).length);
    before = value;
  }
  return Math.min(width, MAX_CELL);
}
