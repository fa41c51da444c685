/**
 * Division of a function into basic blocks: straight runs of instructions that control enters at the first one only.
 *
 * A block begins at the first instruction of the function, at each `loop` and `end`, where branches arrive, and behind each
 * instruction that may go elsewhere: `if`, `else`, the branches, `return`, `throw`, `unreachable`. Calls and instructions that may trap do not end
 * it. The final `end` of a function is no block of its own. It is the division by which the Wizard engine counts blocks, so that
 * figures can be compared.
 */

import { type FunctionInstructions, instructions, opOf } from '../../engine/index.ts';

const begins = new Set([opOf('loop'), opOf('end')]);
const ends = new Set(
  instructions
    .filter(({ name }) => /^(if|else|br|br_if|br_table|br_on_.*|return|throw|throw_ref|unreachable)$/.test(name))
    .map(({ op }) => op),
);

/** A block: pcs of its first instruction, and of the first one behind it (of the last block, of the function's final `end`). */
export interface BasicBlock {
  readonly pc: number;
  readonly end: number;
}

export function basicBlocks({ pcs, ops }: FunctionInstructions): BasicBlock[] {
  const last = pcs.length - 1;
  const starts = [...pcs.keys()].filter((i) => {
    if (i === last) return false;
    return i === 0 || begins.has(ops[i] as number) || ends.has(ops[i - 1] as number);
  });
  return starts.map((start, i) => ({ pc: pcs[start] as number, end: pcs[starts[i + 1] ?? last] as number }));
}
