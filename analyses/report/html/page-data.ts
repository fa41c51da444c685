/**
 * What an annotated page holds as JSON, and its script reads: compact, since a module may have hundreds of thousands of
 * instructions. Texts that repeat stand in lists once and are named by their place there; lines of a function are
 * numbered from 0; values along lines are runs (`runs.ts`).
 */

import type { ValueKind } from '../value-kinds.ts';
import type { Runs } from './runs.ts';

export interface PageData {
  /** Names of the analyses, in the order of `AnnotationData.analysis`. */
  readonly analyses: readonly string[];
  /** Notes and signatures. */
  readonly strings: readonly string[];
  readonly modules: readonly ModuleData[];
}

export interface ModuleData {
  /** For a choice of modules. */
  readonly title: string;
  readonly forms: FormData;
  /** Functions that have code, in the order of their indexes. */
  readonly functions: readonly FunctionData[];
  /** At most one for each analysis. */
  readonly annotations: readonly AnnotationData[];
}

/**
 * The different lines of code. What a line is made of repeats much more often than one would think: 300,000
 * instructions of SQLite have fewer than 7,000 forms. So an instruction is one number, small where it is frequent.
 */
export interface FormData {
  readonly texts: readonly string[];
  /** Bytes of the instruction: the distance to the next pc. */
  readonly sizes: readonly number[];
  /** Depth relative to the line before. */
  readonly steps: readonly number[];
  /** Function that is called, by index; -1 where none is. */
  readonly callees: readonly number[];
}

export interface FunctionData {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** Parameters and results: place in `strings`. */
  readonly signature: number;
  /** Module offset of the body, bytes. */
  readonly offset: number;
  /** Bytes of the body. */
  readonly size: number;
  /** pc of the first line. */
  readonly pc: number;
  /** Forms of its lines. */
  readonly code: readonly number[];
}

export interface AnnotationData {
  /** Place in `analyses`. */
  readonly analysis: number;
  readonly columns: readonly { readonly title: string; readonly kind: ValueKind }[];
  readonly weightTitle: string;
  readonly weightKind: ValueKind;
  readonly legend: readonly string[];
  /** Has any line a status? */
  readonly hasStatus: boolean;
  readonly functions: readonly FunctionMarksData[];
}

export interface FunctionMarksData {
  /** Place in the functions of the module. */
  readonly at: number;
  readonly weight: number;
  /** For each column, the value of each line. */
  readonly cells: readonly Runs<CellData>[];
  /** Thousandths; 0 where there is none. */
  readonly heat: Runs<number>;
  /** Place in `STATUSES`. */
  readonly status: Runs<number>;
  /** Line and place in `strings`, again and again. */
  readonly notes: readonly number[];
  /** Line from, line to, count, again and again. */
  readonly arrows: readonly number[];
}

/** A cell in JSON: null for nothing; a number that JSON cannot hold is its text in a list. */
export type CellData = string | number | null | readonly [string];

/** 0 is no status. */
export const STATUSES = ['none', 'hit', 'miss', 'part', 'note'] as const;

export const FULL_HEAT = 1000;

/** `id` of the element that holds the data. */
export const DATA_ID = 'page-data';
