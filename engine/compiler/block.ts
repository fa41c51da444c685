/** Blocks while their code is made. */

import type { ValType } from '../isa/valtype.ts';
import type { Entry, OperandStack } from './operand-stack.ts';
import type { BlockFacts } from './structure.ts';
import type { SwitchText } from './switches.ts';
import type { Lines } from './text.ts';

/** A way to the end of a block. */
export interface Arrival {
  /** Locals whose slots are out of date there. */
  readonly dirty: Uint8Array;
  /** Statements that come before the branch; undefined where none can. */
  readonly hole: string[] | undefined;
}

/** An open block. */
export interface Block {
  readonly kind: 'block' | 'loop' | 'if' | 'function';
  readonly label: string;
  /** How often the text of a loop is repeated in one turn of the JavaScript loop. */
  readonly copies: number;
  /** None of the function's. */
  readonly facts: BlockFacts | undefined;
  /** The switch that it is a clause of, or that ends with it. */
  readonly switch: SwitchText | undefined;
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
  /** The ways that lead to the end by branches, or out of the then-arm. */
  readonly arrivals: Arrival[];
  /** Locals whose slots are out of date where it begins. */
  readonly dirtyIn: Uint8Array;
  /** Of a loop: are all slots up to date wherever it begins, so that what branches to it writes those that are not? */
  readonly beginsClean: boolean;
  /** Is the loop at which an activation enters inside, in which arm, or is it this one? */
  readonly entry: 'no' | 'inside' | 'else' | 'here';
}
