/** The data of the page as the script uses it: code and marks of a function are expanded when they are looked at. */

import type { Cell } from '../../value-kinds.ts';
import { cellOf } from '../cells.ts';
import {
  type AnnotationData,
  FULL_HEAT,
  type FunctionData,
  type FunctionMarksData,
  type ModuleData,
  type PageData,
  STATUSES,
} from '../page-data.ts';
import { expanded } from '../runs.ts';

export type Status = (typeof STATUSES)[number];

/** The lines of a function. */
export interface Code {
  readonly pcs: readonly number[];
  readonly depths: readonly number[];
  readonly texts: readonly string[];
  /** Index of the function that a line calls; -1 where none is. */
  readonly callees: readonly number[];
  /** Is its first line the entry, which is no instruction? */
  readonly hasEntry: boolean;
}

export interface LineArrow {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** What an analysis has to say about the lines of a function. */
export interface Marks {
  /** Column by column. */
  readonly cells: readonly (readonly Cell[])[];
  /** 0 to 1, by line. */
  readonly heat: readonly number[];
  readonly status: readonly Status[];
  readonly notes: ReadonlyMap<number, string>;
  readonly arrows: readonly LineArrow[];
}

/** An analysis of a module. */
export class AnnotationModel {
  readonly data: AnnotationData;
  readonly name: string;
  private readonly strings: readonly string[];
  /** By place of the function in the module. */
  readonly functions: ReadonlyMap<number, FunctionMarksData>;
  readonly totalWeight: number;
  readonly greatestWeight: number;

  constructor(data: AnnotationData, { analyses, strings }: PageData) {
    this.data = data;
    this.name = analyses[data.analysis] ?? '';
    this.strings = strings;
    this.functions = new Map(data.functions.map((f) => [f.at, f]));
    this.totalWeight = data.functions.reduce((sum, { weight }) => sum + weight, 0);
    this.greatestWeight = data.functions.reduce((max, { weight }) => Math.max(max, weight), 0);
  }

  /** Do weights add up, so that each is a share of their sum? */
  get hasShares(): boolean {
    return ['count', 'exact', 'bytes', 'time'].includes(this.data.weightKind) && this.totalWeight > 0;
  }

  marks(place: number): Marks | undefined {
    const found = this.functions.get(place);
    if (found === undefined) return undefined;
    return {
      cells: found.cells.map((runs) => expanded(runs.map((v, i) => (i % 2 === 0 ? cellOf(v) : (v as number))))),
      heat: expanded(found.heat).map((heat) => heat / FULL_HEAT),
      status: expanded(found.status).map((status) => STATUSES[status] ?? 'none'),
      notes: new Map(pairs(found.notes).map(([line, text]) => [line, this.strings[text] ?? ''])),
      arrows: triples(found.arrows).map(([from, to, count]) => ({ from, to, count })),
    };
  }
}

function pairs(flat: readonly number[]): [number, number][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] as number, flat[2 * i + 1] as number]);
}

function triples(flat: readonly number[]): [number, number, number][] {
  return Array.from({ length: flat.length / 3 }, (_, i) => [
    flat[3 * i] as number,
    flat[3 * i + 1] as number,
    flat[3 * i + 2] as number,
  ]);
}

export class ModuleModel {
  readonly data: ModuleData;
  readonly annotations: readonly AnnotationModel[];
  private readonly page: PageData;
  private readonly places: ReadonlyMap<number, number>;

  constructor(data: ModuleData, page: PageData) {
    this.data = data;
    this.page = page;
    this.annotations = data.annotations.map((annotation) => new AnnotationModel(annotation, page));
    this.places = new Map(data.functions.map(({ index }, place) => [index, place]));
  }

  get functions(): readonly FunctionData[] {
    return this.data.functions;
  }

  /** Place of a function by its index; undefined for imports and what there is not. */
  placeOf(index: number): number | undefined {
    return this.places.get(index);
  }

  signature({ signature }: FunctionData): string {
    return this.page.strings[signature] ?? '';
  }

  code({ code, pc: first }: FunctionData): Code {
    const { texts, sizes, steps, callees } = this.data.forms;
    let pc = first;
    let depth = 0;
    const pcs: number[] = [];
    const depths: number[] = [];
    for (const form of code) {
      depth += steps[form] ?? 0;
      pcs.push(pc);
      depths.push(depth);
      pc += sizes[form] ?? 0;
    }
    return {
      pcs,
      depths,
      texts: code.map((form) => texts[form] ?? ''),
      callees: code.map((form) => callees[form] ?? -1),
      hasEntry: first === 0,
    };
  }
}

/** Number of the line with this pc, or of the one before it. */
export function lineAt({ pcs }: Code, pc: number): number {
  let line = 0;
  for (let i = 0; i < pcs.length && (pcs[i] as number) <= pc; i++) line = i;
  return line;
}
