/** Blocks while their code is made. */

import type { ValType } from '../isa/valtype.ts';
import type { Entry, OperandStack } from './operand-stack.ts';
import type { Lines } from './text.ts';

/** An open block. */
export interface Block {
  readonly kind: 'block' | 'loop' | 'if' | 'function';
  readonly label: string;
  /** Operands below the block's own, and how they stood when it was opened. */
  readonly below: OperandStack['entries'];
  readonly params: readonly ValType[];
  readonly results: readonly ValType[];
  /** Was it opened in reachable code? */
  readonly isLive: boolean;
  /** Text of the surrounding block so far. */
  readonly outer: Lines;
  /** Condition of an if. */
  condition: string;
  /** The operand that an `if` tests. */
  test: Entry | undefined;
  /** What the then-arm computes, if that is all that it does. */
  thenValue: Entry | undefined;
  /** Text of the then-arm, once the else-arm is reached. */
  thenLines: Lines | undefined;
  isTargeted: boolean;
  /** Locals whose slots are out of date on some way to the end (for a loop: to its start). */
  readonly dirtyOut: Uint8Array;
  readonly dirtyIn: Uint8Array;
  /** Is the loop at which an activation enters inside, in which arm, or is it this one? */
  readonly entry: 'no' | 'inside' | 'else' | 'here';
}
