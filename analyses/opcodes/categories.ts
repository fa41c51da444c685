/** A division of all instructions into categories, from the words by which the toolkit selects them. */

import { type Instruction, instructions } from '../../engine/index.ts';
import { selectInstructions } from '../../probes/index.ts';

/** A name, and what selects the members. The first that fits counts. */
const rules: readonly (readonly [category: string, filter: string])[] = [
  ['call', 'call'],
  ['branch', 'branch'],
  ['control', 'control'],
  ['load', 'load'],
  ['store', 'store'],
  ['memory', 'memory'],
  ['table', 'table'],
  ['local', 'local'],
  ['global', 'global'],
  ['constant', 'const'],
  ['vector', 'simd'],
  ['compare', 'compare'],
  ['convert', 'convert'],
  ['bitwise', 'bitwise'],
  ['arithmetic', 'arithmetic'],
  ['reference', 'reference'],
  ['gc', 'gc'],
];

/** By row number of the instruction table. */
const categories = new Map<number, string>();
for (const [category, filter] of rules) {
  for (const op of selectInstructions(filter)) if (!categories.has(op)) categories.set(op, category);
}
// What is in no other: drop, select.
for (const { op } of instructions) if (!categories.has(op)) categories.set(op, 'stack');

/** Every instruction is in exactly one category. */
export function categoryOf({ op }: Instruction): string {
  return categories.get(op) as string;
}
