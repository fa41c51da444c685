/**
 * Blocks and loops: when an activation enters them, goes round, and leaves.
 *
 * What an activation is in is known from the places where it arrives: the instruction that opens a block, the pcs to
 * which branches out of loops go, the end of a loop, and the end of the activation. So these events need neither operands nor
 * a probe at any branch.
 */

import {
  type Exit,
  type ExitProbe,
  type ExitReason,
  type Frame,
  functionLocations,
  instructions,
  type LocalProbe,
  type Location,
  type ModuleInstance,
  type Needs,
  opOf,
} from '../../engine/index.ts';
import { type Attachment, Insertions } from '../attachment.ts';
import { type EventOptions, mergeNeeds } from '../event-options.ts';
import { handlerName } from '../handler-name.ts';
import { PerActivation } from '../per-activation.ts';
import { selectFunctions } from '../select-functions.ts';
import { type Block, branchOps, type FunctionStructure, structureOf } from '../structure.ts';

/** A block is entered: `block`, or an arm of `if`. For loops see `onLoop`. */
export interface BlockEntryEvent {
  readonly frame: Frame;
  /** The instruction that opens the block. */
  readonly location: Location;
  readonly block: Block;
  /** Of `if`, the arm that control goes into. */
  readonly arm: 'then' | 'else' | undefined;
}

/** How control leaves a loop: by reaching its `end`, by a branch to a label outside, or with its activation. */
export type LoopExitWay = 'fall-through' | 'branch' | ExitReason;

/** What happens with a loop. An execution of a loop begins with its entry and ends with its exit. */
export interface LoopEvent {
  readonly kind: 'entry' | 'iteration' | 'exit';
  /** Stands at the `loop`; for an exit at its `end`, at the target of the branch, or where the activation ends. */
  readonly frame: Frame;
  /** The `loop` instruction. */
  readonly location: Location;
  readonly block: Block;
  /** Iterations begun since the entry: 1 with the entry, then one more with every branch back. */
  readonly iterations: number;
  /** For an exit; else undefined. */
  readonly way: LoopExitWay | undefined;
}

const OP_LOOP = opOf('loop');
const OP_IF = opOf('if');
const blockOps: ReadonlySet<number> = new Set(
  instructions.filter((i) => i.effects.has('label') && i.op !== OP_LOOP).map((i) => i.op),
);

class BlockProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  private readonly location: Location;
  private readonly block: Block;
  private readonly handler: (event: BlockEntryEvent) => void;

  constructor(location: Location, block: Block, handler: (event: BlockEntryEvent) => void, options: EventOptions) {
    this.name = handlerName(handler, options, 'block');
    this.needs = block.kind === 'if' ? mergeNeeds(options.needs, { operands: 1 }) : (options.needs ?? {});
    this.location = location;
    this.block = block;
    this.handler = handler;
  }

  fire(frame: Frame): void {
    const { location, block } = this;
    if (location.instruction.op !== OP_IF) {
      this.handler({ frame, location, block, arm: undefined });
      return;
    }
    const arm = frame.operand(0).value !== 0 ? 'then' : 'else';
    if (arm === 'else' && block.else < 0) return; // passes the block by
    this.handler({ frame, location, block, arm });
  }
}

/** Calls the handler when a `block` or an arm of an `if` is entered. */
export function onBlockEntry(
  instance: ModuleInstance,
  handler: (event: BlockEntryEvent) => void,
  options: EventOptions = {},
): Attachment {
  const { module } = instance;
  const insertions = new Insertions();
  for (const func of selectFunctions(module, options.functions)) {
    const structure = structureOf(module, func);
    for (const location of functionLocations(module, func, blockOps)) {
      const block = structure.blockOpenedAt(location.pc) as Block;
      insertions.local(instance, func, location.pc, new BlockProbe(location, block, handler, options));
    }
  }
  return insertions;
}

/** One loop of a function. */
interface Loop {
  readonly location: Location;
  readonly block: Block;
}

interface Execution {
  readonly loop: Loop;
  iterations: number;
}

/** The loops that each activation is in, the outermost first. */
class LoopTracker {
  readonly name: string;
  readonly needs: Needs;
  private readonly handler: (event: LoopEvent) => void;
  private readonly executions = new PerActivation<Execution[]>();

  constructor(handler: (event: LoopEvent) => void, options: EventOptions) {
    this.name = handlerName(handler, options, 'loop');
    this.needs = options.needs ?? {};
    this.handler = handler;
  }

  private tell(frame: Frame, kind: LoopEvent['kind'], { loop, iterations }: Execution, way?: LoopExitWay): void {
    this.handler({ kind, frame, location: loop.location, block: loop.block, iterations, way });
  }

  /** Control is at `pc`: the loops that do not reach so far have been left by a branch. */
  leaveAround(frame: Frame, pc: number): void {
    const executions = this.executions.get(frame);
    for (let last = executions?.at(-1); last !== undefined; last = executions?.at(-1)) {
      const { start, end } = last.loop.block;
      if (pc >= start && pc <= end) return;
      executions?.pop();
      this.tell(frame, 'exit', last, 'branch');
    }
  }

