/** What is done to the shadow before an instruction is executed. */

import type { Sink } from './flows.ts';
import type { CellMove, Cells } from './run.ts';
import type { ShadowMemory } from './shadow-memory.ts';
import type { ShadowTable } from './shadow-table.ts';
import type { ShadowGlobal, Tracker } from './tracker.ts';

export interface Step {
  /** Operands that it reads, from the top of the stack. */
  readonly operands: number;
  /** Does it want the list of all, besides the topmost three? */
  readonly takesAll?: boolean;
  /** `a` is the topmost operand. */
  run(a: unknown, b: unknown, c: unknown, all: readonly unknown[]): void;
}

/** An address, an index or a length as a number. */
export function unsigned(value: unknown): number {
  return typeof value === 'bigint' ? Number(BigInt.asUintN(64, value)) : (value as number) >>> 0;
}

/** Writes cells, all at once. */
export class MoveStep implements Step {
  readonly operands = 0;
  private readonly tracker: Tracker;
  private readonly move: CellMove;
  private readonly labels: Uint16Array;

  constructor(tracker: Tracker, move: CellMove) {
    this.tracker = tracker;
    this.move = move;
    this.labels = new Uint16Array(move.to.length);
  }

  run(): void {
    const { tracker, labels } = this;
    if (!tracker.isHot) return;
    const { to, from } = this.move;
    for (let i = 0; i < from.length; i++) labels[i] = tracker.labelOf(from[i] as Cells);
    for (let i = 0; i < to.length; i++) tracker.cells[tracker.base + (to[i] as number)] = labels[i] as number;
  }
}

/** Writes cells according to an operand, as of a branch that may be taken. */
export class ChoiceStep implements Step {
  readonly operands = 1;
  private readonly choose: (operand: unknown) => Step | undefined;
  private readonly tracker: Tracker;

  constructor(tracker: Tracker, choose: (operand: unknown) => Step | undefined) {
    this.tracker = tracker;
    this.choose = choose;
  }

  run(a: unknown, b: unknown, c: unknown, all: readonly unknown[]): void {
    if (this.tracker.isHot) this.choose(a)?.run(a, b, c, all);
  }
}

export class SinkStep implements Step {
  readonly operands = 0;
  private readonly tracker: Tracker;
  private readonly sink: Sink;
  private readonly cells: Cells;

  constructor(tracker: Tracker, sink: Sink, cells: Cells) {
    this.tracker = tracker;
    this.sink = sink;
    this.cells = cells;
  }

  run(): void {
    if (this.tracker.isHot) this.tracker.arrivedAt(this.sink, this.tracker.labelOf(this.cells));
  }
}

/** `select`: the label of what is chosen, and that of the condition. */
export class SelectStep implements Step {
  readonly operands = 1;
  private readonly tracker: Tracker;
  private readonly cells: readonly Cells[];
  private readonly to: number;

  constructor(tracker: Tracker, cells: readonly Cells[], to: number) {
    this.tracker = tracker;
    this.cells = cells;
    this.to = to;
  }

  run(condition: unknown): void {
    const { tracker } = this;
    if (!tracker.isHot) return;
    const [first, second, conditional] = this.cells as [Cells, Cells, Cells];
    const chosen = tracker.labelOf(condition === 0 ? second : first);
    tracker.put(this.to, tracker.labels.union(chosen, tracker.labelOf(conditional)));
  }
}

/** An access of fixed width. */
export interface Access {
  readonly shadow: ShadowMemory;
  readonly offset: number;
  readonly bytes: number;
  /** Where the address is, counted from the top of the stack. */
  readonly fromTop: number;
}

export class LoadStep implements Step {
  readonly operands: number;
  private readonly tracker: Tracker;
  private readonly access: Access;
  private readonly pointer: Cells;
  private readonly to: number;

  /** `pointer` are the cells of the address, as far as their labels count. */
  constructor(tracker: Tracker, access: Access, { pointer, to }: { readonly pointer: Cells; readonly to: number }) {
    this.tracker = tracker;
    this.access = access;
    this.operands = access.fromTop + 1;
    this.pointer = pointer;
    this.to = to;
  }

