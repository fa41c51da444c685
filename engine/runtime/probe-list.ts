/**
 * Probes in order of insertion. Insertion and removal take the same time however many there are (rule 23 of the
 * contract), and an event that is firing keeps the entries that it began with (rules 3, 4 and 6).
 */

import type { Accessed } from './accessed.ts';
import { ACCESS, accessOf, type Inserted, type ProbeBase } from './probe.ts';

/** Lists up to this length are copied at each change; longer ones keep an index. */
const SHORT = 8;
/** Of all empty lists, so that one probe at each of many places costs as little memory as it can. */
const NONE: readonly never[] = [];

interface Index<P extends ProbeBase> {
  /** All insertions; sets keep the order in which things were added. */
  readonly all: Set<Inserted<P>>;
  readonly byProbe: Map<P, Set<Inserted<P>>>;
}

export class ProbeList<P extends ProbeBase> {
  /** Never changed in place; undefined after a change of the index, until somebody asks. */
  private snapshot: readonly Inserted<P>[] | undefined = NONE;
  private index: Index<P> | undefined;

  /** How many insertions there are. */
  get length(): number {
    return this.index === undefined ? this.entries.length : this.index.all.size;
  }

  /** The insertions as they are now. Later changes do not show in the array. */
  get entries(): readonly Inserted<P>[] {
    this.snapshot ??= [...(this.index as Index<P>).all];
    return this.snapshot;
  }

  /**
   * Adds an insertion at the end and returns it; a TypeError, and nothing is added, where the probe's declarations make no sense. `accessedHere` is asked for
   * what a probe with `access: true` accesses; without it there is nothing, and such probes are refused.
   */
  add(probe: P, accessedHere?: () => Accessed): Inserted<P> {
    const access = accessOf(probe.needs);
    const wantsAccess = (access & ACCESS.accessed) !== 0;
    if (wantsAccess && accessedHere === undefined) {
      throw new TypeError('needs.access is true: that is for probes at loads and stores only');
    }
    const inserted: Inserted<P> = { probe, access, accessed: wantsAccess ? accessedHere?.() : undefined };
    if (this.index === undefined) {
      if (this.length < SHORT) {
        this.snapshot = this.length === 0 ? [inserted] : [...this.entries, inserted];
        return inserted;
      }
      this.index = indexOf(this.entries);
    }
    addTo(this.index, inserted);
    this.snapshot = undefined;
    return inserted;
  }

  /** Removes the earliest insertion of a probe and returns it; undefined where there is none. */
  remove(probe: P): Inserted<P> | undefined {
    if (this.index !== undefined) return this.removeFrom(this.index, probe);
    const { entries } = this;
    const i = entries.findIndex((inserted) => inserted.probe === probe);
    if (i < 0) return undefined;
    this.snapshot = entries.length === 1 ? NONE : [...entries.slice(0, i), ...entries.slice(i + 1)];
    return entries[i];
  }

  private removeFrom({ all, byProbe }: Index<P>, probe: P): Inserted<P> | undefined {
    const insertions = byProbe.get(probe);
    const earliest = insertions?.values().next().value;
    if (insertions === undefined || earliest === undefined) return undefined;
    insertions.delete(earliest);
    all.delete(earliest);
    if (insertions.size === 0) byProbe.delete(probe);
    this.snapshot = undefined;
    if (all.size === 0) this.index = undefined;
    if (this.index === undefined) this.snapshot = NONE;
    return earliest;
  }
}

function indexOf<P extends ProbeBase>(entries: readonly Inserted<P>[]): Index<P> {
  const index: Index<P> = { all: new Set(), byProbe: new Map() };
  for (const inserted of entries) addTo(index, inserted);
  return index;
}

function addTo<P extends ProbeBase>({ all, byProbe }: Index<P>, inserted: Inserted<P>): void {
  all.add(inserted);
  const insertions = byProbe.get(inserted.probe);
  if (insertions === undefined) byProbe.set(inserted.probe, new Set([inserted]));
  else insertions.add(inserted);
}
