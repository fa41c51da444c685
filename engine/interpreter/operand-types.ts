/** Types of locals and operands at every pc, found by typing the function once more when somebody asks. */

import { instructions } from '../isa/instructions.ts';
import type { ValType } from '../isa/valtype.ts';
import { FunctionValidator, type InstructionObserver } from '../module/function-validator.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { FunctionCode } from '../runtime/function-code.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import { anyFunction } from './code.ts';

interface FunctionTypes {
  readonly locals: readonly ValType[];
  /** Operand types by pc, the bottom of the stack first. */
  readonly operands: ReadonlyMap<number, readonly ValType[]>;
  /** For calls, the types of those that are left while the call runs. */
  readonly waiting: ReadonlyMap<number, readonly ValType[]>;
}

const known = new WeakMap<FunctionCode, FunctionTypes>();

/**
 * Where branches arrive, the operands have the types of the label, whatever typing knows of the code before: that may
 * be unreachable, or leave references of a more exact type.
 */
function operandsBefore(v: FunctionValidator, name: string): Int32Array {
  if (name === 'end') {
    const { height, results } = v.controls[v.controls.length - 1];
    return Int32Array.from([...v.stack.subarray(0, height), ...results]);
  }
  const types = v.stack.slice(0, v.height);
  if (name === 'loop' && !v.isUnreachable) {
    const { params } = v.blockType();
    types.set(params, types.length - params.length);
  }
  return types;
}

/** Every reader gets the same array. */
function frozen(types: Int32Array): readonly ValType[] {
  return Object.freeze(Array.from(types));
}

const NO_OPERANDS: readonly ValType[] = Object.freeze([]);

class TypeObserver implements InstructionObserver {
  readonly operands = new Map<number, readonly ValType[]>();
  readonly waiting = new Map<number, readonly ValType[]>();
  private readonly start: number;

  constructor(start: number) {
    this.start = start;
  }

  instruction(v: FunctionValidator): void {
    const pc = v.reader.at - this.start;
    const instr = instructions[v.reader.op];
    const types = operandsBefore(v, instr.name);
    this.operands.set(pc, frozen(types));
    if (!instr.effects.has('call')) return;
    const isDirect = instr.immediates[0] === 'func';
    const type = isDirect ? v.typeOfFunction(v.reader.index) : v.functionTypeNumber(v.reader.index);
    const taken = v.functionType(type).params.length + (isDirect ? 0 : 1);
    this.waiting.set(pc, frozen(types.subarray(0, Math.max(0, types.length - taken))));
  }
}

function typesOf(func: FuncInstance): FunctionTypes {
  const code = func.made as FunctionCode;
  let types = known.get(code);
  if (types === undefined) {
    const { module } = func.instance as ModuleInstance;
    const body = module.bodies[func.index - module.importCounts.function];
    const validator = new FunctionValidator(module, anyFunction);
    const observer = new TypeObserver(body.start);
    validator.run(body, observer);
    types = { locals: validator.locals, operands: observer.operands, waiting: observer.waiting };
    known.set(code, types);
  }
  return types;
}

/** Types of the parameters and locals of a function whose code is made. */
export function localTypesOf(func: FuncInstance): readonly ValType[] {
  return typesOf(func).locals;
}

/**
 * Types of the operands before the instruction at `pc`; for a frame that waits for a call to return, without those
 * that the call took. Empty at the entry.
 */
export function operandTypesAt(func: FuncInstance, pc: number, isWaiting: boolean): readonly ValType[] {
  const types = typesOf(func);
  return (isWaiting ? types.waiting.get(pc) : undefined) ?? types.operands.get(pc) ?? NO_OPERANDS;
}
