/** What every renderer of results gets and gives. Renderers never ask the terminal, and never write files. */

import type { Module } from '../../engine/index.ts';

export interface ReportContext {
  /** The decoded modules that the result is about, in its order. */
  readonly modules: readonly Module[];
  /** What is reported on, for titles: the name of the program's file, say. */
  readonly program: string;
  /** Columns that the lines of a table may take. */
  readonly width: number;
  /** May text have colours (ANSI escape sequences)? */
  readonly colors: boolean;
  /** Path of the file that the report goes to; undefined where it goes to a stream. */
  readonly out: string | undefined;
}

/** A file that belongs to a report. */
export interface ReportFile {
  readonly path: string;
  readonly text: string;
}

export interface Report {
  /** The report itself; ends with a newline. */
  readonly text: string;
  /** Further files, beside the one of the report. */
  readonly files: readonly ReportFile[];
}

/** A report that cannot be made in the way that was asked for. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}
