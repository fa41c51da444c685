/** Instructions on numbers as JavaScript expressions: by a form of their own, or by their meaning in the table. */

import type { Instruction } from '../isa/instructions.ts';
import type { Forms, RepeatTable } from './forms.ts';
import { i64Forms, i64Repeats } from './i64-forms.ts';
import type { Expr, Names } from './js-text.ts';
import { numericForms, numericRepeats } from './numeric-forms.ts';
import { fillTemplate, templateOf } from './template.ts';

export { bindable } from './helpers.ts';
export type { Expr, Names, Text, ViewKind } from './js-text.ts';
export {
  asCondition,
  asNegatedCondition,
  atom,
  conditionOf,
  constant,
  inside,
  known,
  negationOf,
  PREC,
} from './js-text.ts';
export { load, store } from './memory-access.ts';
export { SlowMemory, viewOf } from './slow-memory.ts';

const forms: Forms = { ...numericForms, ...i64Forms };
const repeats: RepeatTable = { ...numericRepeats, ...i64Repeats };

/**
 * Which operands `compute` uses more than once: those must be atoms. Without operands the answer holds for all of them; with them
 * it may be false where the instruction has a shorter form, as with a constant divisor.
 */
export function needsAtoms(instr: Instruction, operands: readonly Expr[] = []): boolean[] {
  const rule = repeats[instr.name];
  if (rule !== undefined) {
    const needed = rule(operands);
    return instr.params.map((_, k) => needed[k] ?? false);
  }
  if (i64Forms[instr.name] !== undefined) return instr.params.map(() => false);
  return templateOf(instr).uses.map((uses) => uses > 1);
}

/** The result of an instruction with scalar operands and a meaning, without effect on memory. */
export function compute(instr: Instruction, operands: readonly Expr[], names: Names): Expr {
  const own = forms[instr.name]?.(operands, names);
  if (own !== undefined) return own;
  return fillTemplate(templateOf(instr).root, instr.results[0], operands, names);
}
