/** What is attached to functions: lists of probes by location. */

import type { ExitProbe, LocalProbe } from './probe.ts';
import { ProbeList } from './probe-list.ts';

/** Everything that is attached to one function of one instance. */
export class FunctionProbes {
  /** The probes of each location that has any, by index of its code unit in the interpreter. */
  readonly byUnit = new Map<number, ProbeList<LocalProbe>>();
  readonly exits = new ProbeList<ExitProbe>();

  get isEmpty(): boolean {
    return this.byUnit.size === 0 && this.exits.length === 0;
  }
}
