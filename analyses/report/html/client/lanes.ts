/** Where arrows beside the code run: each in a lane, short ones close to the code, so that they nest. */

import type { LineArrow } from './model.ts';

export interface LaidArrow extends LineArrow {
  /** Place in the arrows of the function. */
  readonly id: number;
  /** 0 is closest to the code. */
  readonly lane: number;
  readonly isUp: boolean;
}

/** Arrows that would need more lanes share the outermost one. */
const MAX_LANES = 14;

export interface Lanes {
  readonly arrows: readonly LaidArrow[];
  /** Lanes of the arrows upward, and of those downward. */
  readonly up: number;
  readonly down: number;
  /** Arrows by the line that they leave, the most frequent first. */
  readonly leaving: ReadonlyMap<number, readonly LaidArrow[]>;
}

/** Arrows upward, which are iterations of loops, and arrows downward have lanes of their own. */
export function lanesOf(arrows: readonly LineArrow[]): Lanes {
  const numbered = arrows.map((arrow, id) => ({ ...arrow, id, isUp: arrow.to <= arrow.from }));
  const up = laid(numbered.filter(({ isUp }) => isUp));
  const down = laid(numbered.filter(({ isUp }) => !isUp));
  const all = [...up.arrows, ...down.arrows];
  const leaving = new Map<number, LaidArrow[]>();
  for (const arrow of [...all].sort((a, b) => b.count - a.count || a.id - b.id)) {
    const known = leaving.get(arrow.from);
    if (known === undefined) leaving.set(arrow.from, [arrow]);
    else known.push(arrow);
  }
  return { arrows: all, up: up.lanes, down: down.lanes, leaving };
}

/** An interval of lines that a lane is taken in, by arrows to one line. */
interface Taken {
  readonly first: number;
  readonly last: number;
  readonly to: number;
}

type Numbered = Omit<LaidArrow, 'lane'>;

function laid(arrows: readonly Numbered[]): { arrows: LaidArrow[]; lanes: number } {
  const lanes: Taken[][] = [];
  const length = ({ from, to }: Numbered): number => Math.abs(from - to);
  const sorted = [...arrows].sort((a, b) => length(a) - length(b) || a.from - b.from);
  const result = sorted.map((arrow): LaidArrow => {
    const { from, to } = arrow;
    const taken = { first: Math.min(from, to), last: Math.max(from, to), to };
    // Arrows that arrive at the same line may run together.
    const isFree = (lane: readonly Taken[]): boolean =>
      lane.every((other) => other.to === to || other.last < taken.first || other.first > taken.last);
    const free = lanes.findIndex(isFree);
    const lane = free >= 0 ? free : Math.min(lanes.length, MAX_LANES - 1);
    lanes[lane] ??= [];
    lanes[lane].push(taken);
    return { ...arrow, lane };
  });
  return { arrows: result, lanes: lanes.length };
}
