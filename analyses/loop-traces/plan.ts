/** What is known of the loops of a function before it runs: which branches are in which loop, and where each of their ways leads. */

import { functionLocations, type Location, type Module, ProbeError } from '../../engine/index.ts';
import { type Block, type FunctionStructure, structureOf } from '../../probes/index.ts';
import { branchOps, loopOps, loopsAround } from '../counting/loop-blocks.ts';
import { decidingOps, wayName, wayTargets } from '../counting/way-counts.ts';

/** Control goes from the instruction at `pc` to the one at `to`. Each way has one object. */
export interface Step {
  readonly pc: number;
  readonly to: number;
}

export interface PlannedLoop {
  readonly block: Block;
  /** Loops around it in the function. */
  readonly depth: number;
  /** Of the loop that is entered, in the path of the loop around it. */
  readonly entered: Step;
}

/** A way of a branch. */
export interface Way {
  readonly step: Step;
  readonly name: string;
  /** Of the loop to whose path the step belongs, its place in the list; -1: control is outside all loops. */
  readonly loop: number;
  /** Does it go back to the beginning of that loop? */
  readonly isBack: boolean;
}

/** A branch in a loop that decides something, or leads back or out. */
export interface Site {
  readonly location: Location;
  /** The innermost loop around it. */
  readonly loop: number;
  /** In the order of the outcomes: ways with the same target are the same object. */
  readonly ways: readonly Way[];
}

export interface LoopPlan {
  /** In the order of the code. */
  readonly loops: readonly PlannedLoop[];
  readonly sites: readonly Site[];
}

class Planner {
  private readonly structure: FunctionStructure;
  private readonly numbers = new Map<Block, number>();
  readonly loops: readonly PlannedLoop[];

  constructor(structure: FunctionStructure) {
    this.structure = structure;
    const { module, func } = structure;
    this.loops = functionLocations(module, func, loopOps).map(({ pc }, i) => {
      // Every `loop` opens a block.
      const block = structure.blockOpenedAt(pc) as Block;
      this.numbers.set(block, i);
      return { block, depth: loopsAround(block), entered: { pc, to: pc } };
    });
  }

  /** The innermost loop that a block is in, or is; -1 for none. */
  private loopOf(from: Block | undefined): number {
    for (let block = from; block !== undefined; block = block.parent) {
      const number = this.numbers.get(block);
      if (number !== undefined) return number;
    }
    return -1;
  }

  site(location: Location): Site | undefined {
    const { structure } = this;
    const loop = this.loopOf(structure.blockAround(location.pc));
    const { op, name, mnemonic, effects } = location.instruction;
    const isKnown = decidingOps.has(op) || name === 'br';
    if (loop < 0 || (!isKnown && effects.has('label'))) return undefined;
    if (!isKnown) throw new ProbeError(`there are no paths over ${mnemonic} yet`);
    const ways = this.waysOf(location, loop);
    const isPlain = ways.every((way) => way === ways[0] && way.loop === loop && !way.isBack);
    return isPlain ? undefined : { location, loop, ways };
  }

  private waysOf(location: Location, loop: number): Way[] {
    const { structure } = this;
    const { pc, instruction } = location;
    const blocks = structure.targets(pc);
    const decides = decidingOps.has(instruction.op);
    const targets = decides ? wayTargets(structure, location) : blocks.map(({ target }) => target);
    const names = targets.map((_, i) => (decides ? wayName(instruction.mnemonic, i, targets.length) : ''));
    const byTarget = new Map<number, Way>();
    for (const to of targets) {
      if (byTarget.has(to)) continue;
      const name = shortList(names.filter((_, i) => targets[i] === to));
      const block = blocks.find(({ target }) => target === to);
      const isBack = block?.kind === 'loop';
      byTarget.set(to, { step: { pc, to }, name, loop: block === undefined ? loop : this.loopOf(block), isBack });
    }
    return targets.map((to) => byTarget.get(to) as Way);
  }
}

const LISTED_AT_MOST = 4;

/** Outcomes with the same target: `0, 2, default`. */
function shortList(names: readonly string[]): string {
  if (names.length <= LISTED_AT_MOST) return names.join(', ');
  return `${names.slice(0, LISTED_AT_MOST - 1).join(', ')}, ...`;
}

/** The loops of a function of a valid module. */
export function planLoops(module: Module, func: number): LoopPlan {
  const planner = new Planner(structureOf(module, func));
  const { loops } = planner;
  if (loops.length === 0) return { loops, sites: [] };
  const sites = functionLocations(module, func, branchOps).flatMap((location) => planner.site(location) ?? []);
  return { loops, sites };
}
