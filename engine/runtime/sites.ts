/**
 * What is attached to functions: lists of probes by location. Lists are never changed in place, so an event that is
 * firing keeps the list that it began with (rules 3, 4 and 6 of the contract).
 */

import type { ExitProbe, LocalProbe } from './probe.ts';

/** A location with at least one probe. */
export interface Site {
  readonly pc: number;
  /** Index of the code unit of the interpreter. */
  readonly ip: number;
  probes: readonly LocalProbe[];
}

/** Everything that is attached to one function of one instance. */
export class FunctionProbes {
  /** Sites by index of their code unit. */
  readonly byUnit = new Map<number, Site>();
  exits: readonly ExitProbe[] = [];

  get isEmpty(): boolean {
    return this.byUnit.size === 0 && this.exits.length === 0;
  }
}

/** `list` without its earliest `item`; the list itself where it does not hold it. */
export function withoutFirst<T>(list: readonly T[], item: T): readonly T[] {
  const i = list.indexOf(item);
  return i < 0 ? list : [...list.slice(0, i), ...list.slice(i + 1)];
}
