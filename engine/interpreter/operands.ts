/** What the dispatch loops call for work on operands that is too long to stand in a case. */

import { Trap } from '../isa/trap.ts';
import { isDefinedSubtype } from '../module/types.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { TableInstance } from '../runtime/table.ts';
import { SLOT_I32, type Slots } from '../runtime/value.ts';
import { MOVES } from './forms.ts';

/**
 * Moves the topmost `count` operands down to `to` and returns the stack top behind them. `kinds` (`MOVES`)
 * tells which parts of the slots matter. Positions are in elements of the 32-bit views.
 */
export function moveOperands(s: Slots, to: number, top: number, count: number, kinds: number): number {
  const I = s.i32;
  const from = top - count * SLOT_I32;
  const end = to + count * SLOT_I32;
  if (from === to) return end;
  for (let d = to, a = from; d < end; d += SLOT_I32, a += SLOT_I32) {
    I[d] = I[a];
    I[d + 1] = I[a + 1];
    if ((kinds & MOVES.wide) !== 0) {
      I[d + 2] = I[a + 2];
      I[d + 3] = I[a + 3];
    }
  }
  if ((kinds & MOVES.refs) !== 0) {
    const R = s.refs;
    for (let d = to >> 2, a = from >> 2; d < end >> 2; d++, a++) R[d] = R[a];
  }
  return end;
}

/** The function at `index` (an i32 operand) of the table, which must have the type with canonical number `type`. */
export function resolveIndirect(table: TableInstance, index: number, type: number): FuncInstance {
  const i = index >>> 0;
  if (i >= table.elements.length) throw new Trap('table');
  const func = table.elements[i] as FuncInstance | null;
  if (func === null || (func.type !== type && !isDefinedSubtype(func.type, type))) throw new Trap('signature');
  return func;
}
