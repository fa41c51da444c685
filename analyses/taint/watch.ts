/** The probes of a function: its steps, and the beginning and end of its activations. */

import {
  ENTRY_PC,
  type Exit,
  type ExitProbe,
  type Frame,
  type FuncInstance,
  functionName,
  type LocalProbe,
  localsOf,
  type ModuleInstance,
  type Needs,
} from '../../engine/index.ts';
import { type Attachment, Insertions } from '../../probes/index.ts';
import { whenEntered } from '../counting/when-entered.ts';
import type { FunctionRules } from './function-rules.ts';
import { callMemory, writeRanges } from './host-call.ts';
import { type InstructionSinks, Planner } from './planner.ts';
import type { Step } from './steps.ts';
import type { Tracker, WatchedFunction } from './tracker.ts';

const NAME = 'taint';

export interface WatchOptions {
  readonly sinks: InstructionSinks;
  /** Indices of the functions whose sinks are reported. */
  readonly reported: ReadonlySet<number>;
}

/** Does the steps of one instruction, for activations that were seen to begin. */
class StepsProbe implements LocalProbe {
  readonly name = NAME;
  readonly needs: Needs;
  private readonly tracker: Tracker;
  private readonly watched: WatchedFunction;
  private readonly steps: readonly Step[];

  constructor(tracker: Tracker, watched: WatchedFunction, steps: readonly Step[]) {
    this.tracker = tracker;
    this.watched = watched;
    this.steps = steps;
    this.needs = { frame: false, operands: Math.max(...steps.map(({ operands }) => operands)) };
  }

  fire(_frame: Frame, ...operands: readonly unknown[]): void {
    if (this.tracker.watched !== this.watched) return;
    const [a, b, c] = operands;
    for (let i = 0; i < this.steps.length; i++) (this.steps[i] as Step).run(a, b, c, operands);
  }
}

/** The same for the most frequent case: one step with few operands. */
class StepProbe implements LocalProbe {
  readonly name = NAME;
  readonly needs: Needs;
  private readonly tracker: Tracker;
  private readonly watched: WatchedFunction;
  private readonly step: Step;

  constructor(tracker: Tracker, watched: WatchedFunction, step: Step) {
    this.tracker = tracker;
    this.watched = watched;
    this.step = step;
    this.needs = { frame: false, operands: step.operands };
  }

  fire(_frame: Frame, a?: unknown, b?: unknown, c?: unknown): void {
    if (this.tracker.watched === this.watched) this.step.run(a, b, c, NO_VALUES);
  }
}

const NO_VALUES: readonly unknown[] = [];
/** Operands that steps take one by one. */
const FEW_OPERANDS = 3;

class EntryProbe implements LocalProbe {
  readonly name = NAME;
  readonly needs = { frame: false } as const;
  private readonly tracker: Tracker;
  private readonly watched: WatchedFunction;

  constructor(tracker: Tracker, watched: WatchedFunction) {
    this.tracker = tracker;
    this.watched = watched;
  }

  fire(_frame: Frame): void {
    this.tracker.enter(this.watched);
  }
}

/** Taints memory that an argument points to, where the function is told to be given such memory. */
class PointedMemoryProbe implements LocalProbe {
  readonly name = NAME;
  readonly needs = { locals: true } as const;
  private readonly tracker: Tracker;
  private readonly rules: FunctionRules;

  constructor(tracker: Tracker, rules: FunctionRules) {
    this.tracker = tracker;
    this.rules = rules;
  }

  fire(frame: Frame): void {
    const { tracker, rules } = this;
    const memory = frame.instance.memories[0];
    if (memory === undefined) return;
    const args = frame.func.signature.params.map((_, i) => frame.local(i).value);
    const call = callMemory(tracker, frame.instance, args);
    for (const { label, ranges } of rules.written) {
      tracker.labels.occurred(label, writeRanges(tracker.memory(memory), ranges(call, undefined), label));
    }
  }
}

class LeaveProbe implements ExitProbe {
  readonly name = NAME;
  private readonly tracker: Tracker;
  private readonly watched: WatchedFunction;

  constructor(tracker: Tracker, watched: WatchedFunction) {
    this.tracker = tracker;
    this.watched = watched;
  }

  exit(_frame: Frame, { reason }: Exit): void {
    this.tracker.leave(this.watched, reason !== 'return' && reason !== 'tail-call');
  }
}

/** Watches all functions of an instance, from their first activation on. */
export function watchInstance(tracker: Tracker, instance: ModuleInstance, options: WatchOptions): Attachment {
  const { module } = instance;
  const first = module.importCounts.function;
  const functions = module.bodies.map((_, i) => first + i);
  const attached = new Insertions();
  for (const index of functions) {
    const func = instance.funcs[index] as FuncInstance;
    const rules = tracker.rules.of(func, functionName(module, index));
    if (rules.written.length > 0) attached.local(instance, index, ENTRY_PC, new PointedMemoryProbe(tracker, rules));
  }
  const entered = whenEntered(instance, { functions, name: NAME }, (index, isRunning) => {
    const func = instance.funcs[index] as FuncInstance;
    const { watched, steps } = planned(tracker, { instance, func, options });
    const insertions = new Insertions();
    insertions.local(instance, index, ENTRY_PC, new EntryProbe(tracker, watched));
    insertions.exit(instance, index, new LeaveProbe(tracker, watched));
    for (const [pc, here] of steps) insertions.local(instance, index, pc, probeOf(tracker, watched, here));
    // The event of the entry that led here has begun.
    if (!isRunning) tracker.enter(watched);
    return insertions;
  });
  attached.add(entered);
  return attached;
}

function probeOf(tracker: Tracker, watched: WatchedFunction, steps: readonly Step[]): LocalProbe {
  const [step, ...others] = steps as readonly [Step, ...Step[]];
  const isSimple = others.length === 0 && step.operands <= FEW_OPERANDS && step.takesAll !== true;
  return isSimple ? new StepProbe(tracker, watched, step) : new StepsProbe(tracker, watched, steps);
}

function planned(
  tracker: Tracker,
  {
    instance,
    func,
    options,
  }: {
    readonly instance: ModuleInstance;
    readonly func: FuncInstance;
    readonly options: WatchOptions;
  },
): { readonly watched: WatchedFunction; readonly steps: ReadonlyMap<number, readonly Step[]> } {
  const name = functionName(instance.module, func.index);
  const rules = tracker.rules.of(func, name);
  const watched = { func, name, rules, cellCount: 0, isReported: options.reported.has(func.index) };
  const nameOf = (called: FuncInstance): string =>
    called.instance === null ? 'host function' : functionName(called.instance.module, called.index);
  const planner = new Planner({ tracker, instance, sinks: options.sinks, watched, nameOf }, localCount(instance, func));
  const { steps, cellCount } = planner.plan();
  watched.cellCount = cellCount;
  return { watched, steps };
}

function localCount({ module }: ModuleInstance, { index, signature }: FuncInstance): number {
  return localsOf(module, index).reduce((sum, { count }) => sum + count, signature.params.length);
}
