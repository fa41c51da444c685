/** What a probe sees of an activation (rules 14, 15 and 18). */

import type { ValType } from '../isa/valtype.ts';
import type { FuncInstance } from './function.ts';

/** A value with its type: i32 a signed number, i64 a signed bigint, f32 and f64 numbers, v128 16 bytes, references JS values. */
export interface TypedValue {
  readonly type: ValType;
  readonly value: unknown;
  /** The exact bits of an f32 or f64, as an unsigned bigint; undefined for other types. */
  readonly bits: bigint | undefined;
}

/** One activation; the same object for all events of the activation. Every use but `hasEnded` throws once it has ended. */
export interface Frame {
  readonly hasEnded: boolean;
  /** The function of the activation. */
  readonly func: FuncInstance;
  /** The instruction before which it stands, or the call that it waits for: offset in the function body, 0 = entry. */
  readonly pc: number;
  /** Number of Wasm activations below it on the stack. */
  readonly depth: number;
  /** The Wasm activation below, whether it called directly or through host functions; undefined for the outermost. */
  readonly caller: Frame | undefined;
  readonly localTypes: readonly ValType[];
  /** Types of the operands before the instruction at `pc`, the bottom of the stack first. */
  readonly operandTypes: readonly ValType[];
  local(index: number): TypedValue;
  /** Operand counted from the top of the stack: 0 is the topmost. */
  operand(fromTop: number): TypedValue;
}
