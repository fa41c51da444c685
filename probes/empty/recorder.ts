/**
 * Watches what others insert into the instances of an engine, and counts the events of it: behind each probe it puts one of its
 * own, which comes and goes with it. So it sees exactly the same events (rules 2 to 5 of the probe contract).
 */

import {
  Counter,
  type Engine,
  type Exit,
  type ExitProbe,
  type Frame,
  type Inline,
  type Insertion,
  inlineActionOf,
  inlineWorkOf,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  type LocalProbe,
  type ModuleInstance,
  type Needs,
  type ProbeBase,
  removeExitProbe,
  removeGlobalProbe,
  removeProbe,
} from '../../engine/index.ts';
import { type EmptyWork, EVERYWHERE, EXIT_PC, type InsertionLog, isConditional, type ProbeShape } from './log.ts';

/** The probe behind a probe. */
interface Shadow {
  /** Events. */
  readonly count: number;
  /** Those among them in which the probe before it is sure to be called; undefined for all. */
  readonly calls?: number;
}

class CountingShadow implements LocalProbe {
  readonly name = 'recorder';
  private readonly counter = new Counter();

  get count(): number {
    return this.counter.value;
  }

  get inline(): Inline {
    return { fire: CountingShadow.prototype.fire, work: { kind: 'count', counter: this.counter, step: 1 } };
  }

  fire(): void {
    this.counter.add(1);
  }
}

class ExitShadow implements ExitProbe {
  readonly name = 'recorder';
  readonly needs: Needs;
  count = 0;
  private readonly fired: (() => void) | undefined;

  /** `ends` are those that the probe before it waits for. */
  constructor(ends: Needs['ends'], fired?: () => void) {
    this.needs = { frame: false, ...(ends === undefined ? {} : { ends }) };
    this.fired = fired;
  }

  exit(_frame: Frame, _exit: Exit): void {
    this.count++;
    this.fired?.();
  }
}

/** Tells of each event as well, so that changes can be told to belong to it. */
class TellingShadow implements LocalProbe {
  readonly name = 'recorder';
  readonly needs: Needs;
  count = 0;
  calls = 0;
  private readonly work: EmptyWork;
  private readonly fired: () => void;

  constructor(work: EmptyWork, fired: () => void) {
    this.work = work;
    this.needs = isConditional(work) ? { frame: false, operands: 1 } : { frame: false };
    this.fired = fired;
  }

  fire(_frame: Frame, condition?: unknown): void {
    this.count++;
    if (isConditional(this.work) && (condition !== 0) !== (this.work.when === 'nonzero')) return;
    this.calls++;
    this.fired();
  }
}

interface Known {
  readonly number: number;
  readonly insertion: Insertion;
  readonly shadow: Shadow & (LocalProbe | ExitProbe);
}

interface Change {
  readonly isInserted: boolean;
  readonly number: number;
}

export interface RecorderOptions {
  /** Is it noted in which events probes come and go? Else only the events are counted, which costs the program less. */
  readonly hasMoments?: boolean;
}

export class InsertionRecorder {
  private readonly hasMoments: boolean;
  private readonly unobserve: () => void;
  private readonly shapes = new Map<string, number>();
  private readonly shapeList: ProbeShape[] = [];
  private readonly families = new Map<unknown, number>();
  private readonly probeNumbers = new Map<ProbeBase, number>();
  private readonly probeShapes: number[] = [];
  private readonly known: Known[] = [];
  /** Insertions that there are now, by probe and place, the earliest first. */
  private readonly present = new Map<ProbeBase, Map<string, Known[]>>();
  private readonly shadows = new Set<unknown>();
  private readonly initial: number[] = [];
  private readonly moments: number[] = [];
  /** Changes since the last event. */
  private pending: Change[] = [];
  private instance: ModuleInstance | undefined;
  private changeCount = 0;

  /** Begins at once; for it to see all, before anybody inserts anything, and behind the analyses that it watches. */
  constructor(engine: Engine, { hasMoments = false }: RecorderOptions = {}) {
    this.hasMoments = hasMoments;
    this.unobserve = engine.observe({
      onInstance: (instance) => this.begins(instance),
      onProbeInserted: (insertion) => this.inserted(insertion),
      onProbeRemoved: (insertion) => this.removed(insertion),
    });
  }

  /** Events so far: how often probes were to fire, each insertion by itself. */
  get events(): number {
    return this.known.reduce((sum, { shadow }) => sum + shadow.count, 0);
  }

  /** Insertions so far, those that are gone included. */
  get insertions(): number {
    return this.known.length;
  }

  /** Insertions and removals since the instance was made. */
  get changes(): number {
    return this.changeCount;
  }

  /** What was seen; with the moments of changes if they were asked for. */
  log(): InsertionLog {
    const insertions = this.known.flatMap(({ insertion }) => {
      const func = insertion.kind === 'global' ? EVERYWHERE : insertion.func;
      const pc = insertion.kind === 'local' ? insertion.pc : EXIT_PC;
      return [this.probeNumbers.get(insertion.probe) as number, func, pc];
    });
    return {
      shapes: this.shapeList,
      probes: Int32Array.from(this.probeShapes),
      insertions: Int32Array.from(insertions),
      initial: Int32Array.from(this.initial),
      moments: Int32Array.from(this.moments),
    };
  }

