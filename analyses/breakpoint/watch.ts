/**
 * A condition that is watched everywhere: hits are the moments at which it becomes true. It is looked at where it can have changed: at the first
 * instruction of an activation, and behind instructions that write what it depends on or call. That finds what looking before every
 * instruction would find.
 */

import {
  type Frame,
  functionInstructions,
  functionLocations,
  instructions,
  type LocalProbe,
  type Location,
  type Module,
  type ModuleInstance,
  type Needs,
} from '../../engine/index.ts';
import { type Attachment, Insertions, mergeNeeds, PerActivation, selectInstructions } from '../../probes/index.ts';
import type { BoundExpression, Dependencies } from '../expressions/bind.ts';
import { type HitOptions, hit, holds, type StopState } from './stop.ts';

const callOps = new Set(instructions.filter(({ effects }) => effects.has('call')).map(({ op }) => op));
const growOps = new Set(instructions.filter(({ effects }) => effects.has('grow')).map(({ op }) => op));
const localOps = selectInstructions('local.set, local.tee');
const globalOps = selectInstructions('global.set');
const memoryOps = selectInstructions('writes-memory');

/** Can the instruction change what the condition depends on? */
function mayChange({ locals, globals, hasMemory }: Dependencies): (location: Location) => boolean {
  const isShared = globals.size > 0 || hasMemory;
  return ({ instruction: { op }, immediates: { index } }) =>
    (localOps.has(op) && locals.has(index as number)) ||
    (globalOps.has(op) && globals.has(index as number)) ||
    (isShared && callOps.has(op)) ||
    (hasMemory && (memoryOps.has(op) || growOps.has(op)));
}

/** pcs before which the condition has to be looked at. */
export function watchedPcs(module: Module, func: number, dependencies: Dependencies): number[] {
  const { pcs } = functionInstructions(module, func);
  const changes = mayChange(dependencies);
  const next = new Map(Array.from(pcs, (pc, i) => [pc, pcs[i + 1]]));
  const watched = new Set<number>([pcs[0] as number]);
  for (const location of functionLocations(module, func)) {
    const behind = changes(location) ? next.get(location.pc) : undefined;
    if (behind !== undefined) watched.add(behind);
  }
  return [...watched].sort((a, b) => a - b);
}

/** Whether the condition was true when it was last looked at. */
interface Truth {
  isTrue: boolean;
}

/** Truth belongs to an activation where the condition depends on it, else to the instance. */
export class Truths {
  private readonly shared: Truth = { isTrue: false };
  private readonly own: PerActivation<Truth> | undefined;

  constructor({ locals, hasDepth }: Dependencies) {
    this.own = locals.size > 0 || hasDepth ? new PerActivation() : undefined;
  }

  of(frame: Frame): Truth {
    const { own } = this;
    if (own === undefined) return this.shared;
    let truth = own.get(frame);
    if (truth === undefined) {
      truth = { isTrue: false };
      own.set(frame, truth);
    }
    return truth;
  }
}

interface WatchOptions extends HitOptions {
  readonly condition: BoundExpression;
  readonly truths: Truths;
}

class Watch implements LocalProbe {
  readonly name = 'breakpoint';
  readonly needs: Needs;
  private readonly state: StopState;
  private readonly options: WatchOptions;

  constructor(state: StopState, options: WatchOptions) {
    this.state = state;
    this.options = options;
    this.needs = mergeNeeds(options.printing.needs, options.condition.needs);
  }

  fire(frame: Frame): void {
    const { state, options } = this;
    state.arrivals++;
    const truth = options.truths.of(frame);
    const isTrue = holds(options.condition, frame, state);
    const hasBecomeTrue = isTrue && !truth.isTrue;
    truth.isTrue = isTrue;
    if (hasBecomeTrue) hit(frame, state, options);
  }
}

/** Looks at the condition at a location. */
export function insertWatch(instance: ModuleInstance, state: StopState, options: WatchOptions): Attachment {
  const insertions = new Insertions();
  insertions.local(instance, state.func, state.pc, new Watch(state, options));
  return insertions;
}
