/**
 * Division of a function into blocks of instructions.
 *
 * A block begins at the first instruction of the function, at each `block` and `loop`, and behind each instruction that
 * may go elsewhere: `br`, `br_if`, `br_table`, `if`, `else`, `throw`, and `end`. It is the division that
 * the Wizard engine reports for coverage, so that its figures can be compared; calls and traps do not end a block.
 */

import { type FunctionInstructions, opOf } from '../../engine/index.ts';

const begins = new Set([opOf('block'), opOf('loop')]);
const ends = new Set((['br', 'br_if', 'br_table', 'if', 'else', 'throw', 'end'] as const).map(opOf));

/** Places (indices into the instructions) at which blocks begin, ascending. */
export function blockStarts({ ops }: FunctionInstructions): number[] {
  const starts: number[] = [];
  ops.forEach((op, i) => {
    if (i === 0 || begins.has(op) || ends.has(ops[i - 1] as number)) starts.push(i);
  });
  return starts;
}