  run(a: unknown, b: unknown): void {
    const { tracker, access } = this;
    const { shadow, offset, bytes, fromTop } = access;
    if (!tracker.isHot && shadow.tainted === 0) return;
    const label = shadow.get(unsigned(fromTop === 0 ? a : b) + offset, bytes);
    tracker.put(this.to, tracker.labels.union(label, tracker.labelOf(this.pointer)));
  }
}

export class StoreStep implements Step {
  readonly operands: number;
  private readonly tracker: Tracker;
  private readonly access: Access;
  private readonly cells: Cells;

  constructor(tracker: Tracker, access: Access, cells: Cells) {
    this.tracker = tracker;
    this.access = access;
    this.operands = access.fromTop + 1;
    this.cells = cells;
  }

  run(_value: unknown, address: unknown): void {
    const { shadow, offset, bytes } = this.access;
    const label = this.tracker.labelOf(this.cells);
    if (label === 0 && shadow.tainted === 0) return;
    const start = unsigned(address) + offset;
    // What traps writes nothing.
    if (shadow.contains(start, bytes)) shadow.set(start, bytes, label);
  }
}

/** `memory.fill` and `memory.init`: one label for all bytes. */
export class FillStep implements Step {
  readonly operands = 3;
  private readonly tracker: Tracker;
  private readonly shadow: ShadowMemory;
  private readonly cells: Cells;
  /** Number of bytes that there are to be read; undefined for any number. */
  private readonly sourceBytes: (() => number) | undefined;

  constructor(tracker: Tracker, shadow: ShadowMemory, cells: Cells, sourceBytes?: () => number) {
    this.tracker = tracker;
    this.shadow = shadow;
    this.cells = cells;
    this.sourceBytes = sourceBytes;
  }

  run(length: unknown, source: unknown, address: unknown): void {
    const { tracker, shadow } = this;
    const label = tracker.labelOf(this.cells);
    if (label === 0 && shadow.tainted === 0) return;
    const [start, bytes] = [unsigned(address), unsigned(length)];
    if (this.sourceBytes !== undefined && unsigned(source) + bytes > this.sourceBytes()) return;
    if (shadow.contains(start, bytes)) shadow.set(start, bytes, label);
  }
}

/** `memory.copy`. */
export class CopyStep implements Step {
  readonly operands = 3;
  private readonly tracker: Tracker;
  private readonly to: ShadowMemory;
  private readonly from: ShadowMemory;
  private readonly pointer: Cells;

  constructor(tracker: Tracker, to: ShadowMemory, from: ShadowMemory, pointer: Cells) {
    this.tracker = tracker;
    this.to = to;
    this.from = from;
    this.pointer = pointer;
  }

  run(length: unknown, source: unknown, address: unknown): void {
    const { tracker, to, from } = this;
    if (!tracker.isHot && to.tainted === 0 && from.tainted === 0) return;
    const [start, first, bytes] = [unsigned(address), unsigned(source), unsigned(length)];
    if (!to.contains(start, bytes) || !from.contains(first, bytes)) return;
    to.copy(from, start, [first, bytes], tracker.labelOf(this.pointer));
  }
}

/** Something that has one label: a global, the size of a memory or table. */
export class GetStep implements Step {
  readonly operands = 0;
  private readonly tracker: Tracker;
  private readonly label: () => number;
  private readonly to: number;

  constructor(tracker: Tracker, label: () => number, to: number) {
    this.tracker = tracker;
    this.label = label;
    this.to = to;
  }

  run(): void {
    this.tracker.put(this.to, this.label());
  }
}

export class GlobalSetStep implements Step {
  readonly operands = 0;
  private readonly tracker: Tracker;
  private readonly global: ShadowGlobal;
  private readonly cells: Cells;

  constructor(tracker: Tracker, global: ShadowGlobal, cells: Cells) {
    this.tracker = tracker;
    this.global = global;
    this.cells = cells;
  }

