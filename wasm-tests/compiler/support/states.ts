/** A look into the compiling tier: what it has made of the functions of a program. */

import { TierState } from '../../../engine/compiler/callees.ts';
import type { CompiledUnit } from '../../../engine/compiler/unit.ts';
import type { Program } from '../../support/program.ts';

/** What the tier knows of a function of a program, by its index or the name of its export. */
export function stateOf({ instance, func }: Program, name: number | string): TierState {
  const index = typeof name === 'number' ? name : func(name);
  const compiled = instance.funcs[index]?.compiled;
  if (!(compiled instanceof TierState)) throw new Error(`the tier has not seen function ${name}`);
  return compiled;
}

/** All code of a function that is valid now: that which is called, and that which is entered at loops. */
export function unitsOf(program: Program, name: number | string): CompiledUnit[] {
  const { unit, loops } = stateOf(program, name);
  return [...(unit === null ? [] : [unit]), ...loops.values()];
}

/** Is the function called as compiled code? */
export function isCompiled(program: Program, name: number | string): boolean {
  return stateOf(program, name).unit !== null;
}

/** Counts, from now on, how often the code that a function has now is left for the interpreter. */
export function countLeaves(program: Program, name: number | string): () => number {
  let count = 0;
  for (const unit of unitsOf(program, name)) {
    const { onLeave } = unit;
    unit.onLeave = (left, site) => {
      count++;
      onLeave(left, site);
    };
  }
  return () => count;
}

/** The host's stack of JavaScript frames, as names of functions: compiled code of a function f is called wasm_f. */
export function runningCode(): string[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 200;
  const { stack = '' } = new Error('only for its stack');
  Error.stackTraceLimit = stackTraceLimit;
  return [...stack.matchAll(/\b(?:wasm_\w+|runPlain|runTraced)\b/g)].map(([name]) => name);
}
