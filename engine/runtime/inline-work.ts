/**
 * What a compiling tier may do in place of calling `fire`: some probes say what theirs does. Nothing else changes by it: order,
 * insertion, removal and results are those of the calls (rules 24 to 26 of the probe contract).
 *
 * A tier that does not know a kind of work, or stands at operands that the work is not for, calls `fire`.
 */

import type { ValType } from '../isa/valtype.ts';
import type { ExitProbe, LocalProbe } from './probe.ts';

/** A cell of compiled code: the counter has `factor` for each 1 in it. */
interface Link {
  readonly cells: BigInt64Array;
  readonly index: number;
  factor: number;
  /** Its place in the list of links. */
  at: number;
}

type LinkIndex = Map<BigInt64Array, Map<number, Link>>;

/** Up to this many links are searched one by one; more have an index, so that linking takes the same time however many there are. */
const SHORT = 8;

/**
 * An exact count, below 2^53, of which compiled code may keep a part in cells of its own. Whoever asks gets the whole at any
 * moment (rule 26). To link a cell, and to unlink it, changes the value at no time: what is in a cell when it is linked
 * does not count, what is in it when it is unlinked stays counted.
 */
export class Counter {
  /** The value without what the links have; less than 0 where cells were linked that were not. */
  private own = 0;
  private links: Link[] | undefined = undefined;
  /** Where there are many links. */
  private index: LinkIndex | undefined = undefined;

  get value(): number {
    return this.links === undefined ? this.own : this.own + sumOf(this.links);
  }

  /** What linked cells count from now on is added to it. */
  set value(value: number) {
    this.own = this.links === undefined ? value : value - sumOf(this.links);
  }

  add(n: number): void {
    this.own += n;
  }

  /** From now on, each 1 that is added to the cell counts `factor`, an integer; for a cell that is linked already, that much more. */
  link(cells: BigInt64Array, index: number, factor: number): void {
    if (!(Number.isInteger(index) && index >= 0 && index < cells.length)) {
      throw new RangeError(`there is no cell ${index}: there are ${cells.length}`);
    }
    this.own -= Number(cells[index]) * factor;
    const known = this.find(cells, index);
    if (known !== undefined) {
      known.factor += factor;
      return;
    }
    this.links ??= [];
    const link: Link = { cells, index, factor, at: this.links.length };
    this.links.push(link);
    if (this.index !== undefined) addTo(this.index, link);
    else if (this.links.length > SHORT) this.index = indexOf(this.links);
  }

  /** The cell, however often it was linked, counts no more. False where it is not linked. */
  unlink(cells: BigInt64Array, index: number): boolean {
    const link = this.find(cells, index);
    if (link === undefined) return false;
    this.own += Number(cells[index]) * link.factor;
    this.remove(link);
    return true;
  }

  /** The value: a counter in JSON is a number. */
  toJSON(): number {
    return this.value;
  }

  private find(cells: BigInt64Array, index: number): Link | undefined {
    if (this.index !== undefined) return this.index.get(cells)?.get(index);
    return this.links?.find((link) => link.cells === cells && link.index === index);
  }

  private remove({ cells, index, at }: Link): void {
    const links = this.links as Link[]; // the link is one of them
    const last = links.pop() as Link;
    if (at < links.length) {
      links[at] = last;
      last.at = at;
    }
    if (links.length === 0) {
      this.links = undefined;
      this.index = undefined;
      return;
    }
    const ofCells = this.index?.get(cells);
    ofCells?.delete(index);
    if (ofCells?.size === 0) this.index?.delete(cells);
  }
}

function sumOf(links: readonly Link[]): number {
  let sum = 0;
  for (const { cells, index, factor } of links) sum += Number(cells[index]) * factor;
  return sum;
}

function addTo(index: LinkIndex, link: Link): void {
  const ofCells = index.get(link.cells);
  if (ofCells === undefined) index.set(link.cells, new Map([[link.index, link]]));
  else ofCells.set(link.index, link);
}

