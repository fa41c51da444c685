/** The result of the analysis of traps. */

import type { Outcome } from '../define.ts';
import type { AnalysisResult } from '../result.ts';

export interface NamedValue {
  /** Of locals the index, of operands the distance from the top of the stack. */
  readonly index: number;
  /** From the name section. */
  readonly name?: string;
  readonly type: string;
  /** As text: integers in decimal, NaNs that are not canonical with their bits, vectors as bytes. */
  readonly value: string;
}

export interface TrapFrame {
  /** Name of the function; of the host, what is known of it. */
  readonly name: string;
  /** Index in the function index space; -1 for the host. */
  readonly index: number;
  /** Place of its module in `modules`; -1 for the host. */
  readonly module: number;
  readonly pc: number;
  /** Offset in the module, in bytes. */
  readonly offset: number;
  /** The instruction that trapped, or the call that the frame waits for. */
  readonly instruction: string;
  readonly locals: readonly NamedValue[];
  /** The topmost first. */
  readonly operands: readonly NamedValue[];
}

export interface TrapReport {
  readonly kind: string;
  readonly message: string;
  /** What about the operands made it trap, line by line. */
  readonly causes: readonly string[];
  /** The innermost first. */
  readonly frames: readonly TrapFrame[];
  /** Frames below that were left out. */
  readonly omitted: number;
}

export interface TrapResult extends AnalysisResult {
  /** All traps that were seen, in order; those that the host caught as well. */
  readonly traps: readonly TrapReport[];
  /** Traps that were not kept. */
  readonly more: number;
  readonly outcome: Outcome['kind'] | 'running';
  /** Exit code, or the message of what ended the program. */
  readonly detail?: string;
}
