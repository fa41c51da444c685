/**
 * Both sides of an instruction: what holds before it, and what has become of it. There is a probe at each
 * watched instruction, which notes that the activation is about to execute it, and one at each place where control can
 * arrive next, which looks whether this activation comes from there. The note belongs to the activation: recursion
 * and calls back from the host have notes of their own, and when an activation ends by a trap, an exception or
 * an error of the host, its note ends with it.
 */

import type {
  Exit,
  ExitProbe,
  ExitReason,
  Frame,
  LocalProbe,
  Location,
  ModuleInstance,
  Needs,
  TypedValue,
} from '../engine/index.ts';
import { arityOf } from './arity.ts';
import { type Attachment, Insertions } from './attachment.ts';
import { mergeNeeds } from './event-options.ts';
import { PerActivation } from './per-activation.ts';
import { type FunctionStructure, structureOf } from './structure.ts';
import { operandsOf } from './values.ts';

/** What is told of watched instructions. `T` is what is kept from before an instruction until after it. */
export interface Watcher<T> {
  /** Names the watcher in errors. */
  readonly name: string;
  /** What `before` reads. */
  needsBefore?(location: Location): Needs;
  /** What `after` and `abandoned` read, in addition to the results. */
  readonly needsAfter?: Needs | undefined;
  /** Does `after` want the results? Without, it gets an empty list and the probes cost less. */
  readonly wantsResults: boolean;
  /** Control stands before the instruction. */
  before(frame: Frame, location: Location): T;
  /**
   * The instruction has completed: control stands at `to` in the same activation. `to` is undefined for what ends the
   * activation (`return`, tail calls, the function's final `end`), which is told while the frame can still be read.
   */
  after?(frame: Frame, completed: Completion<T>): void;
  /** The activation ends without the instruction having completed: it trapped, or what it called did not come back. */
  abandoned?(frame: Frame, location: Location, kept: T, exit: Exit): void;
}

export interface Completion<T> {
  readonly location: Location;
  readonly kept: T;
  readonly to: number | undefined;
  /** Values that the instruction left, the topmost last; for a branch those that it brought. */
  readonly results: readonly TypedValue[];
}

interface Pending<T> {
  readonly place: Place<T>;
  readonly kept: T;
}

type PendingNotes<T> = PerActivation<Pending<T>>;

/** The probe at one location: instructions that lead here are completed first, then the one here is noted. */
class Place<T> implements LocalProbe {
  readonly name: string;
  needs: Needs = {};
  /** The watched instruction here. */
  watched: Location | undefined;
  isExit = false;
  /** Number of results at each place where control can go on. */
  readonly resultCounts = new Map<number, number>();
  /** Can watched instructions lead here? */
  isArrival = false;
  private readonly pc: number;
  private readonly watcher: Watcher<T>;
  private readonly notes: PendingNotes<T>;

  constructor(pc: number, watcher: Watcher<T>, notes: PendingNotes<T>) {
    this.name = watcher.name;
    this.pc = pc;
    this.watcher = watcher;
    this.notes = notes;
  }

  fire(frame: Frame): void {
    if (this.isArrival) {
      const pending = this.notes.take(frame);
      if (pending !== undefined) this.complete(frame, pending);
    }
    const { watched } = this;
    if (watched !== undefined) this.notes.set(frame, { place: this, kept: this.watcher.before(frame, watched) });
  }

  private complete(frame: Frame, { place, kept }: Pending<T>): void {
    const count = place.resultCounts.get(this.pc);
    if (count === undefined) return; // came by a way that completes nothing: a handler of exceptions
    const results = operandsOf(frame, count);
    this.watcher.after?.(frame, { location: place.watched as Location, kept, to: this.pc, results });
  }
}

/** Tells what was pending when activations of a function end. */
class PendingAtExit<T> implements ExitProbe {
  readonly name: string;
  readonly needs: Needs;
  private readonly watcher: Watcher<T>;
  private readonly notes: PendingNotes<T>;