  run(): void {
    this.global.label = this.tracker.labelOf(this.cells);
  }
}

/** No table is larger. */
const MOST_ELEMENTS = 10_000_000;

/** `memory.grow` and `table.grow`: the size gets a label, and keeps those that it had. */
export class GrowStep implements Step {
  readonly operands: number;
  private readonly tracker: Tracker;
  private readonly sized: ShadowMemory | ShadowTable;
  private readonly size: Cells;
  /** Cells of the value of new elements. */
  private readonly value: Cells;
  private readonly to: number;

  constructor(
    tracker: Tracker,
    sized: ShadowMemory | ShadowTable,
    cells: { readonly size: Cells; readonly value: Cells },
    to: number,
  ) {
    this.tracker = tracker;
    this.sized = sized;
    this.size = cells.size;
    this.value = cells.value;
    this.operands = 'table' in sized ? 1 : 0;
    this.to = to;
  }

  run(count: unknown): void {
    const { tracker, sized } = this;
    // The result is the old size, or tells that the new one is too large.
    const label = tracker.labels.union(sized.sizeLabel, tracker.labelOf(this.size));
    tracker.put(this.to, label);
    sized.sizeLabel = label;
    const value = tracker.labelOf(this.value);
    if (!('table' in sized) || value === 0) return;
    const { size, type } = sized.table;
    // A table that cannot grow so much stays as it is.
    if (size + unsigned(count) <= Math.min(type.max ?? MOST_ELEMENTS, MOST_ELEMENTS))
      sized.fill(size, unsigned(count), value);
  }
}

export class TableGetStep implements Step {
  readonly operands = 1;
  private readonly tracker: Tracker;
  private readonly shadow: ShadowTable;
  private readonly pointer: Cells;
  private readonly to: number;

  constructor(
    tracker: Tracker,
    shadow: ShadowTable,
    { pointer, to }: { readonly pointer: Cells; readonly to: number },
  ) {
    this.tracker = tracker;
    this.shadow = shadow;
    this.pointer = pointer;
    this.to = to;
  }

  run(index: unknown): void {
    const { tracker } = this;
    tracker.put(this.to, tracker.labels.union(this.shadow.get(unsigned(index)), tracker.labelOf(this.pointer)));
  }
}

/** `table.set`, `table.fill` and `table.init`: one label for some elements. */
export class TableFillStep implements Step {
  readonly operands: number;
  private readonly tracker: Tracker;
  private readonly shadow: ShadowTable;
  private readonly cells: Cells;
  /** Number of elements that there are to be read; undefined for any number. */
  private readonly sourceCount: (() => number) | undefined;

  /** `operands` is 2 for one element, else 3. */
  constructor(
    tracker: Tracker,
    shadow: ShadowTable,
    { cells, operands }: { readonly cells: Cells; readonly operands: number },
    sourceCount?: () => number,
  ) {
    this.tracker = tracker;
    this.shadow = shadow;
    this.cells = cells;
    this.operands = operands;
    this.sourceCount = sourceCount;
  }

  run(a: unknown, b: unknown, c: unknown): void {
    const isOne = this.operands === 2;
    const [start, count] = isOne ? [unsigned(b), 1] : [unsigned(c), unsigned(a)];
    if (this.sourceCount !== undefined && unsigned(b) + count > this.sourceCount()) return;
    if (this.shadow.contains(start, count)) this.shadow.fill(start, count, this.tracker.labelOf(this.cells));
  }
}

export class TableCopyStep implements Step {
  readonly operands = 3;
  private readonly to: ShadowTable;
  private readonly from: ShadowTable;

  constructor(to: ShadowTable, from: ShadowTable) {
    this.to = to;
    this.from = from;
  }

  run(length: unknown, source: unknown, index: unknown): void {
    const [start, first, count] = [unsigned(index), unsigned(source), unsigned(length)];
    if (this.to.contains(start, count) && this.from.contains(first, count)) {
      this.to.copy(this.from, start, { first, count });
    }
  }
}
