/** Lines to jump to: the hottest, those that were missed, those with notes. */

import { STATUSES } from '../page-data.ts';
import { eachRun } from '../runs.ts';
import type { AnnotationModel } from './model.ts';

/** Where there is something to see; neighbours of the same kind are one stop. */
export interface Stop {
  /** Place of the function in the module. */
  readonly function: number;
  readonly line: number;
}

export const STOP_KINDS = ['hot', 'miss', 'part', 'note'] as const;
export type StopKind = (typeof STOP_KINDS)[number];

/** The hottest first; all others in the order of the code. */
export function stopsOf(annotation: AnnotationModel, kind: StopKind): Stop[] {
  return kind === 'hot' ? hotStops(annotation) : statusStops(annotation, kind);
}

function hotStops({ functions }: AnnotationModel): Stop[] {
  const stops: (Stop & { readonly heat: number })[] = [];
  for (const [place, { heat }] of functions) {
    for (const { value, start } of eachRun(heat)) {
      if (value > 0) stops.push({ function: place, line: start, heat: value });
    }
  }
  return stops.sort((a, b) => b.heat - a.heat || a.function - b.function || a.line - b.line);
}

function statusStops({ functions }: AnnotationModel, kind: Exclude<StopKind, 'hot'>): Stop[] {
  const wanted = STATUSES.indexOf(kind);
  const stops: Stop[] = [];
  for (const [place, { status, notes }] of functions) {
    const lines = new Set<number>();
    for (const { value, start } of eachRun(status)) if (value === wanted) lines.add(start);
    if (kind === 'note') for (let i = 0; i < notes.length; i += 2) lines.add(notes[i] as number);
    for (const line of [...lines].sort((a, b) => a - b)) stops.push({ function: place, line });
  }
  return stops.sort((a, b) => a.function - b.function || a.line - b.line);
}

/** Number of the first stop behind a place, in the order of the code; -1 where none is. */
export function firstBehind(stops: readonly Stop[], place: Stop): number {
  return stops.findIndex((stop) => compare(stop, place) > 0);
}

/** Number of the last stop before a place, in the order of the code; -1 where none is. */
export function lastBefore(stops: readonly Stop[], place: Stop): number {
  return stops.findLastIndex((stop) => compare(stop, place) < 0);
}

function compare(a: Stop, b: Stop): number {
  return a.function - b.function || a.line - b.line;
}
