import type { Instruction } from '../isa/instructions.ts';
import type { FunctionValidator } from '../module/function-validator.ts';
import type { Emitter } from './emitter.ts';

/** Compiles an instruction: the one that the validator has just read. Operand types are those before it. */
export type Rule = (e: Emitter, v: FunctionValidator, instr: Instruction) => void;
