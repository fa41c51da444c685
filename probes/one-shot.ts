/** Probes that fire once for each location and then are gone: their cost tends to zero. */

import { type Frame, insertProbe, type LocalProbe, type ModuleInstance, removeProbe } from '../engine/index.ts';

/** One-shot probes in one function of one instance. */
export interface OneShots {
  /** Removes those that have not fired. */
  remove(): void;
}

class OneShotProbe implements LocalProbe {
  readonly name: string;
  /** Locations that have not been reached. */
  readonly waiting: Set<number>;
  private readonly instance: ModuleInstance;
  private readonly func: number;
  private readonly reached: (pc: number) => void;

  constructor(name: string, instance: ModuleInstance, func: number, pcs: Iterable<number>, reached: (pc: number) => void) {
    this.name = name;
    this.instance = instance;
    this.func = func;
    this.waiting = new Set(pcs);
    this.reached = reached;
  }

  fire(frame: Frame): void {
    const { pc } = frame;
    // A nested event of the same location, before the removal that the outer one made, fires no second time.
    if (!this.waiting.delete(pc)) return;
    removeProbe(this.instance, this.func, pc, this);
    this.reached(pc);
  }
}

/**
 * Calls `reached` when control first arrives at each of the locations (pcs of one function; 0 is its entry),
 * once a location. `name` stands in errors.
 */
export function insertOneShots(
  instance: ModuleInstance,
  func: number,
  pcs: Iterable<number>,
  reached: (pc: number) => void,
  name = 'one-shot',
): OneShots {
  const probe = new OneShotProbe(name, instance, func, pcs, reached);
  for (const pc of probe.waiting) insertProbe(instance, func, pc, probe);
  return {
    remove: () => {
      for (const pc of probe.waiting) removeProbe(instance, func, pc, probe);
      probe.waiting.clear();
    },
  };
}
