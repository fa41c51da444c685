/**
 * Code units of the interpreter.
 *
 * A function's code is an `Int32Array`: for each instruction one unit with its operation, then its
 * immediates. The operation is the row number of the instruction table where one form is enough, else
 * one of the forms below, chosen by operand types when the code is made. Unit 0 belongs to pc 0.
 *
 *     index   0        1         2       3        ...
 *             [entry]  [local.get/32, 16] [i32.const, 7] [i32.add] [return/1, 1, 0]
 *
 * Distances inside a frame are in elements of the 32-bit views (4 a slot), relative to the frame's first local.
 */

import { instructions } from '../isa/instructions.ts';

/** Forms that are not rows of the table, and how many immediates each has. */
const formImmediates = {
  /** Takes the place of an operation while probes are there; the pristine code tells what it covers. */
  probe: 0,
  /** Unit 0: does nothing. */
  entry: 0,
  /** A reachable `loop`: counts iterations, and may hand over to compiled code. */
  loop: 0,
  /** Code that typing shows to be unreachable: one unit for each instruction, never executed. */
  dead: 0,
  'local.get/32': 1,
  'local.get/64': 1,
  'local.get/128': 1,
  'local.get/ref': 1,
  'local.set/32': 1,
  'local.set/64': 1,
  'local.set/128': 1,
  'local.set/ref': 1,
  'local.tee/32': 1,
  'local.tee/64': 1,
  'local.tee/128': 1,
  'local.tee/ref': 1,
  'global.get/32': 1,
  'global.get/64': 1,
  'global.get/128': 1,
  'global.get/ref': 1,
  'global.set/32': 1,
  'global.set/64': 1,
  'global.set/128': 1,
  'global.set/ref': 1,
  'select/32': 0,
  'select/64': 0,
  'select/128': 0,
  'select/ref': 0,
  /** target, stack top afterwards */
  br: 2,
  /** target, where the operands go, number of operands, kinds (`MOVES`) */
  'br/move': 4,
  br_if: 2,
  'br_if/move': 4,
  br_on_null: 4,
  br_on_non_null: 4,
  /** target when the condition is false */
  if: 1,
  /** target: the `end` */
  else: 1,
  /** Leaving the function (`return`, and the final `end`): number of results, kinds. */
  'return/0': 2,
  'return/1': 2,
  'return/n': 2,
  /** The same where the end of the activation is observed. */
  'return/observed': 2,
  'return_call/observed': 1,
  'return_call_indirect/observed': 2,
  'return_call_ref/observed': 1,
  /** A tail call whose callee is known and whose end was told: never in code, only left by one loop for the other. */
  'return_call/resolved': 0,
  /** An access to another memory than the first: offset, lane or 0, memory, row of the access. */
  'memory access': 4,
} as const;

export type Form = keyof typeof formImmediates;

const names = Object.keys(formImmediates) as Form[];

/** The operation of each form: numbers behind the rows of the table. */
export const forms: Readonly<Record<Form, number>> = Object.fromEntries(
  names.map((name, i) => [name, instructions.length + i]),
) as Record<Form, number>;

export const formList: readonly { readonly name: Form; readonly op: number; readonly immediates: number }[] = names.map(
  (name) => ({ name, op: forms[name], immediates: formImmediates[name] }),
);

/** Kinds of a group of operands that a branch or return moves: which parts of their slots matter. */
export const MOVES = {
  /** At most 64 bits. */
  narrow: 0,
  /** Some v128 among them. */
  wide: 1,
  /** Some references among them. */
  refs: 2,
} as const;
