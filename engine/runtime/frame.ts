/** What a probe sees of an activation, and does to it (rules 14 to 19 of the probe contract). */

import type { ValType } from '../isa/valtype.ts';
import type { FuncInstance } from './function.ts';
import type { ModuleInstance } from './instance.ts';

/** A value as probes see it: i32 a signed number, i64 a signed bigint, f32 and f64 numbers, v128 16 bytes, references JS values. */
export interface TypedValue {
  readonly type: ValType;
  readonly value: unknown;
  /** The exact bits of an f32 or f64, as an unsigned bigint; undefined for other types. */
  readonly bits: bigint | undefined;
}

/**
 * One activation; the same object for all events of the activation. Every use but `hasEnded` throws a ProbeError
 * once it has ended, and when a probe uses what it did not declare in its `needs`.
 */
export interface Frame {
  readonly hasEnded: boolean;
  /** The function of the activation. */
  readonly func: FuncInstance;
  readonly instance: ModuleInstance;
  /** The instruction before which it stands, or the call that it waits for: offset in the function body, 0 = entry. */
  readonly pc: number;
  /** Did the host, or instantiation, begin this activation? False for one that a tail call put in the place of such a one. */
  readonly isCalledByHost: boolean;
  /** Number of Wasm activations below it on the stack. Needs `stack`. */
  readonly depth: number;
  /** The Wasm activation below, whether it called directly or through host functions; undefined for the outermost. Needs `stack`. */
  readonly caller: Frame | undefined;
  /** Everything on the stack from this activation down, host frames included. Needs `stack`. */
  readonly stack: readonly StackEntry[];
  readonly localTypes: readonly ValType[];
  /** Types of the operands before the instruction at `pc`, the bottom of the stack first; for a frame that waits for a call, without those that the call took. */
  readonly operandTypes: readonly ValType[];
  /** Value of a parameter or local. Needs `locals`. */
  local(index: number): TypedValue;
  /** Operand counted from the top of the stack: 0 is the topmost. Needs `operands`. */
  operand(fromTop: number): TypedValue;
  /**
   * Writes a local, also of a frame below (rules 16 and 17). `value` is what a host function would return for
   * the type, 16 bytes for v128, or for f32 and f64 `{ bits }` with the exact bits; others are a ProbeError. Needs `writes`.
   */
  setLocal(index: number, value: unknown): void;
  /** Writes an operand of the frame whose event it is; the instruction that follows sees it. Needs `writes`. */
  setOperand(fromTop: number, value: unknown): void;
  /** Ends the program with a trap that has this message (rule 19). */
  trap(reason: string): never;
}

/** A host function that stands between Wasm activations, or the host that called the outermost. */
export interface HostEntry {
  readonly kind: 'host';
  /** Name of the JavaScript function; undefined for the caller of the outermost activation. */
  readonly name: string | undefined;
}

export type StackEntry = Frame | HostEntry;
