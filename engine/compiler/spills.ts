/**
 * When locals are written to the frame, and the frame is pushed.
 *
 * They must be there at each call of a function that is not quiet, and at each event that takes the frame. If control meets from many
 * places, each of which has assigned other locals, all of them would have to be written at each call from there on. So a way on which few
 * of the ways that meet there have been assigned writes them before it arrives. As a local is written at most once for each assignment, this
 * costs little at run time, and makes the code of a large function half as long.
 */

import type { FuncInstance } from '../runtime/function.ts';
import type { Block } from './block.ts';
import { type Emitter, PUSH } from './emitter.ts';
import { quietReach } from './quiet.ts';
import type { BlockFacts } from './structure.ts';

/** A way that leads to a place where control meets. */
interface Way {
  readonly dirty: Uint8Array;
  readonly write: (text: string) => void;
}

export class Spills {
  private readonly e: Emitter;
  private readonly quiet = new Map<number, boolean>();
  private last: number | undefined;
  private taken: Uint8Array | undefined;

  constructor(e: Emitter) {
    this.e = e;
  }

  /** Does a call need the frame? */
  private isQuiet(callee: number): boolean {
    if (callee < 0 || this.e.purpose.isStressed) return false;
    let isQuiet = this.quiet.get(callee);
    if (isQuiet === undefined) {
      isQuiet = quietReach(this.e.instance.funcs[callee] as FuncInstance) !== null;
      this.quiet.set(callee, isQuiet);
    }
    return isQuiet;
  }

  /** pc of the last place where the frame must be up to date. */
  private get lastPlace(): number {
    if (this.e.hasFrameProbes) return Number.POSITIVE_INFINITY;
    return (this.last ??= Math.max(-1, ...this.e.facts.calls.flatMap(({ pc, callee }) => (this.isQuiet(callee) ? [] : [pc]))));
  }

  /**
   * Is it better to write locals before each iteration of a loop than at each call inside? Supposing that every instruction is executed equally
   * often, the one costs at most an assignment for each `local.set`, the other one for each call and local.
   */
  keepsClean({ calls, assigned, assignments }: BlockFacts): boolean {
    if (this.e.hasFrameProbes) return true;
    const places = calls.reduce((sum, callee) => sum + (this.isQuiet(callee) ? 0 : 1), 0);
    return places * assigned.size > assignments;
  }

  /** Is a frame pushed before a loop? Else it would be asked at each call inside whether it has been. */
  pushesBefore({ isLoop, calls }: BlockFacts): boolean {
    return isLoop && calls.some((callee) => !this.isQuiet(callee));
  }

  /** Before a branch to the start of a loop. */
  writeForLoop(block: Block): void {
    if (!block.beginsClean) return;
    for (const [k, isDirty] of this.e.isDirty.entries()) if (isDirty !== 0) this.e.statement(this.e.spillOf(k));
  }

  /** Control has arrived at the end of a block by a branch, or at the end of a then-arm; the branch itself is written next. */
  arriveAt(block: Block): void {
    block.arrivals.push({ dirty: this.snapshot(), hole: this.e.lines.hole() });
  }

  /** What is out of date, as it is now. One `br_table` may have hundreds of targets, for which it is the same. */
  private snapshot(): Uint8Array {
    const { isDirty } = this.e;
    const isSame = this.taken?.every((value, k) => value === isDirty[k]) ?? false;
    if (!isSame || this.taken === undefined) this.taken = isDirty.slice();
    return this.taken;
  }

  /** At the end of a block, before its text is closed: what is out of date behind it. */
  meet(block: Block, isReachable: boolean): Uint8Array<ArrayBuffer> {
    const { e } = this;
    const ways: Way[] = block.kind === 'loop' ? [] : block.arrivals.map(wayOf);
    if (isReachable) ways.push({ dirty: e.isDirty, write: (text) => e.statement(text) });
    const elseWay = block.kind === 'if' && block.thenLines === undefined ? block.dirtyIn : undefined;
    const count = ways.length + (elseWay === undefined ? 0 : 1);
    const isSpilling = this.writesWhereWaysMeet();
    const dirty = new Uint8Array(e.isDirty.length);
    for (const k of dirty.keys()) {
      const late = ways.filter((way) => way.dirty[k] !== 0);
      const isDirtyElse = elseWay !== undefined && elseWay[k] !== 0;
      if (k === e.frameBit) dirty[k] = pushed(ways.map((way) => way.dirty[k]), elseWay?.[k]);
      else if (isSpilling && !isDirtyElse && 2 * late.length <= count) for (const { write } of late) write(e.spillOf(k));
      else if (isDirtyElse || late.length > 0) dirty[k] = 1;
    }
    return dirty;
  }

  /** Not in a loop that calls rarely, and not where nobody can look any more. */
  private writesWhereWaysMeet(): boolean {
    const { blocks } = this.e;
    for (let i = blocks.length - 1; i >= 0; i--) {
      const { kind, beginsClean } = blocks[i] as Block;
      if (kind === 'loop') return beginsClean;
    }
    return this.e.pc < this.lastPlace;
  }
}

/** What is known behind the place where ways meet. */
function pushed(ways: readonly (number | undefined)[], elseWay: number | undefined): number {
  const all = new Set(elseWay === undefined ? ways : [...ways, elseWay]);
  const [only = PUSH.done] = all;
  return all.size > 1 ? PUSH.maybe : only;
}

function wayOf({ dirty, hole }: Block['arrivals'][number]): Way {
  return { dirty, write: (text) => hole.push(text) };
}
