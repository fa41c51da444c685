/** What every renderer of results gets and gives. Renderers never ask the terminal, and never write files. */

import type { Module } from '../../engine/index.ts';

export interface ReportContext {
  /** Decoded modules; among them those that the result is about, as far as they are there. */
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
  readonly content: string | Uint8Array;
}

export interface Report {
  /** The report itself, if it is text; ends with a newline. */
  readonly text: string;
  /** The report itself, if it is binary; `text` is empty then. */
  readonly bytes?: Uint8Array;
  /** Further files, beside the one of the report. */
  readonly files: readonly ReportFile[];
}

/** A report that cannot be made in the way that was asked for. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}
