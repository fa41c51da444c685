/**
 * The executed rows of the instruction table in groups: each is tested in its own way. A row in no group is one for the
 * programs of `contextual.ts`, which must execute it.
 */

import { type Instruction, instructions } from '../../engine/isa/instructions.ts';
import { isVector } from './meaning.ts';

const executed = instructions.filter((i) => !i.isDecodedOnly);
const isAccess = (i: Instruction): boolean => i.immediates.includes('memarg');
const isConstant = (i: Instruction): boolean => i.name.endsWith('.const');

export const rowGroups = {
  /** Numbers to a number. */
  scalar: executed.filter((i) => i.meaning !== '' && !isVector(i) && !isAccess(i)),
  /** Loads and stores of scalars and vectors. */
  access: executed.filter(isAccess),
  /** Vectors, without memory. */
  vector: executed.filter((i) => i.feature === 'simd' && !isAccess(i) && !isConstant(i)),
  relaxed: executed.filter((i) => i.feature === 'relaxed-simd'),
  constant: executed.filter(isConstant),
} as const;

const grouped = new Set<Instruction>(Object.values(rowGroups).flat());

/** The rows that are in no group. */
export const contextualRows: readonly Instruction[] = executed.filter((i) => !grouped.has(i));
