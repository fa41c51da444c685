/** What an error that comes out of a dispatch loop means, and where the program stood. */

import { functionName } from '../binary/names.ts';
import { type TraceFrame, Trap } from '../isa/trap.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { FunctionCode } from '../runtime/function-code.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import { instructionAt, instructionBefore } from './code.ts';
import type { Machine } from './machine.ts';

function messageOf(action: () => unknown): string {
  try {
    action();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

/** What a DataView says of an access out of its bounds, and V8 of a stack without room. */
const OUT_OF_BOUNDS = messageOf(() => new DataView(new ArrayBuffer(0)).getInt8(0));
const NO_STACK = 'Maximum call stack size exceeded';

/** Has the host's stack been used up? */
export function isOutOfStack(error: unknown): boolean {
  return error instanceof RangeError && error.message === NO_STACK;
}

/**
 * The meaning of an error thrown by the engine's own code while it executed Wasm: memory accesses are left to DataView
 * to check, whose RangeError is the trap.
 */
export function errorInWasm(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  if (error.message === OUT_OF_BOUNDS) return new Trap('memory');
  if (isOutOfStack(error)) return new Trap('exhaustion');
  return error;
}

/**
 * Added to `~unit` where a frame of compiled code stands in the event of a probe that declares that it uses no frame:
 * locals and operands are not in the slots.
 */
export const UNSYNCED = -(2 ** 30);

/** pc at which a frame stands: of the instruction in progress, or of the call that it waits for. */
export function pcOfFrame(func: FuncInstance, frameIp: number): number {
  if (frameIp < UNSYNCED) return pcOfFrame(func, frameIp - UNSYNCED);
  const code = func.made as FunctionCode;
  return code.pcs[frameIp < 0 ? instructionAt(code, ~frameIp) : instructionBefore(code, frameIp)];
}

/** The Wasm frames on the stack, innermost first, from the one with index `top` down to that with index `bottom`. */
export function traceOf(machine: Machine, top: number, bottom: number): TraceFrame[] {
  const trace: TraceFrame[] = [];
  for (let d = top; d >= bottom; d--) {
    const func = machine.frameFuncs[d];
    trace.push(traceFrame(func, pcOfFrame(func, machine.frameIps[d])));
  }
  return trace;
}

/** A line of a trace. */
export function traceFrame(func: FuncInstance, pc: number): TraceFrame {
  const { module } = func.instance as ModuleInstance;
  const start = module.bodies[func.index - module.importCounts.function].start;
  return { name: functionName(module, func.index), func: func.index, pc, moduleOffset: start + pc };
}
