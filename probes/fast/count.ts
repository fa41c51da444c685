/** Counters: the cheapest probes there are. Exact at any moment (rule 26 of the probe contract). */

import { Counter, type Frame, type Inline, type LocalProbe } from '../../engine/index.ts';

/** Counts its events. One object may be inserted at many places and counts them together. */
export class CountProbe implements LocalProbe {
  readonly name: string;
  private readonly counter = new Counter();

  constructor(name = 'count') {
    this.name = name;
  }

  /** Events so far, exact below 2^53. Setting it to 0 starts again. */
  get count(): number {
    return this.counter.value;
  }

  set count(count: number) {
    this.counter.value = count;
  }

  get inline(): Inline {
    return { fire: CountProbe.prototype.fire, work: { kind: 'count', counter: this.counter, step: 1 } };
  }

  // The parameter is there for subclasses.
  fire(_frame: Frame): void {
    this.counter.add(1);
  }

  /** Its fields, and the count. */
  toJSON(): object {
    const { counter, ...fields } = this;
    return { ...fields, count: counter.value };
  }
}

/** Adds a constant at each event: the size of a block of instructions, an estimated cost. */
export class CountMoreProbe implements LocalProbe {
  readonly name: string;
  /** What each event adds. */
  readonly step: number;
  private readonly counter = new Counter();

  constructor(step: number, name = 'count more') {
    this.step = step;
    this.name = name;
  }

  get count(): number {
    return this.counter.value;
  }

  set count(count: number) {
    this.counter.value = count;
  }

  get inline(): Inline | undefined {
    // A sum of fractions depends on the order of the additions.
    if (!Number.isSafeInteger(this.step)) return undefined;
    return { fire: CountMoreProbe.prototype.fire, work: { kind: 'count', counter: this.counter, step: this.step } };
  }

  fire(_frame: Frame): void {
    this.counter.add(this.step);
  }

  /** Its fields, and the count. */
  toJSON(): object {
    const { counter, ...fields } = this;
    return { ...fields, count: counter.value };
  }
}
