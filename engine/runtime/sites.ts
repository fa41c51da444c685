/**
 * What is attached to functions: lists of probes by location. Lists are never changed in place, so an event that is
 * firing keeps the list that it began with (rules 3, 4 and 6 of the contract).
 */

import { accessOf, type ExitProbe, type Inserted, type LocalProbe, type ProbeBase } from './probe.ts';

/** A location with at least one probe. */
export interface Site {
  readonly pc: number;
  /** Index of the code unit of the interpreter. */
  readonly ip: number;
  probes: readonly Inserted<LocalProbe>[];
}

/** Everything that is attached to one function of one instance. */
export class FunctionProbes {
  /** Sites by index of their code unit. */
  readonly byUnit = new Map<number, Site>();
  exits: readonly Inserted<ExitProbe>[] = [];

  get isEmpty(): boolean {
    return this.byUnit.size === 0 && this.exits.length === 0;
  }
}

/** The list with one more insertion at its end. */
export function withLast<P extends ProbeBase>(list: readonly Inserted<P>[], probe: P): readonly Inserted<P>[] {
  return [...list, { probe, access: accessOf(probe.needs) }];
}

/** The list without the earliest insertion of `probe`; the list itself where it holds none. */
export function withoutFirst<P extends ProbeBase>(list: readonly Inserted<P>[], probe: P): readonly Inserted<P>[] {
  const i = list.findIndex((inserted) => inserted.probe === probe);
  return i < 0 ? list : [...list.slice(0, i), ...list.slice(i + 1)];
}
