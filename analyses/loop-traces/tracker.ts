/**
 * Follows the loops of one function of an instance. Activations of a function nest, so that the one that began last and has not ended is the
 * one in which something happens: probes at entries and ends keep a stack, and those at branches do without frames.
 */

import {
  ENTRY_PC,
  type ExitProbe,
  type LocalProbe,
  type Location,
  type ModuleInstance,
  type Needs,
} from '../../engine/index.ts';
import { type Attachment, Insertions } from '../../probes/index.ts';
import type { Ending, Execution, LoopState } from './paths.ts';
import type { LoopPlan, Site, Way } from './plan.ts';

const NAME = 'loop-traces';
const NO_OPERANDS: Needs = { frame: false };
const ONE_OPERAND: Needs = { frame: false, operands: 1 };

interface Activation {
  /** Loops that it is in, the innermost last. */
  readonly executions: Execution[];
  /** Is control on its way back to the beginning of the innermost? */
  isBack: boolean;
}

export class LoopTracker {
  private readonly states: readonly LoopState[];
  /** Used again for the next activation on the same level. The first one stands for all that began before anybody looked. */
  private readonly activations: Activation[] = [{ executions: [], isBack: false }];
  private level = 0;
  private current = this.activations[0] as Activation;

  constructor(states: readonly LoopState[]) {
    this.states = states;
  }

  /** An activation begins. */
  begin(): void {
    this.level++;
    let next = this.activations[this.level];
    if (next === undefined) {
      next = { executions: [], isBack: false };
      this.activations[this.level] = next;
    }
    this.current = next;
  }

  /** The innermost activation ends. */
  end(ending: Ending): void {
    const { current } = this;
    while (current.executions.length > 0) this.leave(ending);
    current.isBack = false;
    if (this.level === 0) return;
    this.level--;
    this.current = this.activations[this.level] as Activation;
  }

  /** Executions that are on their way, the outermost first. */
  get running(): Execution[] {
    return this.activations.slice(0, this.level + 1).flatMap(({ executions }) => executions);
  }

  private leave(ending: Ending): void {
    const execution = this.current.executions.pop();
    execution?.loop.leave(execution, ending);
  }

  /** The execution of the innermost loop at `pc`. Loops that do not reach so far were left by an exception. */
  private executionAt(pc: number, loop: LoopState): Execution | undefined {
    const { executions } = this.current;
    let last = executions[executions.length - 1];
    if (last !== undefined && last.loop === loop) return last;
    while (last !== undefined && !contains(last.loop, pc)) {
      this.leave('throw');
      last = executions[executions.length - 1];
    }
    return last !== undefined && last.loop === loop ? last : undefined;
  }

  /** Control is at a `loop`. */
  arrive(loop: LoopState): void {
    const { current } = this;
    const { start } = loop.plan.block;
    const execution = this.executionAt(start, loop);
    if (execution !== undefined && current.isBack) {
      current.isBack = false;
      loop.iterate(execution);
      return;
    }
    // It is known, but no branch led here: an exception did.
    if (execution !== undefined) this.leave('throw');
    const around = current.executions[current.executions.length - 1];
    around?.loop.go(around, loop.plan.entered);
    current.executions.push(loop.enter());
  }

  /** Control reaches the `end` of a loop. */
  reachEnd(loop: LoopState): void {
    if (this.executionAt(loop.plan.block.end, loop) !== undefined) this.leave('end');
  }

  /** Control goes a way from a branch at `pc` in a loop. */
  take(pc: number, from: LoopState, { step, loop, isBack }: Way): void {
    // In an activation that was in the loop when this was attached, the loop is not known.
    let execution = this.executionAt(pc, from);
    if (execution === undefined) return;
    const target = this.states[loop];
    const { executions } = this.current;
    while (execution !== undefined && execution.loop !== target) {
      execution.loop.go(execution, step);
      this.leave('out');
      execution = executions[executions.length - 1];
    }
    if (execution === undefined) return;
    execution.loop.go(execution, step);
    if (isBack) this.current.isBack = true;
  }

  /** Puts the probes into the function. */
  attach(instance: ModuleInstance, func: number, { sites }: LoopPlan): Attachment {
    const insertions = new Insertions();
    const exit: ExitProbe = { name: NAME, exit: (_frame, { reason }) => this.end(reason) };
    insertions.local(instance, func, ENTRY_PC, { name: NAME, needs: NO_OPERANDS, fire: () => this.begin() });
    insertions.exit(instance, func, exit);
    for (const loop of this.states) {
      const { start, end } = loop.plan.block;
      insertions.local(instance, func, start, { name: NAME, needs: NO_OPERANDS, fire: () => this.arrive(loop) });
      insertions.local(instance, func, end, { name: NAME, needs: NO_OPERANDS, fire: () => this.reachEnd(loop) });
    }
    for (const site of sites) insertions.local(instance, func, site.location.pc, this.probeFor(site));
    return insertions;
  }

  private probeFor({ location, loop, ways }: Site): LocalProbe {
    const { pc } = location;
    const from = this.states[loop] as LoopState;
    const outcome = outcomeOf(location, ways.length);
    if (outcome === undefined) {
      return { name: NAME, needs: NO_OPERANDS, fire: () => this.take(pc, from, ways[0] as Way) };
    }
    const fire = (_frame: unknown, operand: unknown): void => this.take(pc, from, ways[outcome(operand)] as Way);
    return { name: NAME, needs: ONE_OPERAND, fire };
  }
}

function contains({ plan }: LoopState, pc: number): boolean {
  const { start, end } = plan.block;
  return pc >= start && pc <= end;
}

/** Which way a branch goes, by its operand; undefined for `br`. */
function outcomeOf({ instruction }: Location, ways: number): ((operand: unknown) => number) | undefined {
  switch (instruction.name) {
    case 'br':
      return undefined;
    case 'br_table':
      return (index) => Math.min((index as number) >>> 0, ways - 1);
    case 'br_on_null':
      return (reference) => (reference === null ? 1 : 0);
    case 'br_on_non_null':
      return (reference) => (reference !== null ? 1 : 0);
    default:
      return (condition) => (condition !== 0 ? 1 : 0);
  }
}
