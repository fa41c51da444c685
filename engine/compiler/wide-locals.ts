/**
 * i64 locals that loops assign. They live in their slots of the frame: a variable that a loop changes would be a bigint
 * object, made anew at each iteration, where V8 (11.3) keeps the 64 bits of what it reads and writes in arrays in registers.
 */

import { I64, type ValType } from '../isa/valtype.ts';
import type { BlockFacts } from './structure.ts';

export class WideLocals {
  /** The locals. */
  readonly all = new Set<number>();
  /** Those whose value a variable has as well, until control meets from elsewhere. */
  private readonly held = new Set<number>();
  /** All that ever had such a variable. */
  readonly variables = new Set<number>();

  constructor(locals: readonly ValType[], blocks: Iterable<BlockFacts>) {
    for (const block of blocks) {
      if (!block.isLoop) continue;
      for (const k of block.assigned) if (locals[k] === I64) this.all.add(k);
    }
  }

  get areThere(): boolean {
    return this.all.size > 0;
  }

  has(k: number): boolean {
    return this.all.has(k);
  }

  /** Name of the variable that a local's value is also in. */
  variable(k: number): string {
    return `c${k}`;
  }

  /** What reads a local. */
  read(k: number): string {
    return this.held.has(k) ? this.variable(k) : this.slot(k);
  }

  /** JavaScript that assigns a local. */
  assign(k: number, text: string): string {
    this.held.add(k);
    this.variables.add(k);
    return `${this.slot(k)} = ${this.variable(k)} = ${text};`;
  }

  /** Forgets the variables: control comes from elsewhere, or a probe may have written slots. */
  forget(): void {
    this.held.clear();
  }

  /** The slot itself. */
  slot(k: number): string {
    return k === 0 ? 'wide[half]' : `wide[half + ${2 * k}]`;
  }
}
