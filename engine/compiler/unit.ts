/** One piece of compiled code: a function, or what follows a loop of it. */

import type { Machine } from '../interpreter/machine.ts';
import { traceFrame } from '../interpreter/unwind.ts';
import { Trap } from '../isa/trap.ts';
import type { CompiledCode } from '../runtime/compiled-function.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { FunctionCode } from '../runtime/function-code.ts';
import { LEFT } from './callees.ts';
import type { CountRun, Site } from './context.ts';
import type { Reliance } from './reliance.ts';
import { resultOf } from './results.ts';
import type { Validity } from './validity.ts';

export class CompiledUnit {
  readonly func: FuncInstance;
  readonly machine: Machine;
  entry: CompiledCode = () => undefined;
  body: CompiledCode | null = null;
  readonly sites: readonly Site[];
  readonly runs: readonly CountRun[];
  /** A count for each run: V8 adds to an integer in memory in half the time that it takes with a double. */
  readonly cells: BigInt64Array;
  readonly validity: Validity;
  /** Is it entered at a loop, by an activation of the interpreter? */
  readonly isLoop: boolean;
  readonly reliance: Pick<Reliance, 'functions' | 'tables'>;
  /** Does it tell exit probes of ends, and the machine that it did? */
  readonly tellsEnds: boolean;
  /** What made it wrong. */
  cause: string | undefined;
  onLeave: (unit: CompiledUnit, site: Site) => void = () => {};

  constructor(
    func: FuncInstance,
    machine: Machine,
    parts: Pick<CompiledUnit, 'sites' | 'runs' | 'validity' | 'reliance' | 'isLoop' | 'tellsEnds'>,
  ) {
    this.tellsEnds = parts.tellsEnds;
    this.isLoop = parts.isLoop;
    this.func = func;
    this.machine = machine;
    this.sites = parts.sites;
    this.runs = parts.runs;
    this.validity = parts.validity;
    this.reliance = { functions: parts.reliance.functions, tables: parts.reliance.tables };
    this.cells = new BigInt64Array(parts.runs.length);
    for (const { cell, counts } of parts.runs) {
      for (const { counter, step } of counts) counter.link(this.cells, cell, step);
    }
  }

  /** The JavaScript. */
  get source(): string {
    return [this.body, this.entry].flatMap((code) => (code === null ? [] : [String(code)])).join('\n');
  }

  get isValid(): boolean {
    return !this.validity.isOver;
  }

  /** The code must not be entered any more, and activations leave it; counters keep what it counted. */
  invalidate(cause: string): void {
    if (!this.isValid) return;
    this.validity.isOver = true;
    this.cause = cause;
    for (const { cell, counts } of this.runs) for (const { counter } of counts) counter.unlink(this.cells, cell);
  }

  /**
   * Ends in the interpreter what the code began; the frame has the state of the site. Returns what the code would have. Code
   * that was entered at a loop leaves the rest to the interpreter's loop that it came from.
   */
  resume(depth: number, fp: number, place: number): unknown {
    const { machine, func } = this;
    const site = this.sites[place - 1] as Site;
    this.onLeave(this, site);
    const isTrap = site.kind === 'trap';
    if (isTrap || site.kind === 'value') undoCounts(site);
    const sp = fp + site.units;
    if (site.hasFired || isTrap) machine.suspend(depth, site.next, sp, machine.events.operation(func, site.next));
    else machine.suspend(depth, site.next, sp, -1);
    if (this.isLoop) return LEFT;
    machine.nested++;
    try {
      machine.run(depth);
    } finally {
      machine.nested--;
    }
    return resultOf(machine.slots, func.signature.results, fp);
  }

  /**
   * Is this the error of an access by the `DataView` of a memory that has grown in an event? A probe that is called directly may do that,
   * and nobody looks after each. Then the code is left at the instruction, with the state that is kept for its trap. So it is where
   * the value of an access that will trap was to be read for a probe, which gets to see the event first.
   */
  isStale(thrown: unknown, place: number): boolean {
    const kind = this.sites[place - 1]?.kind;
    if (kind === 'value') return true;
    // Nothing else at such a site throws one.
    const isStale = thrown instanceof TypeError && kind === 'trap';
    if (isStale) this.machine.tier?.memoryGrown(this.func);
    return isStale;
  }

  /** Is the state at this site in variables, and not in the frame? */
  get keeps(): Uint8Array {
    return Uint8Array.from([
      0,
      ...this.sites.map((s) => (s.kind === 'trap' || s.kind === 'value' || s.probe >= 0 ? 1 : 0)),
    ]);
  }

  /** What the caller gets to see of an error that comes out of the code, whose activation has a frame. */
  caught(thrown: unknown, depth: number, fp: number, place: number): unknown {
    const { machine, func } = this;
    const { events, frameIps } = machine;
    const site = this.sites[place - 1];
    let error = machine.errorOf(thrown);
    // Where the host's stack was used up, code above may not have been able to say that its activation ends.
    if (machine.depth > depth) error = machine.unwindAbove(error, depth);
    else if (this.tellsEnds && machine.depth < depth) events.noteEnd(depth);
    machine.depth = depth;
    frameIps[depth] = site === undefined ? ~0 : site.kind === 'call' ? site.next : ~site.ip;
    machine.sp = fp + func.frameUnits;
    if (site !== undefined) {
      const { probe, probes, told } = site;
      if (probe >= 0) error = events.fireOthers(probes, probe, error);
      else if (told !== undefined) {
        error = events.tellOtherExits(told.exits, told.index, depth, { exit: told.exit, thrown: error });
      }
      undoCounts(site);
    }
    if (error instanceof Trap && !error.isTraceComplete) {
      error.trace.push(traceFrame(func, site?.pc ?? 0));
      error.tracedTo = depth;
    }
    error = events.activationUnwinds(error, depth);
    machine.depth = depth - 1;
    return error;
  }

  /** The same for an activation that has no frame. */
  caughtQuiet(thrown: unknown, place: number): unknown {
    const error = this.machine.errorOf(thrown);
    const site = this.sites[place - 1];
    if (site !== undefined) undoCounts(site);
    if (error instanceof Trap && !error.isTraceComplete) error.trace.push(traceFrame(this.func, site?.pc ?? 0));
    return error;
  }

  /** Units of interpreter code, for immediates of vector instructions. */
  get units(): Int32Array {
    return (this.func.made as FunctionCode).units;
  }
}

// What compiled code calls is made here: a closure that is made where the code is, keeps all that was used to make it.

/** What compiled code calls to be left. */
export function leaver(unit: CompiledUnit): (d: number, fp: number, p: number) => unknown {
  return (d, fp, p) => unit.resume(d, fp, p);
}

/** What it calls with an error. */
export function catcher(unit: CompiledUnit): (x: unknown, d: number, fp: number, p: number) => unknown {
  return (x, d, fp, p) => unit.caught(x, d, fp, p);
}

/** The same where activations have no frames. */
export function quietCatcher(unit: CompiledUnit): (x: unknown, p: number) => unknown {
  return (x, p) => unit.caughtQuiet(x, p);
}

/** What it asks of an error first, if it calls probes itself. */
export function staleness(unit: CompiledUnit): (x: unknown, p: number) => boolean {
  return (x, p) => unit.isStale(x, p);
}

/** Takes back the counts of instructions behind the one that trapped. */
function undoCounts({ run, reached }: Site): void {
  if (run === undefined) return;
  for (let i = reached; i < run.counts.length; i++) {
    const { counter, step } = run.counts[i] as CountRun['counts'][number];
    counter.add(-step);
  }
}
