/** Counters: the cheapest probes there are. Exact at any moment (rule 26 of the probe contract). */

import type { Frame, LocalProbe } from '../../engine/index.ts';

/** Counts its events. One object may be inserted at many places and counts them together. */
export class CountProbe implements LocalProbe {
  readonly name: string;
  /** Events so far, exact below 2^53. Setting it to 0 starts again. */
  count = 0;

  constructor(name = 'count') {
    this.name = name;
  }

  // The parameter is there for subclasses.
  fire(_frame: Frame): void {
    this.count++;
  }
}

/** Adds a constant at each event: the size of a block of instructions, an estimated cost. */
export class CountMoreProbe implements LocalProbe {
  readonly name: string;
  /** What each event adds. */
  readonly step: number;
  count = 0;

  constructor(step: number, name = 'count more') {
    this.step = step;
    this.name = name;
  }

  fire(_frame: Frame): void {
    this.count += this.step;
  }
}
