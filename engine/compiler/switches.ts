/**
 * Switches. Of a `switch` compilers make a row of blocks, each of which begins with the next, and in the innermost of them a
 * `br_table` that leads to their ends:
 *
 *     block block block  local.get 0  br_table 0 1 2  end ... end ... end
 *
 * JavaScript in blocks of blocks would be as deep as there are cases, and Go has thousands of them in a function, one for each place where it
 * can be resumed. As clauses of one JavaScript `switch`, each of which goes on into the next, it is flat:
 *
 *     L0: {
 *       switch (l0) {
 *         case 0: ...
 *         case 1: ...
 *         default: break L0;
 *       }
 *     }
 */

import type { Block } from './block.ts';
import type { BlockFacts } from './structure.ts';
import { Lines } from './text.ts';

/** A row of blocks that becomes a `switch`. */
export interface SwitchFacts {
  /** pc of its `br_table`. */
  readonly table: number;
  /** pc of its outermost block, whose end is the end of the `switch`. */
  readonly outermost: number;
}

/** Bytes of the opcode and the type of a block without parameters and results. */
const PLAIN_BLOCK_BYTES = 2;

/** An open block while the facts of a function are read. */
interface OpenBlock {
  readonly facts: BlockFacts;
  /** Has it neither parameters nor results? */
  readonly isPlain: boolean;
  /** Is it in the row of some table? */
  isInRow: boolean;
  /** Does anything but the table of its row lead to its end? */
  isTargetedElsewhere: boolean;
}

interface Row {
  readonly table: number;
  /** From the inside to the outside. */
  readonly blocks: readonly OpenBlock[];
}

/** Finds the switches of a function, whose blocks and branches it is told of in their order. */
export class SwitchFinder {
  private readonly blocks: OpenBlock[] = [];
  private readonly rows: Row[] = [];

  open(facts: BlockFacts, isPlain: boolean): void {
    this.blocks.push({ facts, isPlain, isInRow: false, isTargetedElsewhere: false });
  }

  close(): void {
    this.blocks.pop();
  }

  branch(label: number): void {
    const block = this.blocks[this.blocks.length - 1 - label]; // none for the function's label
    if (block !== undefined) block.isTargetedElsewhere = true;
  }

  table(pc: number, labels: readonly number[]): void {
    const row = this.row();
    const isRow = labels.includes(0) && row.length > 1;
    for (const label of labels) if (!isRow || label >= row.length) this.branch(label);
    if (!isRow) return;
    for (const block of row) block.isInRow = true;
    this.rows.push({ table: pc, blocks: row });
  }

  /** The blocks around this place, as many of them as begin with the one inside. */
  private row(): OpenBlock[] {
    const row: OpenBlock[] = [];
    for (let i = this.blocks.length - 1; i >= 0; i--) {
      const block = this.blocks[i] as OpenBlock;
      const inner = row[row.length - 1];
      const isNext = inner === undefined || block.facts.start + PLAIN_BLOCK_BYTES === inner.facts.start;
      if (!block.isPlain || block.isInRow || !isNext) break;
      row.push(block);
    }
    return row;
  }

  /** Tells the blocks what switch they belong to. What else leads to the end of a clause could not get there. */
  decide(): void {
    for (const { table, blocks } of this.rows) {
      const last = blocks.findIndex(({ isTargetedElsewhere }) => isTargetedElsewhere);
      const clauses = last < 0 ? blocks : blocks.slice(0, last + 1);
      if (clauses.length < 2) continue;
      const { facts } = clauses[clauses.length - 1] as OpenBlock;
      const made: SwitchFacts = { table, outermost: facts.start };
      for (const block of clauses) block.facts.switch = made;
    }
  }
}

/** The text of a `switch` while it is made. Its blocks have it in common. */
export class SwitchText {
  readonly facts: SwitchFacts;
  /** Where the `switch` stands; undefined until its table is reached. */
  private around: Lines | undefined;
  private readonly clauses = new Lines();
  private readonly labels = new Map<Block, string>();

  constructor(facts: SwitchFacts) {
    this.facts = facts;
  }

  /** Is this the block whose end is the end of the `switch`? */
  isEndedBy(block: Block): boolean {
    return block.facts?.start === this.facts.outermost;
  }

  /** The table leads to the end of the block, with these `case` labels. */
  leadTo(block: Block, labels: string): void {
    this.labels.set(block, labels);
  }

  /** Begins the `switch`, with clauses that lead out of it. Returns the lines that follow the table, which nothing reaches. */
  begin(around: Lines, operand: string, exits: Lines): Lines {
    around.add(`switch (${operand}) {`);
    this.around = around;
    this.clauses.append(exits);
    const lines = around.inner();
    lines.end();
    return lines;
  }

  /** Ends a block inside; its lines so far are given. Returns those for what comes then. */
  endClause(block: Block, lines: Lines): Lines {
    const labels = this.labels.get(block);
    if (labels === undefined) return lines;
    this.clauses.nest(lines);
    this.clauses.add(labels);
    return (this.around as Lines).inner();
  }

  /** Ends the `switch`. Returns the lines around it. */
  end(lines: Lines): Lines {
    const { around } = this;
    if (around === undefined) return lines;
    this.clauses.nest(lines);
    around.nest(this.clauses);
    around.add('}');
    return around;
  }
}

/** The text of the switch that a block is a part of, if it becomes one; `around` is the block around it. */
export function switchOf(facts: BlockFacts | undefined, around: Block | undefined): SwitchText | undefined {
  const found = facts?.switch;
  if (found === undefined) return undefined;
  if (found.outermost === facts?.start) return new SwitchText(found);
  return around?.switch?.facts === found ? around.switch : undefined;
}
