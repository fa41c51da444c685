/** What compiled code is made for, and by what rules. */

import type { Instruction } from '../isa/instructions.ts';
import type { FunctionValidator } from '../module/function-validator.ts';
import type { Emitter } from './emitter.ts';

/** What the compiled code is for. */
export interface Purpose {
  /** Is the function quiet (`quiet.ts`)? Then nobody ever sees a frame of it. */
  readonly isQuiet: boolean;
  /** pc of the loop at which a running activation of the interpreter enters; undefined for code that is called. */
  readonly osr: number | undefined;
  /** Asks at every loop and after every call whether to leave: for tests, which leave everywhere. */
  readonly isStressed: boolean;
}

/** How instructions and events are compiled. The rules are made of what is in this file, so it gets them from outside. */
export interface Rules {
  readonly ruleOf: (instr: Instruction) => (e: Emitter, v: FunctionValidator, instr: Instruction) => void;
  readonly emitEvent: (e: Emitter, ip: number) => void;
  readonly observesEnd: (e: Emitter) => boolean;
}
