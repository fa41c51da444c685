/**
 * Events: what happens when control reaches a place with probes, or an activation ends.
 *
 * Order and deferral follow the probe contract. Each event takes the lists of probes as they are when it begins
 * (rules 3, 4, 6); global probes come before local ones (rule 7); a probe that throws does not keep the others from
 * firing, and the first failure wins (rule 19).
 */

import { opOf } from '../isa/instructions.ts';
import { Trap } from '../isa/trap.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { FunctionCode } from '../runtime/function-code.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import type { ExitReason } from '../runtime/probe.ts';
import { ProbeError } from '../runtime/probe-error.ts';
import { forms } from './forms.ts';
import { FrameView } from './frame-view.ts';
import type { Machine } from './machine.ts';
import { pcOfFrame } from './unwind.ts';

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

interface Failure {
  readonly error: unknown;
}

interface Named {
  readonly name?: string | undefined;
}

export class Events {
  private readonly machine: Machine;
  private readonly views: (FrameView | undefined)[] = [];
  /** Activation whose end was told last. */
  private toldEnd = 0;

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
    const probes = func.probes?.byUnit.get(ip)?.probes;
    if (probes !== undefined) {
      const frame = this.frame(this.machine.depth);
      let failure: Failure | undefined;
      for (const probe of probes) {
        try {
          probe.fire(frame);
        } catch (error) {
          failure ??= { error: this.failureOf(probe, error) };
        }
      }
      if (failure !== undefined) throw failure.error;
    }
    return this.operation(func, ip);
  }

  /** The same in the traced loop, for every unit: the probes of the instance first. */
  fireGlobal(func: FuncInstance, ip: number): number {
    const globals = (func.instance as ModuleInstance).globalProbes;
    const locals = func.probes?.byUnit.get(ip)?.probes;
    // Unit 0 is the entry, which is no instruction.
    if ((ip > 0 && globals.length > 0) || locals !== undefined) {
      const frame = this.frame(this.machine.depth);
      let failure: Failure | undefined;
      for (const list of [ip > 0 ? globals : [], locals ?? []]) {
        for (const probe of list) {
          try {
            probe.fire(frame);
          } catch (error) {
            failure ??= { error: this.failureOf(probe, error) };
          }
        }
      }
      if (failure !== undefined) throw failure.error;
    }
    return this.operation(func, ip);
  }

  /** The operation that probes cover, or its observed form. Asked after the event, which may have changed probes. */
  private operation(func: FuncInstance, ip: number): number {
    const op = (func.made as FunctionCode).units[ip];
    if (func.probes === null || func.probes.exits.length === 0) return op;
    return observed.get(op) ?? op;
  }

  /** Tells the end of the activation at this depth, which is still readable. */
  activationEnds(depth: number, reason: ExitReason): void {
    const failure = this.tellEnd(depth, reason);
    if (failure === undefined) return;
    this.toldEnd = this.machine.frameSerials[depth];
    throw failure.error;
  }

  private tellEnd(depth: number, reason: ExitReason): Failure | undefined {
    const exits = this.machine.frameFuncs[depth].probes?.exits;
    if (exits === undefined || exits.length === 0) return undefined;
    const frame = this.frame(depth);
    let failure: Failure | undefined;
    for (const probe of exits) {
      try {
        probe.exit(frame, reason);
      } catch (error) {
        failure ??= { error: this.failureOf(probe, error) };
      }
    }
    return failure;
  }

  /** Ends all activations from the topmost down to `base`; returns the error to throw: the first one. */
  activationsUnwind(error: unknown, base: number): unknown {
    const machine = this.machine;
    const reason: ExitReason = error instanceof Trap ? 'trap' : 'host-error';
    for (let d = machine.depth; d >= base; d--) {
      machine.depth = d;
      const isTold = this.toldEnd === machine.frameSerials[d];
      // A failure here comes after the one that unwinds, which wins.
      if (!isTold) this.tellEnd(d, reason);
    }
    machine.depth = base - 1;
    return error;
  }

  /** What a probe's exception becomes: traps are for the program, all else names the probe (rule 19). */
  private failureOf(probe: Named, error: unknown): unknown {
    if (error instanceof Trap || error instanceof ProbeError) return error;
    const machine = this.machine;
    const func = machine.frameFuncs[machine.depth];
    const pc = pcOfFrame(func, machine.frameIps[machine.depth]);
    const name = probe.name ?? probe.constructor.name;
    const message = error instanceof Error ? error.message : String(error);
    return new ProbeError(`probe ${name} failed at function ${func.index}, pc ${pc}: ${message}`, {
      probe: name,
      func: func.index,
      pc,
      cause: error,
    });
  }
}
