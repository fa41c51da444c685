/**
 * Events: what happens when control reaches a place with probes, or an activation ends.
 *
 * Order and deferral follow the probe contract. Each event takes the lists of probes as they are when it begins
 * (rules 3, 4, 6); global probes come before local ones (rule 7); a probe that throws does not keep the others from
 * firing, and the first failure of a probe wins (rule 19), also over a trap that was unwinding when it happened.
 */

import { opOf } from '../isa/instructions.ts';
import { Trap } from '../isa/trap.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { FunctionCode } from '../runtime/function-code.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import { NO_FRAME } from '../runtime/no-frame.ts';
import {
  ACCESS,
  END_ACCESS,
  type Exit,
  type ExitProbe,
  type ExitReason,
  type Inserted,
  type LocalProbe,
  type ProbeBase,
} from '../runtime/probe.ts';
import { isProbeFailure, probeFailure } from '../runtime/probe-error.ts';
import type { FunctionProbes } from '../runtime/sites.ts';
import { forms } from './forms.ts';
import { FrameView } from './frame-view.ts';
import type { Machine } from './machine.ts';
import { pcOfFrame, traceOf } from './unwind.ts';

/** Units that end an activation, and what stands in for them where that is observed. */
const observed = new Map<number, number>([
  [forms['return/0'], forms['return/observed']],
  [forms['return/1'], forms['return/observed']],
  [forms['return/n'], forms['return/observed']],
  [opOf('return_call'), forms['return_call/observed']],
  [opOf('return_call_indirect'), forms['return_call_indirect/observed']],
  [opOf('return_call_ref'), forms['return_call_ref/observed']],
]);

/** Does this unit end the activation? */
export function endsActivation(op: number): boolean {
  return observed.has(op);
}

/** Does this unit end the activation by an end that exit probes of the function are told of? */
export function isEndObserved(probes: FunctionProbes, op: number): boolean {
  const form = observed.get(op);
  if (form === undefined || probes.exits.length === 0) return false;
  // A tail call is noted even where nobody hears of it: what fails behind it does not end the caller's activation.
  return form !== forms['return/observed'] || probes.watchesReturns;
}

/** What a probe threw that was told of an end. */
interface Told {
  readonly exit: Exit;
  readonly thrown: unknown;
}

interface Failure {
  readonly error: unknown;
}

/** The event of a probe that gets values in place of the frame. */
function fireWithValues({ probe, access, accessed }: Inserted<LocalProbe>, frame: FrameView): void {
  const operands = access & ACCESS.operands;
  if (accessed !== undefined) {
    accessed.read(
      (count) => frame.topOperands(count),
      (address, value) => probe.fire(NO_FRAME, address, value),
    );
  } else if (operands === 0) probe.fire(NO_FRAME);
  else probe.fire(NO_FRAME, ...frame.topOperands(operands).map(({ value }) => value));
}

const NO_PROBES: readonly Inserted<LocalProbe>[] = [];

export class Events {
  private readonly machine: Machine;
  private readonly views: (FrameView | undefined)[] = [];
  /** What the probe that is firing may read (`ACCESS`); 0 outside of events. */
  access = 0;
  /** By depth, the serial number of the activation whose end was told last: none is told twice (rule 13). */
  private readonly toldEnds: number[] = [];

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** The accessor of the activation at this depth: one object for its whole life (rule 18). */
  frame(depth: number): FrameView {
    const serial = this.machine.frameSerials[depth];
    let view = this.views[depth];
    if (view === undefined || view.serial !== serial) {
      view = new FrameView(this.machine, depth, serial);
      this.views[depth] = view;
    }
    return view;
  }

  /** Fires the local probes at the unit and returns the operation to execute. */
  fireLocal(func: FuncInstance, ip: number): number {
    const probes = func.probes?.byUnit.get(ip)?.entries;
    if (probes !== undefined) this.fireAll(probes, NO_PROBES);
    return this.operation(func, ip);
  }

  /** The same in the traced loop, for every unit: the probes of the instance first. */
  fireGlobal(func: FuncInstance, ip: number): number {
    // Unit 0 is the entry, which is no instruction.
    const globals = ip > 0 ? (func.instance as ModuleInstance).globalProbes.entries : NO_PROBES;
    const locals = func.probes?.byUnit.get(ip)?.entries ?? NO_PROBES;
    if (globals.length > 0 || locals.length > 0) this.fireAll(globals, locals);
    return this.operation(func, ip);
  }

  /** Fires probes at the topmost frame. */
  fireAll(first: readonly Inserted<LocalProbe>[], second: readonly Inserted<LocalProbe>[]): void {
    const frame = this.frame(this.machine.depth);
    const outer = this.access;
    let failure: Failure | undefined;
    for (let i = 0; i < first.length + second.length; i++) {
      const inserted = (i < first.length ? first[i] : second[i - first.length]) as Inserted<LocalProbe>;
      const { probe, access } = inserted;
      this.access = access;
      try {
        if ((access & ACCESS.frameless) === 0) probe.fire(frame);
        else fireWithValues(inserted, frame);
      } catch (error) {
        failure ??= { error: this.failureOf(probe, error) };
      }
    }
    this.access = outer;
    if (failure !== undefined) throw failure.error;
  }

