/**
 * When locals are written to the frame, and the frame is pushed.
 *
 * They must be there at each call of a function that is not quiet, and at each event that takes the frame. If control meets from many
 * places, each of which has assigned other locals, all of them would have to be written at each call from there on. So a way on which few
 * of the ways that meet there have been assigned writes them before it arrives. As a local is written at most once for each assignment, this
 * costs little at run time, and makes the code of a large function half as long.
 */

import type { Block } from './block.ts';
import type { Emitter } from './emitter.ts';
import type { BlockFacts, CallTarget } from './structure.ts';

/** Values at `frameBit`: has the frame been pushed, on the way that leads here? */
export const PUSH = { done: 0, not: 1, maybe: 2 } as const;
/** The variable that tells it where the frame is pushed late. */
export const FRAMED = 'framed';

/** A way that leads to a place where control meets. */
interface Way {
  readonly dirty: Uint8Array;
  /** Adds a statement to it; undefined where there is no place for one. */
  readonly write: ((text: string) => void) | undefined;
}

export class Spills {
  private readonly e: Emitter;
  private readonly quiet = new Map<CallTarget, boolean>();
  private lastPlace: number | undefined;
  private taken: Uint8Array | undefined;

  constructor(e: Emitter) {
    this.e = e;
  }

  /** Can a call do without the frame? */
  private isQuiet(target: CallTarget): boolean {
    const { purpose } = this.e;
    if (purpose.isStressed) return false;
    let isQuiet = this.quiet.get(target);
    if (isQuiet === undefined) {
      isQuiet = this.e.reliance.quiet(target) !== null;
      this.quiet.set(target, isQuiet);
    }
    return isQuiet;
  }

  /** Does the frame have to be up to date at some place behind this one? */
  private get isNeededLater(): boolean {
    const { e } = this;
    if (e.hasFrameProbes) return true;
    this.lastPlace ??= e.facts.calls.findLast(({ target }) => !this.isQuiet(target))?.pc ?? -1;
    return e.pc < this.lastPlace;
  }

  /**
   * Is it better to write locals before each iteration of a loop than at each call inside? Supposing that every instruction is executed equally
   * often, the one costs at most an assignment for each `local.set`, the other one for each call and local.
   */
  keepsClean({ calls, assigned, assignments }: BlockFacts): boolean {
    if (this.e.hasFrameProbes) return true;
    const places = calls.reduce((sum: number, target) => sum + (this.isQuiet(target) ? 0 : 1), 0);
    return places * assigned.size > assignments;
  }

  /** Is a frame pushed before a loop? Else it would be asked at each call inside whether it has been. */
  pushesBefore({ isLoop, calls }: BlockFacts): boolean {
    return isLoop && calls.some((target) => !this.isQuiet(target));
  }

  /** Brings the slots of all locals up to date, and pushes the frame. */
  locals(): void {
    for (const k of this.e.isDirty.keys()) this.bring(k);
  }

  /** Pushes the frame, if that has not been done. */
  frame(): void {
    this.bring(this.e.frameBit);
  }

  /** Brings the slots of the operands up to date; they must be in their homes, or constants. */
  operands(): void {
    const { e } = this;
    for (const [height, entry] of e.stack.entries.entries()) {
      if (entry.isSpilled || entry.expr === null) continue;
      e.statement(e.writeSlot(entry.type, e.slotOf(height), entry.expr.text));
      entry.isSpilled = true;
    }
  }

  private bring(k: number): void {
    const { e } = this;
    if (e.isDirty[k] === 0) return;
    e.statement(this.of(k));
    e.isDirty[k] = 0;
  }

  /** What brings the slot of a local up to date; at `frameBit`, what pushes the frame. */
  private of(k: number): string {
    const { e } = this;
    return k === e.frameBit ? this.pushNow() : e.writeSlot(e.locals[k], k, `l${k}`);
  }

  private pushNow(): string {
    const text = `${this.push} ${FRAMED} = true;`;
    return this.e.isDirty[this.e.frameBit] === PUSH.maybe ? `if (!${FRAMED}) { ${text} }` : text;
  }

  /** Tells the machine of the activation. */
  get push(): string {
    const { e } = this;
    const self = e.bindings.bind('self', () => e.func);
    const serial = `${e.frames('serials')}[d] = ${e.frames('lastSerial')}[0] += 1;`;
    return `${e.frames('funcs')}[d] = ${self}; ${e.frames('bases')}[d] = fp; ${serial}`;
  }

  /** Before a branch to the start of a loop. */
  writeForLoop(block: Block): void {
    if (!block.beginsClean) return;
    for (const [k, isDirty] of this.e.isDirty.entries()) if (isDirty !== 0) this.e.statement(this.of(k));
  }

  /** Control has arrived at the end of a block by a branch, or at the end of a then-arm; the branch itself is written next. */
  arriveAt(block: Block): void {
    block.arrivals.push({ dirty: this.snapshot(), hole: this.e.lines.hole() });
  }

  /** The same by a clause of a `switch`, before which there is nothing. */
  arriveByClause(block: Block): void {
    block.arrivals.push({ dirty: this.snapshot(), hole: undefined });
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
      const isFixed = (elseWay !== undefined && elseWay[k] !== 0) || late.some(({ write }) => write === undefined);
      if (k === e.frameBit)
        dirty[k] = pushed(
          ways.map((way) => way.dirty[k]),
          elseWay?.[k],
        );
      else if (isSpilling && !isFixed && 2 * late.length <= count) for (const { write } of late) write?.(this.of(k));
      else if (isFixed || late.length > 0) dirty[k] = 1;
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
    return this.isNeededLater;
  }
}

/** What is known behind the place where ways meet. */
function pushed(ways: readonly (number | undefined)[], elseWay: number | undefined): number {
  const all = new Set(elseWay === undefined ? ways : [...ways, elseWay]);
  const [only = PUSH.done] = all;
  return all.size > 1 ? PUSH.maybe : only;
}

function wayOf({ dirty, hole }: Block['arrivals'][number]): Way {
  return { dirty, write: hole === undefined ? undefined : (text) => hole.push(text) };
}
