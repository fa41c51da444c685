/** How many operands are on the stack before each instruction of a function: always the same, since the module is valid. */

import type { Location } from '../../engine/index.ts';
import { arityOf, type Block, type FunctionStructure } from '../../probes/index.ts';

/** Of an instruction that control never reaches. */
export const UNREACHABLE = -1;

export interface OperandHeights {
  /** For each instruction, in the order of the code. */
  readonly heights: readonly number[];
  /** For each block, by its index: operands below its parameters and results. */
  readonly bases: readonly number[];
  /** The highest stack. */
  readonly most: number;
}

export function operandHeights(structure: FunctionStructure, locations: readonly Location[]): OperandHeights {
  const heights: number[] = [];
  // Of blocks that control never reaches there is none.
  const bases: number[] = [0];
  let height = 0;
  let most = structure.type.results.length;
  for (const [i, location] of locations.entries()) {
    const { pc, instruction } = location;
    const { name } = instruction;
    const block = structure.blockAround(pc);
    const base = bases[block.index];
    if (name === 'end') height = base === undefined ? UNREACHABLE : base + block.results.length;
    heights.push(height);
    if (name === 'else') {
      height = base === undefined ? UNREACHABLE : base + block.params.length;
    } else if (height !== UNREACHABLE && name !== 'end') {
      const { operands, results } = arityOf(structure, location);
      const opened = structure.blockOpenedAt(pc);
      if (opened !== undefined) bases[opened.index] = height - operands;
      const goesOn = structure.successors(pc).includes(locations[i + 1]?.pc ?? UNREACHABLE);
      height = goesOn ? height - operands + results : UNREACHABLE;
    }
    most = Math.max(most, height);
  }
  return { heights, bases, most };
}

/** Where the values of a branch to a block go: operands below them. */
export function labelBase({ bases }: OperandHeights, block: Block): number {
  return bases[block.index] as number;
}
