/** How results about single instructions are shown. */

import { heatOf } from '../report/heat.ts';
import type { Annotation, Cell, Column, Mark } from '../report/presentation.ts';
import type { FunctionSites, PlacedInstruction } from './data.ts';

/** Columns that say which instruction a row is about. */
export const placeColumns: readonly Column[] = [
  { key: 'function', kind: 'text' },
  { key: 'func', kind: 'exact' },
  { key: 'pc', kind: 'exact' },
  { key: 'instruction', kind: 'text' },
];

/** The cells of `placeColumns`. */
export function placeCells<T extends object>({ func, instruction }: PlacedInstruction<T>): Cell[] {
  return [func.name, func.index, instruction.pc, instruction.mnemonic];
}

export interface SiteAnnotation<T extends object> {
  readonly columns: readonly Column[];
  /** A value for each column. */
  readonly cells: (instruction: T) => readonly Cell[];
  /** What an instruction counts for its function, and how strongly it is coloured. */
  readonly weight: (instruction: T) => number;
  /** What the weights are: `memory accesses`. */
  readonly weightTitle: string;
}

/** Marks on the instructions of a result. */
export function annotateSites<T extends object>(
  functions: readonly FunctionSites<T>[],
  { columns, cells, weight, weightTitle }: SiteAnnotation<T>,
): Annotation {
  const greatest = functions.reduce((max, f) => f.instructions.reduce((m, i) => Math.max(m, weight(i)), max), 0);
  return {
    columns,
    weightTitle,
    weightKind: 'count',
    functions: new Map(
      functions.map(({ index, instructions }) => {
        const marks = instructions.map((instruction): [number, Mark] => [
          instruction.pc,
          { cells: cells(instruction), heat: heatOf(weight(instruction), greatest) },
        ]);
        return [index, { weight: instructions.reduce((sum, i) => sum + weight(i), 0), marks: new Map(marks) }];
      }),
    ),
  };
}
