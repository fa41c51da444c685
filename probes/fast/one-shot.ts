/** Probes that fire once and then are gone: their cost tends to zero. */

import {
  type Frame,
  type Inline,
  insertProbe,
  type LocalProbe,
  type ModuleInstance,
  removeProbe,
} from '../../engine/index.ts';
import type { Attachment } from '../attachment.ts';
import { WrapperProbe } from './wrapper.ts';

/**
 * Fires its inner probe at its first event, wherever that is, and never again. An insertion is gone after the
 * first event at its place, so that it costs nothing from then on.
 */
export class OneShotProbe extends WrapperProbe {
  hasFired = false;

  get inline(): Inline {
    return { fire: OneShotProbe.prototype.fire, work: { kind: 'once', when: 'always' } };
  }

  fire(frame: Frame): void {
    removeProbe(frame.instance, frame.func.index, frame.pc, this);
    // Further insertions of the object, and the rest of an event around this one, find it done.
    if (this.hasFired) return;
    this.hasFired = true;
    this.fireInner(frame);
  }
}

/** Places of one function that wait for control to arrive. */
export interface OneShotPlaces {
  /** Index of the function. */
  readonly func: number;
  /** 0 is the entry. */
  readonly pcs: Iterable<number>;
  /** Stands for the probe in errors. */
  readonly name?: string;
}

/** One probe for all places: it knows which of them have not been reached. */
class PlacesProbe implements LocalProbe, Attachment {
  readonly name: string;
  private readonly waiting = new Set<number>();
  private readonly instance: ModuleInstance;
  private readonly func: number;
  private readonly reached: (pc: number) => void;

  constructor(instance: ModuleInstance, { func, name }: OneShotPlaces, reached: (pc: number) => void) {
    this.name = name ?? 'one-shot';
    this.instance = instance;
    this.func = func;
    this.reached = reached;
  }

  get inline(): Inline {
    return { fire: PlacesProbe.prototype.fire, work: { kind: 'once', when: 'always' } };
  }

  insert(pcs: Iterable<number>): void {
    for (const pc of new Set(pcs)) {
      insertProbe(this.instance, this.func, pc, this);
      this.waiting.add(pc);
    }
  }

  fire(frame: Frame): void {
    const { pc } = frame;
    // A nested event of the same place, before the removal that the outer one made, fires no second time.
    if (!this.waiting.delete(pc)) return;
    removeProbe(this.instance, this.func, pc, this);
    this.reached(pc);
  }

  detach(): void {
    for (const pc of this.waiting) removeProbe(this.instance, this.func, pc, this);
    this.waiting.clear();
  }
}

/** Calls `reached` when control first arrives at each of the places, once a place; detaching removes those that wait. */
export function insertOneShots(
  instance: ModuleInstance,
  places: OneShotPlaces,
  reached: (pc: number) => void,
): Attachment {
  const probe = new PlacesProbe(instance, places, reached);
  try {
    probe.insert(places.pcs);
  } catch (error) {
    probe.detach();
    throw error;
  }
  return probe;
}
