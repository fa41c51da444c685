/**
 * What an analysis wants to show, apart from how: figures and tables, which become text for people or CSV for
 * tools, and marks on the instructions of functions, which become an annotated disassembly.
 */

import type { ModuleIdentity } from '../result.ts';
import type { Cell, ValueKind } from './value-kinds.ts';

export type { Cell, ValueKind } from './value-kinds.ts';

export interface Column {
  /** Name for tools: the title of the column in CSV. Letters, digits and `_`. */
  readonly key: string;
  /** Title for people; default: the key. */
  readonly title?: string;
  readonly kind: ValueKind;
  /**
   * Does the value say what the row is about, so that rows of two runs with equal values of it belong together? Default: `text`,
   * `exact` and `address` do, all others were measured.
   */
  readonly isKey?: boolean;
  /** Can a reader do without it where the terminal is too narrow? The last of such columns goes first. */
  readonly isExtra?: boolean;
}

export interface Table {
  /** Name for tools: of a file of CSV, say. Letters, digits and `-`; unique in its presentation. */
  readonly id: string;
  /** A line above it, for people. */
  readonly title: string;
  readonly columns: readonly Column[];
  /** A cell for each column. All rows, the most important first: renderers for people cut. */
  readonly rows: readonly (readonly Cell[])[];
  /** Rows that people get to see; default 20. CSV has all. */
  readonly top?: number;
  /** Is it only for CSV? People get the same in another table. */
  readonly isForTools?: boolean;
  /** Words behind the table, when rows were cut: `each below 1 %`. */
  readonly rest?: string;
}

/** A figure, on a line of its own. */
export interface Figure {
  readonly label: string;
  readonly value: Cell;
  readonly kind: ValueKind;
}

/** What is shown of one module, or of the whole run. */
export interface Section {
  /** The module that it is about; undefined: the whole run. */
  readonly module?: ModuleIdentity;
  readonly figures?: readonly Figure[];
  readonly tables?: readonly Table[];
  /** Free text for people, line by line, behind the tables; not part of CSV. */
  readonly lines?: readonly string[];
}

/** What stands beside an instruction in an annotated disassembly. */
export interface Mark {
  /** A value for each column of the annotation; fewer are filled up with nothing. */
  readonly cells?: readonly Cell[];
  /** 0 to 1: how strongly the line is coloured. */
  readonly heat?: number;
  /** `hit` and `miss` colour the line green or red; `note` makes it stand out. */
  readonly status?: 'hit' | 'miss' | 'part' | 'note';
  /** Words behind the instruction. */
  readonly note?: string;
}

/** An arrow between instructions of a function. */
export interface Arrow {
  readonly from: number;
  /** pc at which control arrives. */
  readonly to: number;
  readonly count: number;
}

export interface FunctionAnnotation {
  /** For lists of functions: what it is worth, for sorting, in the kind of `Annotation.weightKind`. */
  readonly weight: number;
  /** By pc. */
  readonly marks: ReadonlyMap<number, Mark>;
  readonly arrows?: readonly Arrow[];
}

/** Marks on the disassembly of one module. */
export interface Annotation {
  /** Columns between the pc and the instruction. */
  readonly columns: readonly Column[];
  /** What the weight of a function is: `executed instructions`. */
  readonly weightTitle: string;
  readonly weightKind: ValueKind;
  /** By index; functions that are not in it have no marks. */
  readonly functions: ReadonlyMap<number, FunctionAnnotation>;
  /** Words behind the name of a function without marks: `never called`. */
  readonly others?: string;
  /** Lines about the meaning of marks. */
  readonly legend?: readonly string[];
}