  /** Sees nothing more. The probes behind those that are still there stay with them. */
  stop(): void {
    this.unobserve();
  }

  /** What was inserted until now is there before the program runs; analyses have been told of the instance before. */
  private begins(instance: ModuleInstance): void {
    if (this.instance !== undefined) return;
    this.instance = instance;
    for (const { isInserted, number } of this.pending) {
      if (isInserted) this.initial.push(number);
      else this.initial.splice(this.initial.indexOf(number), 1);
    }
    this.pending = [];
  }

  private inserted(insertion: Insertion): void {
    if (this.shadows.has(insertion.probe)) return;
    const number = this.known.length;
    const shape = this.note(insertion.probe, insertion.kind === 'exit');
    const known: Known = { number, insertion, shadow: this.shadowOf(insertion, number, shape) };
    this.known.push(known);
    const places = this.present.get(insertion.probe) ?? new Map<string, Known[]>();
    this.present.set(insertion.probe, places);
    const key = placeOf(insertion);
    places.set(key, [...(places.get(key) ?? []), known]);
    this.shadows.add(known.shadow);
    insertShadow(known);
    this.changed(true, number);
  }

  private removed(insertion: Insertion): void {
    if (this.shadows.has(insertion.probe)) return;
    const places = this.present.get(insertion.probe);
    const known = places?.get(placeOf(insertion))?.shift();
    if (known === undefined) return; // was there before
    removeShadow(known);
    this.changed(false, known.number);
  }

  private changed(isInserted: boolean, number: number): void {
    if (this.instance !== undefined) this.changeCount++;
    if (this.instance === undefined || this.hasMoments) this.pending.push({ isInserted, number });
  }

  /** An event of an insertion is over: what changed since the one before was changed in it, or has no effect before it. */
  private fired(number: number): void {
    if (this.pending.length === 0) return;
    const { count, calls = count } = (this.known[number] as Known).shadow;
    for (const change of this.pending) this.moments.push(number, calls, change.isInserted ? 1 : 0, change.number);
    this.pending = [];
  }

  private shadowOf({ kind, probe }: Insertion, number: number, { work }: ProbeShape): Known['shadow'] {
    const fired = this.hasMoments ? () => this.fired(number) : undefined;
    if (kind === 'exit') return new ExitShadow(probe.needs?.ends, fired);
    return fired === undefined ? new CountingShadow() : new TellingShadow(work, fired);
  }

  /** The shape of a probe, which gets a number at its first insertion. */
  private note(probe: LocalProbe | ExitProbe, isExit: boolean): ProbeShape {
    let number = this.probeNumbers.get(probe);
    if (number === undefined) {
      number = this.probeNumbers.size;
      this.probeNumbers.set(probe, number);
      this.probeShapes.push(this.shapeNumber(probe, isExit));
    }
    return this.shapeList[this.probeShapes[number] as number] as ProbeShape;
  }

  private shapeNumber(probe: LocalProbe | ExitProbe, isExit: boolean): number {
    const method = 'fire' in probe ? probe.fire : probe.exit;
    const family = this.families.get(method) ?? this.families.size;
    this.families.set(method, family);
    const work =
      'exit' in probe && (isExit || !('fire' in probe)) ? emptyExitOf(probe) : emptyWorkOf(probe as LocalProbe);
    const shape: ProbeShape = { family, needs: { ...probe.needs }, work };
    const key = JSON.stringify(shape);
    const known = this.shapes.get(key);
    if (known !== undefined) return known;
    this.shapes.set(key, this.shapeList.length);
    return this.shapeList.push(shape) - 1;
  }
}

function emptyWorkOf(probe: LocalProbe): EmptyWork {
  const work = inlineWorkOf(probe);
  if (work === undefined) return { kind: 'none' };
  if (work.kind === 'only' || work.kind === 'once') return { ...work };
  if (work.kind === 'call') return { kind: 'call', operand: work.operand, types: [...work.types] };
  return { kind: 'nothing' };
}

function emptyExitOf(probe: ExitProbe): EmptyWork {
  return { kind: inlineActionOf(probe) === undefined ? 'none' : 'nothing' };
}

function placeOf(insertion: Insertion): string {
  if (insertion.kind === 'global') return 'everywhere';
  return insertion.kind === 'exit' ? `exit ${insertion.func}` : `${insertion.func}+${insertion.pc}`;
}

// The kind of the insertion says which kind of probe its shadow is.

function insertShadow({ insertion, shadow }: Known): void {
  const { instance } = insertion;
  if (insertion.kind === 'local') insertProbe(instance, insertion.func, insertion.pc, shadow as LocalProbe);
  else if (insertion.kind === 'exit') insertExitProbe(instance, insertion.func, shadow as ExitProbe);
  else insertGlobalProbe(instance, shadow as LocalProbe);
}

function removeShadow({ insertion, shadow }: Known): void {
  const { instance } = insertion;
  if (insertion.kind === 'local') removeProbe(instance, insertion.func, insertion.pc, shadow as LocalProbe);
  else if (insertion.kind === 'exit') removeExitProbe(instance, insertion.func, shadow as ExitProbe);
  else removeGlobalProbe(instance, shadow as LocalProbe);
}
