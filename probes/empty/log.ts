/**
 * Which probes something inserted where, and when it changed them: enough to put empty probes at the same places, which
 * cost what events cost and do nothing. All of it is numbers and plain objects, so that it can go to another process.
 */

import type { InlineWork, Needs } from '../../engine/index.ts';

/** What is left of the work that compiled code does in place of a call, when it does nothing. */
export type EmptyWork =
  /** It has to be called. */
  | { readonly kind: 'none' }
  /** It was written out where it stands: nothing remains. */
  | { readonly kind: 'nothing' }
  /** It was called for one outcome of a condition, or once. */
  | Extract<InlineWork, { kind: 'only' | 'once' }>
  /** Its taker was called with an operand. */
  | Omit<Extract<InlineWork, { kind: 'call' }>, 'taker'>;

/** Is it called for one outcome of a condition only, the topmost operand? */
export function isConditional(work: EmptyWork): work is EmptyWork & { readonly when: 'zero' | 'nonzero' } {
  return (work.kind === 'only' || work.kind === 'once') && work.when !== 'always';
}

/** What a probe looks like from outside. */
export interface ProbeShape {
  /** Probes of different classes have different numbers: V8 calls one of many differently from always the same. */
  readonly family: number;
  readonly needs: Needs;
  readonly work: EmptyWork;
}

/** In place of a pc, for exit probes; in place of a function, for global probes. */
export const EXIT_PC = -1;
export const EVERYWHERE = -1;

/** Numbers that `insertions` has for each insertion, and `moments` for each change. */
export const INSERTION_FIELDS = 3;
export const MOMENT_FIELDS = 4;

export interface InsertionLog {
  readonly shapes: readonly ProbeShape[];
  /** Shape of each probe object. */
  readonly probes: Int32Array;
  /** Of each insertion: number of the probe, function, pc. */
  readonly insertions: Int32Array;
  /** Insertions, by number, that there are before the program runs. */
  readonly initial: Int32Array;
  /**
   * Changes made while the program ran, in order: number of an insertion, number of its event (from 1) in which the change was made, 1
   * for inserting and 0 for removing, number of the insertion that came or went. Events that `only` leaves out have no number.
   */
  readonly moments: Int32Array;
}