function indexOf(links: readonly Link[]): LinkIndex {
  const index: LinkIndex = new Map();
  for (const link of links) addTo(index, link);
  return index;
}

/** Takes the value of an operand, in the form of `TypedValue.value`. An implementation may state the type that the work's `types` give it. */
export interface Taker {
  take(value: unknown): void;
}

/** Work that takes no value. As with `take` of the work `call`, it is cheap, and harmless wherever it is done. */
export interface Action {
  run(): void;
}

/** What `fire` does. Operands are counted from the top of the stack, 0 being the topmost. */
export type InlineWork =
  /** Nothing at all: the call can be left out. */
  | { readonly kind: 'nothing' }
  /** Adds `step`, an integer. */
  | { readonly kind: 'count'; readonly counter: Counter; readonly step: number }
  /** Adds `step`, a number, to the only element of `total`, in which the whole sum stands at any moment. */
  | { readonly kind: 'add'; readonly total: Float64Array; readonly step: number }
  /** Adds 1 to `taken` if the topmost operand, an i32, is other than 0, and to `notTaken` if it is 0. */
  | { readonly kind: 'taken'; readonly taken: Counter; readonly notTaken: Counter }
  /** Adds 1 to the element that an operand, an i32 taken as unsigned, is the index of; to the last one for all from there on. */
  | { readonly kind: 'histogram'; readonly counts: Float64Array; readonly operand: number }
  /**
   * Calls `taker.take(value)`, at the latest before anything else of JavaScript runs, with the value of an operand, which is of
   * one of `types`. `take` is cheap, and harmless wherever it is called: it touches nothing of the program, inserts and
   * removes no probes, calls nothing back, and does not throw. So no frame and no event need to stand around it.
   */
  | { readonly kind: 'call'; readonly operand: number; readonly types: readonly ValType[]; readonly taker: Taker }
  /** Calls `action.run()`, at the latest before anything else of JavaScript runs. */
  | { readonly kind: 'run'; readonly action: Action }
  /**
   * Nothing where the topmost operand, an i32, is 0 (`nonzero`) or other than 0 (`zero`); else what `fire` does, which has to be
   * called. For probes with `frame: false`: one that waits for the rarer outcome of a condition costs a test until then.
   */
  | { readonly kind: 'only'; readonly when: 'zero' | 'nonzero' }
  /**
   * What `fire` does, after which the probe is gone from that place: it removes itself. With `zero` and `nonzero`, nothing where the topmost
   * operand, an i32, is another. Compiled code does not call it, but is left before the event, and has nothing of what comes behind.
   */
  | { readonly kind: 'once'; readonly when: 'always' | 'zero' | 'nonzero' };

/** Work, and the `fire` that does it. */
export interface Inline {
  readonly fire: LocalProbe['fire'];
  readonly work: InlineWork;
}

export interface Inlinable {
  /** What `inline.fire` does, as long as the probe's `fire` is that one: a subclass may have another (rule 24). */
  readonly inline?: Inline | undefined;
}

/** An action, and the `exit` that does it, and nothing else, whatever the reason. */
export interface InlineExit {
  readonly exit: ExitProbe['exit'];
  readonly action: Action;
}

export interface InlinableExit {
  /** What `inlineExit.exit` does, as long as the probe's `exit` is that one: a subclass may have another (rule 24). */
  readonly inlineExit?: InlineExit | undefined;
}

/** The action that can stand for calls of the probe's `exit`; undefined where it has to be called. */
export function inlineActionOf(probe: ExitProbe): Action | undefined {
  const { inlineExit } = probe;
  return probe.exit === inlineExit?.exit ? inlineExit?.action : undefined;
}

/** The work that can stand for calls of the probe's `fire`; undefined where it has to be called. */
export function inlineWorkOf(probe: LocalProbe): InlineWork | undefined {
  const { inline } = probe;
  return probe.fire === inline?.fire ? inline?.work : undefined;
}
