/** The result of a call, between slots and compiled code. */

import { readF32, returnsValue, shapeOf, writeF32 } from '../interpreter/callers.ts';
import type { ValType } from '../isa/valtype.ts';
import { SLOT_I32, type Slots } from '../runtime/value.ts';

/** What compiled code returns whose results lie at `fp`. */
export function resultOf(slots: Slots, results: readonly ValType[], fp: number): unknown {
  if (results.length === 0 || !returnsValue(results)) return undefined;
  switch (shapeOf(results[0] as ValType)) {
    case 'i':
      return slots.i32[fp];
    case 'I':
      return slots.i64[fp >> 1];
    case 'f':
      return readF32(slots, fp);
    case 'F':
      return slots.f64[fp >> 1];
    default:
      return slots.refs[fp / SLOT_I32];
  }
}

/** Puts what compiled code returned where the results of a call lie. */
export function storeResult(slots: Slots, results: readonly ValType[], fp: number, value: unknown): void {
  if (results.length === 0 || !returnsValue(results)) return;
  switch (shapeOf(results[0] as ValType)) {
    case 'i':
      slots.i32[fp] = value as number;
      return;
    case 'I':
      slots.i64[fp >> 1] = value as bigint;
      return;
    case 'f':
      writeF32(slots, fp, value as number);
      return;
    case 'F':
      slots.f64[fp >> 1] = value as number;
      return;
    default:
      slots.refs[fp / SLOT_I32] = value;
  }
}
