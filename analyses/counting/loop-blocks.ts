/** Loops and branches in the code of functions. */

import { instructions, opOf } from '../../engine/index.ts';
import { type Block, isBranch } from '../../probes/index.ts';

/** Rows of `loop`, and of the branches. */
export const loopOps: ReadonlySet<number> = new Set([opOf('loop')]);
export const branchOps: ReadonlySet<number> = new Set(instructions.filter(isBranch).map(({ op }) => op));

/** Number of loops around a block in its function. */
export function loopsAround({ parent }: Block): number {
  let depth = 0;
  for (let block = parent; block !== undefined; block = block.parent) if (block.kind === 'loop') depth++;
  return depth;
}
