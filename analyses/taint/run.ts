/**
 * A straight run of instructions, executed in advance: for each local and operand, the cells from which its label will come. So
 * nothing has to be done at instructions that only move and compute; when the run is over, the cells that changed are written.
 */

/** Numbers of cells, ascending: a label that is the union of theirs. */
export type Cells = readonly number[];

/** Of a value that comes from nowhere, such as a constant. */
export const NO_CELLS: Cells = [];

/** Cells and where their new labels come from. */
export interface CellMove {
  readonly to: readonly number[];
  readonly from: readonly Cells[];
}

export function unionOf(parts: readonly Cells[]): Cells {
  const [first = NO_CELLS, ...others] = parts.filter(({ length }) => length > 0);
  if (others.every((part) => part === first)) return first;
  return [...new Set([first, ...others].flat())].sort((a, b) => a - b);
}

export class StraightValues {
  private readonly localCount: number;
  /** Cells from here on are of no local and no operand: they keep what becomes known in the middle of a run. */
  private readonly firstSpare: number;
  private readonly home: readonly Cells[];
  readonly locals: Cells[] = [];
  private stack: Cells[] = [];
  private spare = 0;
  private mostSpare = 0;

  constructor(localCount: number, mostOperands: number) {
    this.localCount = localCount;
    this.firstSpare = localCount + mostOperands;
    this.home = Array.from({ length: this.firstSpare }, (_, i) => [i]);
  }

  /** Cells of an activation. */
  get cellCount(): number {
    return this.firstSpare + this.mostSpare;
  }

  get height(): number {
    return this.stack.length;
  }

  /** The cell of an operand, counted from the bottom of the stack. */
  cellOf(height: number): number {
    return this.localCount + height;
  }

  /** A run begins: every value is in its own cell. */
  begin(height: number): void {
    this.spare = 0;
    for (let i = 0; i < this.localCount; i++) this.locals[i] = this.home[i] as Cells;
    this.stack = this.home.slice(this.localCount, this.localCount + height);
  }

  push(cells: Cells): void {
    this.stack.push(cells);
  }

  pop(): Cells {
    return this.stack.pop() ?? NO_CELLS;
  }

  /** The topmost operands, the deepest first, which are taken. */
  take(count: number): Cells[] {
    return count === 0 ? [] : this.stack.splice(-count);
  }

  /** The topmost operands, the deepest first. */
  top(count: number): Cells[] {
    return count === 0 ? [] : this.stack.slice(-count);
  }

  /** Pushes a value whose label becomes known when the run is executed; the cell for it. */
  pushNew(): number {
    const cell = this.firstSpare + this.spare++;
    this.mostSpare = Math.max(this.mostSpare, this.spare);
    this.stack.push([cell]);
    return cell;
  }

  /** What has to be written where the run ends; undefined for nothing. */
  changes(): CellMove | undefined {
    const values = [...this.locals, ...this.stack];
    const to = values.flatMap((cells, i) => (cells === this.home[i] ? [] : [i]));
    return to.length === 0 ? undefined : { to, from: to.map((i) => values[i] as Cells) };
  }
}
