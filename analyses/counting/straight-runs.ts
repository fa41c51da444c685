/** Straight runs of instructions: those that are executed together, unless one of them traps. */

import { functionInstructions, type Instruction, instructions, type Module } from '../../engine/index.ts';

export interface StraightRun {
  /** pc of its first instruction. */
  readonly start: number;
  /** pcs of its instructions, ascending. */
  readonly pcs: readonly number[];
  readonly isLoop: boolean;
}

/** Behind these control may go elsewhere, or come back later. */
function endsRun({ name, effects }: Instruction): boolean {
  return (
    effects.has('branch') ||
    effects.has('call') ||
    effects.has('exit') ||
    effects.has('throw') ||
    name === 'else' ||
    name === 'if' ||
    name === 'unreachable' ||
    name.startsWith('br')
  );
}

/**
 * The instructions of a function as straight runs. A run begins wherever control can arrive: at a `loop`, at an `end`, behind a branch. It ends at
 * calls, so that the runs of all activations on the stack are complete at any event.
 */
export function straightRuns(module: Module, func: number): StraightRun[] {
  const { pcs, ops } = functionInstructions(module, func);
  const runs: { start: number; pcs: number[]; isLoop: boolean }[] = [];
  let isCut = true;
  for (const [i, pc] of pcs.entries()) {
    const instruction = instructions[ops[i] as number] as Instruction;
    const { name } = instruction;
    if (isCut || name === 'loop' || name === 'end') runs.push({ start: pc, pcs: [], isLoop: name === 'loop' });
    runs.at(-1)?.pcs.push(pc);
    isCut = endsRun(instruction);
  }
  return runs;
}
