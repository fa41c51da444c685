/** What is attached to functions: lists of probes by location. */

import { END_ACCESS, type ExitProbe, type Inserted, type LocalProbe } from './probe.ts';
import { ProbeList } from './probe-list.ts';

/** Everything that is attached to one function of one instance. */
export class FunctionProbes {
  /** The probes of each location that has any, by index of its code unit in the interpreter. */
  readonly byUnit = new Map<number, ProbeList<LocalProbe>>();
  private readonly exitList = new ProbeList<ExitProbe>();
  /** How many of the exit probes are told of activations that return. */
  private returnWatchers = 0;

  get exits(): Pick<ProbeList<ExitProbe>, 'entries' | 'length'> {
    return this.exitList;
  }

  addExit(probe: ExitProbe): void {
    if (watchesReturns(this.exitList.add(probe))) this.returnWatchers++;
  }

  /** False where the probe is not there. */
  removeExit(probe: ExitProbe): boolean {
    const removed = this.exitList.remove(probe);
    if (removed !== undefined && watchesReturns(removed)) this.returnWatchers--;
    return removed !== undefined;
  }

  /** Is any exit probe told of activations that return? */
  get watchesReturns(): boolean {
    return this.returnWatchers > 0;
  }

  get isEmpty(): boolean {
    return this.byUnit.size === 0 && this.exitList.length === 0;
  }
}

function watchesReturns({ access }: Inserted<ExitProbe>): boolean {
  return (access & END_ACCESS.return) !== 0;
}
