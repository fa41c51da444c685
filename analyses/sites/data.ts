/** Results that have something to say of single instructions. */

import { mergeLists } from '../merging.ts';

/** An instruction of a function. */
export interface InstructionPlace {
  readonly pc: number;
  readonly mnemonic: string;
}

/** A function with the instructions of which something is known. */
export interface FunctionSites<T extends object> {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** By pc, ascending. */
  readonly instructions: readonly (InstructionPlace & T)[];
}

/** An instruction with the function that it is in. */
export interface PlacedInstruction<T extends object> {
  readonly func: FunctionSites<T>;
  readonly instruction: InstructionPlace & T;
}

/** Merges function by function, instruction by instruction; what only one of them knows is kept. */
export function mergeSites<T extends object>(
  a: readonly FunctionSites<T>[],
  b: readonly FunctionSites<T>[],
  merge: (a: T, b: T) => T,
): FunctionSites<T>[] {
  return mergeLists(
    a,
    b,
    ({ index }) => index,
    (f, g) => ({
      ...f,
      instructions: mergeLists(
        f.instructions,
        g.instructions,
        ({ pc }) => pc,
        (x, y) => ({ ...x, ...merge(x, y) }),
      ),
    }),
  );
}

/** The instructions of all functions, those with the greatest weight first; of equals, in the order of the code. */
export function heaviest<T extends object>(
  functions: readonly FunctionSites<T>[],
  weight: (instruction: T) => number,
): PlacedInstruction<T>[] {
  return functions
    .flatMap((func) => func.instructions.map((instruction) => ({ func, instruction })))
    .sort((a, b) => weight(b.instruction) - weight(a.instruction));
}