  /** The operation that probes cover, or its observed form. Asked after the event, which may have changed probes. */
  operation(func: FuncInstance, ip: number): number {
    const op = (func.made as FunctionCode).units[ip];
    if (func.probes === null || !isEndObserved(func.probes, op)) return op;
    return observed.get(op) as number;
  }

  /** Tells the end of the activation at this depth, which is still readable; its results are the topmost operands. */
  activationEnds(depth: number, reason: 'return' | 'tail-call'): void {
    const failure = this.tellEnd(depth, reason, undefined);
    // What fails from here on, as the stack of the callee or the host function of a tail call, ends no activation again.
    this.noteEnd(depth);
    if (failure !== undefined) throw failure.error;
  }

  private tellEnd(depth: number, reason: ExitReason, error: unknown): Failure | undefined {
    const exits = this.machine.frameFuncs[depth].probes?.exits.entries;
    if (exits === undefined || exits.length === 0) return undefined;
    return this.tellExits(exits, depth, { reason, results: [], error });
  }

  /** Tells those of the exit probes that wait for this reason. */
  private tellExits(exits: readonly Inserted<ExitProbe>[], depth: number, bare: Exit): Failure | undefined {
    const { reason, error } = bare;
    const outer = this.access;
    let failure: Failure | undefined;
    for (const { probe, access } of exits) {
      if ((access & END_ACCESS[reason]) === 0) continue;
      // Whoever sees an end sees the whole trace. Below a function with exit probes every activation has a frame.
      if (error instanceof Trap) this.machine.completeTrace(error, error.tracedTo);
      this.access = access;
      try {
        const hasResults = reason === 'return' && (access & ACCESS.results) !== 0;
        const exit = hasResults ? { ...bare, results: this.frame(depth).results() } : bare;
        probe.exit((access & ACCESS.frameless) === 0 ? this.frame(depth) : NO_FRAME, exit);
      } catch (thrown) {
        failure ??= { error: this.failureOf(probe, thrown) };
      }
    }
    this.access = outer;
    return failure;
  }

  /**
   * The exit probe with this index has thrown when compiled code told it of an end; those behind it are still told. Returns the error to
   * throw: the first failure (rule 19).
   */
  tellOtherExits(exits: readonly Inserted<ExitProbe>[], failed: number, depth: number, told: Told): unknown {
    const { machine } = this;
    machine.depth = depth;
    const error = this.failureOf((exits[failed] as Inserted<ExitProbe>).probe, told.thrown);
    this.tellExits(exits.slice(failed + 1), depth, told.exit);
    this.noteEnd(depth);
    return error;
  }

  /** The end of the activation at `depth` was told. */
  noteEnd(depth: number): void {
    this.toldEnds[depth] = this.machine.frameSerials[depth] as number;
  }

  /** Ends all activations from the topmost down to `base`, for one reason; returns the error to throw. */
  activationsUnwind(error: unknown, base: number): unknown {
    const machine = this.machine;
    const reason: ExitReason = error instanceof Trap ? 'trap' : 'host-error';
    let failure: Failure | undefined;
    for (let d = machine.depth; d >= base; d--) {
      machine.depth = d;
      if (this.toldEnds[d] === machine.frameSerials[d]) continue;
      const later = this.tellEnd(d, reason, error);
      failure ??= later;
    }
    machine.depth = base - 1;
    // A probe that fails is heard of, whatever ended the activation; but it is the first one that is.
    return failure === undefined || isProbeFailure(error) ? error : failure.error;
  }

  /** Are there exit probes that were not told of the end of the activation at `depth`? */
  waitsForEnd(depth: number): boolean {
    const { frameFuncs, frameSerials } = this.machine;
    if (this.toldEnds[depth] === frameSerials[depth]) return false;
    return (frameFuncs[depth]?.probes?.exits.length ?? 0) > 0;
  }

  /** Ends the activation at `depth` because of an error, unless its end was told; returns the error to throw. */
  activationUnwinds(error: unknown, depth: number): unknown {
    const { machine } = this;
    machine.depth = depth;
    if (this.toldEnds[depth] === machine.frameSerials[depth]) return error;
    const failure = this.tellEnd(depth, error instanceof Trap ? 'trap' : 'host-error', error);
    this.noteEnd(depth);
    return failure === undefined || isProbeFailure(error) ? error : failure.error;
  }

  /** The probe with this index has thrown in its event; the others of the event still fire. Returns the error to throw. */
  fireOthers(probes: readonly Inserted<LocalProbe>[], failed: number, thrown: unknown): unknown {
    const error = this.failureOf((probes[failed] as Inserted<LocalProbe>).probe, thrown);
    try {
      this.fireAll(probes.slice(failed + 1), NO_PROBES);
    } catch {
      // The first failure of an event wins (rule 19).
    }
    return error;
  }

  /** What a probe's exception becomes: traps are for the program, all else names the probe (rule 19). */
  private failureOf(probe: ProbeBase, error: unknown): unknown {
    const machine = this.machine;
    if (error instanceof Trap && !error.isTraceComplete) {
      error.trace.push(...traceOf(machine, machine.depth, 0).slice(error.trace.length));
      error.isTraceComplete = true;
    }
    if (isProbeFailure(error)) return error;
    const func = machine.frameFuncs[machine.depth];
    return probeFailure(probe, func.index, pcOfFrame(func, machine.frameIps[machine.depth]), error);
  }
}