  constructor(watcher: Watcher<T>, notes: PendingNotes<T>, ends: readonly ExitReason[]) {
    this.name = watcher.name;
    this.needs = mergeNeeds(watcher.needsAfter, { results: watcher.wantsResults, ends });
    this.watcher = watcher;
    this.notes = notes;
  }

  exit(frame: Frame, exit: Exit): void {
    const pending = this.notes.take(frame);
    if (pending === undefined) return;
    const { place, kept } = pending;
    const location = place.watched as Location;
    const isCompleted = place.isExit && (exit.reason === 'return' || exit.reason === 'tail-call');
    if (!isCompleted) this.watcher.abandoned?.(frame, location, kept, exit);
    else this.watcher.after?.(frame, { location, kept, to: undefined, results: exit.results });
  }
}

class FunctionPlaces<T> {
  private readonly structure: FunctionStructure;
  private readonly watcher: Watcher<T>;
  private readonly notes: PendingNotes<T>;
  private readonly places = new Map<number, Place<T>>();
  private hasExit = false;

  constructor(structure: FunctionStructure, watcher: Watcher<T>, notes: PendingNotes<T>) {
    this.structure = structure;
    this.watcher = watcher;
    this.notes = notes;
  }

  private place(pc: number): Place<T> {
    let place = this.places.get(pc);
    if (place === undefined) {
      place = new Place(pc, this.watcher, this.notes);
      this.places.set(pc, place);
    }
    return place;
  }

  watch(location: Location): void {
    const { structure, watcher } = this;
    const place = this.place(location.pc);
    if (place.watched !== undefined) return;
    place.watched = location;
    place.needs = mergeNeeds(place.needs, watcher.needsBefore?.(location));
    place.isExit = structure.isExit(location.pc);
    if (place.isExit) this.hasExit = true;
    if (watcher.after === undefined) return;
    for (const to of structure.successors(location.pc)) {
      const count = watcher.wantsResults ? arityOf(structure, location, to).results : 0;
      place.resultCounts.set(to, count);
      const arrival = this.place(to);
      arrival.isArrival = true;
      arrival.needs = mergeNeeds(arrival.needs, mergeNeeds(watcher.needsAfter, { operands: count }));
    }
  }

  insert(insertions: Insertions, instance: ModuleInstance): void {
    const { func } = this.structure;
    for (const [pc, place] of this.places) insertions.local(instance, func, pc, place);
    const { ends } = this;
    if (ends.length > 0) insertions.exit(instance, func, new PendingAtExit(this.watcher, this.notes, ends));
  }

  /** Ends at which something may be pending: a return completes what leads to it, unless it is watched itself. */
  private get ends(): ExitReason[] {
    const { after, abandoned } = this.watcher;
    const isCompleted = this.hasExit && (after !== undefined || abandoned !== undefined);
    return [
      ...(isCompleted ? (['return', 'tail-call'] as const) : []),
      ...(abandoned === undefined ? [] : (['throw', 'trap', 'host-error'] as const)),
    ];
  }
}

/**
 * Watches instructions. An instruction that an activation was executing when this was attached (a call that
 * has not returned) is not told: the activation was not seen before it.
 */
export function watchInstructions<T>(
  instance: ModuleInstance,
  locations: Iterable<Location>,
  watcher: Watcher<T>,
): Attachment {
  const notes: PendingNotes<T> = new PerActivation();
  const functions = new Map<number, FunctionPlaces<T>>();
  for (const location of locations) {
    let places = functions.get(location.func);
    if (places === undefined) {
      places = new FunctionPlaces(structureOf(instance.module, location.func), watcher, notes);
      functions.set(location.func, places);
    }
    places.watch(location);
  }
  const insertions = new Insertions();
  for (const places of functions.values()) places.insert(insertions, instance);
  return insertions;
}