  /** Control is at the `loop`. */
  arriveAtStart(frame: Frame, loop: Loop): void {
    let executions = this.executions.get(frame);
    if (executions === undefined) {
      executions = [];
      this.executions.set(frame, executions);
    }
    const last = executions.at(-1);
    if (last !== undefined && last.loop.block === loop.block) {
      last.iterations++;
      this.tell(frame, 'iteration', last);
      return;
    }
    const execution = { loop, iterations: 1 };
    executions.push(execution);
    this.tell(frame, 'entry', execution);
  }

  /** Control is at the `end` of the loop, where it only comes by falling through. */
  arriveAtEnd(frame: Frame, loop: Loop): void {
    const executions = this.executions.get(frame);
    const last = executions?.at(-1);
    // In an activation that was in the loop when this was attached, the loop is not known.
    if (last === undefined || last.loop.block !== loop.block) return;
    executions?.pop();
    this.tell(frame, 'exit', last, 'fall-through');
  }

  /** The activation ends. */
  leaveAll(frame: Frame, { reason }: Exit): void {
    const executions = this.executions.take(frame);
    for (let last = executions?.pop(); last !== undefined; last = executions?.pop())
      this.tell(frame, 'exit', last, reason);
  }
}

/** One place where loops begin or end, or where branches out of loops arrive. */
class LoopProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  isTarget = false;
  startOf: Loop | undefined;
  endOf: Loop | undefined;
  private readonly pc: number;
  private readonly tracker: LoopTracker;

  constructor(pc: number, tracker: LoopTracker) {
    this.name = tracker.name;
    this.needs = tracker.needs;
    this.pc = pc;
    this.tracker = tracker;
  }

  fire(frame: Frame): void {
    if (this.isTarget) this.tracker.leaveAround(frame, this.pc);
    if (this.startOf !== undefined) this.tracker.arriveAtStart(frame, this.startOf);
    if (this.endOf !== undefined) this.tracker.arriveAtEnd(frame, this.endOf);
  }
}

class LoopExitProbe implements ExitProbe {
  readonly name: string;
  readonly needs: Needs;
  private readonly tracker: LoopTracker;

  constructor(tracker: LoopTracker) {
    this.name = tracker.name;
    this.needs = tracker.needs;
    this.tracker = tracker;
  }

  exit(frame: Frame, exit: Exit): void {
    this.tracker.leaveAll(frame, exit);
  }
}

/** Is the block inside a loop that a branch to `target` leaves? */
function leavesLoop(from: Block, target: Block): boolean {
  for (let block: Block | undefined = from; block !== undefined && block !== target; block = block.parent) {
    if (block.kind === 'loop') return true;
  }
  return false;
}

/** pcs at which branches out of loops arrive. */
function targetsOutOfLoops(structure: FunctionStructure): Set<number> {
  const targets = new Set<number>();
  for (const { pc } of functionLocations(structure.module, structure.func, branchOps)) {
    const from = structure.blockAround(pc);
    for (const target of structure.targets(pc)) if (leavesLoop(from, target)) targets.add(target.target);
  }
  return targets;
}

function loopProbes(
  structure: FunctionStructure,
  loops: readonly Loop[],
  tracker: LoopTracker,
): Map<number, LoopProbe> {
  const probes = new Map<number, LoopProbe>();
  const at = (pc: number): LoopProbe => {
    const probe = probes.get(pc) ?? new LoopProbe(pc, tracker);
    probes.set(pc, probe);
    return probe;
  };
  for (const loop of loops) {
    at(loop.block.start).startOf = loop;
    at(loop.block.end).endOf = loop;
  }
  for (const pc of targetsOutOfLoops(structure)) at(pc).isTarget = true;
  return probes;
}

/**
 * Calls the handler when an activation enters a loop, branches back to its beginning, and leaves it. Every entry has
 * its exit, the inner loop's before the outer's. In an activation that is inside a loop when this is attached,
 * the next arrival at the `loop` counts as its entry.
 */
export function onLoop(
  instance: ModuleInstance,
  handler: (event: LoopEvent) => void,
  options: EventOptions = {},
): Attachment {
  const { module } = instance;
  const insertions = new Insertions();
  const tracker = new LoopTracker(handler, options);
  const ops = new Set([OP_LOOP]);
  for (const func of selectFunctions(module, options.functions)) {
    const locations = functionLocations(module, func, ops);
    if (locations.length === 0) continue;
    const structure = structureOf(module, func);
    const loops = locations.map((location) => ({ location, block: structure.blockOpenedAt(location.pc) as Block }));
    for (const [pc, probe] of loopProbes(structure, loops, tracker)) insertions.local(instance, func, pc, probe);
    insertions.exit(instance, func, new LoopExitProbe(tracker));
  }
  return insertions;
}
