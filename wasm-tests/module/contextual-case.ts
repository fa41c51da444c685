/**
 * For each row of the instruction table whose type depends on context: functions that are valid and functions that
 * are not, in the text format. They stand in a module with the declarations of `declarations`.
 */

import type { ContextualName } from '../../engine/isa/instructions.ts';

export const declarations = `
  (type $ii (func (param i32) (result i32))) (type $v (func)) (type $s (struct (field i32))) (type $other (func (param i64)))
  (memory 1) (table $t 1 funcref) (table $x 1 externref) (table $n 1 (ref null $ii))
  (global $c i32 (i32.const 0)) (global $m (mut i64) (i64.const 0)) (global $r (mut externref) (ref.null extern)) (global $nn (ref $ii) (ref.func $id))
  (elem $e func $id) (elem $ex externref (ref.null extern)) (elem $en (ref $ii) (ref.func $id))
  (func $id (type $ii) (local.get 0)) (func $undeclared) (func $two (param i64 f32) (result f32 i64) (local.get 1) (local.get 0))`;

/** A function, from its parameters on, and the beginning of what is wrong with it at the last of these instructions. */
type Refused = readonly [body: string, detail: RegExp];

export interface ContextualCase {
  readonly accepted: readonly string[];
  readonly refused: readonly Refused[];
  /** V8 of Node 20 has no typed references and tells nothing of these. */
  readonly isUnknownToV8?: boolean;
}

export const mismatch = /^type mismatch/;

export type CaseTable = Readonly<Partial<Record<ContextualName, ContextualCase>>>;
