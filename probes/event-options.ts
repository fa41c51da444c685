/** What every function that attaches to events takes, and how handlers become probes. */

import type { ExitReason, Needs } from '../engine/index.ts';
import type { FunctionFilter } from './select-functions.ts';

export interface EventOptions {
  /** Functions in which events are seen; default: all of the module's own. */
  readonly functions?: FunctionFilter | undefined;
  /** What the handler reads of frames, in addition to what the event itself needs (rule 15 of the probe contract). */
  readonly needs?: Needs | undefined;
  /** Stands for the handler in errors. */
  readonly name?: string | undefined;
}

/** Both declarations as one. */
export function mergeNeeds(a: Needs = {}, b: Needs = {}): Needs {
  return {
    operands: moreOperands(a.operands, b.operands),
    locals: a.locals === true || b.locals === true,
    results: a.results === true || b.results === true,
    stack: a.stack === true || b.stack === true,
    writes: a.writes === true || b.writes === true,
    ...mergeEnds(a.ends, b.ends),
  };
}

/** Of declarations where only one says which ends it waits for, that one holds. */
function mergeEnds(a: readonly ExitReason[] | undefined, b: readonly ExitReason[] | undefined): Pick<Needs, 'ends'> {
  const ends = a === undefined || b === undefined ? (a ?? b) : [...a, ...b];
  return ends === undefined ? {} : { ends };
}

function moreOperands(a: number | 'all' = 0, b: number | 'all' = 0): number | 'all' {
  return a === 'all' || b === 'all' ? 'all' : Math.max(a, b);
}
