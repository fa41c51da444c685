/**
 * Counting of loops, in two ways.
 *
 * A loop without calls in it cannot begin again before it has ended, in whatever activation. So it is enough to know whether control comes to the `loop`
 * from before or by a branch back, and an execution has ended when the next one begins. For these, probes at the `loop` and at the branches
 * back do without frames. Loops with calls may be in several activations at once: they are followed for each activation.
 */

import {
  functionLocations,
  instructions,
  type LocalProbe,
  type Location,
  type Module,
  type ModuleInstance,
  type Needs,
} from '../../engine/index.ts';
import { type Attachment, type Block, Insertions, onLoop, structureOf } from '../../probes/index.ts';
import { branchOps, loopOps, loopsAround } from '../counting/loop-blocks.ts';
import type { LoopCount } from './data.ts';
import { TripCounts } from './trips.ts';

const callOps = new Set(instructions.filter(({ effects }) => effects.has('call')).map(({ op }) => op));

/** What is known of one loop. */
export class LoopState implements LocalProbe {
  readonly name = 'loops';
  readonly needs: Needs = { frame: false };
  readonly block: Block;
  readonly hasCalls: boolean;
  entries = 0;
  iterations = 0;
  readonly trips = new TripCounts();
  /** Iterations of the execution that is on its way, or was the last one; for loops without calls. */
  private current = 0;
  /** Is control on its way back? */
  private isBack = false;

  constructor(block: Block, hasCalls: boolean) {
    this.block = block;
    this.hasCalls = hasCalls;
  }

  /** Control comes to the `loop`. */
  fire(): void {
    this.iterations++;
    if (this.isBack) {
      this.isBack = false;
      this.current++;
      return;
    }
    this.entries++;
    if (this.current > 0) this.trips.add(this.current);
    this.current = 1;
  }

  /** A branch goes back to the `loop`. */
  goesBack(): void {
    this.isBack = true;
  }

  toCount(): LoopCount {
    const { block, entries, iterations } = this;
    const trips = this.trips.copy();
    if (this.current > 0) trips.add(this.current);
    return { pc: block.start, end: block.end, depth: loopsAround(block), entries, iterations, trips: trips.toTrips() };
  }
}

/** The loops of a function, in the order of the code. */
export function loopStates(module: Module, func: number): LoopState[] {
  const structure = structureOf(module, func);
  const calls = functionLocations(module, func, callOps).map(({ pc }) => pc);
  return functionLocations(module, func, loopOps).map(({ pc }) => {
    const block = structure.blockOpenedAt(pc) as Block;
    return new LoopState(
      block,
      calls.some((call) => call > block.start && call < block.end),
    );
  });
}

/** Counts the loops of a function of an instance. */
export function attachLoops(instance: ModuleInstance, func: number, states: readonly LoopState[]): Attachment {
  const insertions = new Insertions();
  const leaves = states.filter(({ hasCalls }) => !hasCalls);
  const byStart = new Map(states.map((state) => [state.block.start, state]));
  for (const state of leaves) insertions.local(instance, func, state.block.start, state);
  for (const { location, loops } of branchesBack(instance.module, func, leaves)) {
    insertions.local(instance, func, location.pc, branchProbe(location, loops));
  }
  if (leaves.length === states.length) return insertions;
  insertions.add(
    onLoop(
      instance,
      ({ kind, block, iterations }) => {
        const state = byStart.get(block.start);
        if (state === undefined || !state.hasCalls) return;
        if (kind === 'exit') state.trips.add(iterations);
        else state.iterations++;
        if (kind === 'entry') state.entries++;
      },
      { functions: func, name: 'loops' },
    ),
  );
  return insertions;
}

interface BranchBack {
  readonly location: Location;
  /** For each label of the branch, the loop that it goes back to. */
  readonly loops: readonly (LoopState | undefined)[];
}

function branchesBack(module: Module, func: number, states: readonly LoopState[]): BranchBack[] {
  const structure = structureOf(module, func);
  const byBlock = new Map(states.map((state) => [state.block, state]));
  return functionLocations(module, func, branchOps)
    .map((location) => ({ location, loops: structure.targets(location.pc).map((block) => byBlock.get(block)) }))
    .filter(({ loops }) => loops.some((loop) => loop !== undefined));
}

/** Tells loops that control is about to go back to them. */
function branchProbe({ instruction }: Location, loops: readonly (LoopState | undefined)[]): LocalProbe {
  const name = 'loops';
  const [loop] = loops as [LoopState];
  const needs: Needs = { frame: false, operands: 1 };
  switch (instruction.name) {
    case 'br':
      return { name, needs: { frame: false }, fire: () => loop.goesBack() };
    case 'br_if':
      return { name, needs, fire: (_frame, condition) => void (condition !== 0 && loop.goesBack()) };
    case 'br_on_null':
      return { name, needs, fire: (_frame, reference) => void (reference === null && loop.goesBack()) };
    case 'br_on_non_null':
      return { name, needs, fire: (_frame, reference) => void (reference !== null && loop.goesBack()) };
    default:
      return {
        name,
        needs,
        fire: (_frame, index) => loops[Math.min((index as number) >>> 0, loops.length - 1)]?.goesBack(),
      };
  }
}
