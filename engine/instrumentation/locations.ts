/** Where probes can go: the instructions of a function, without making code for it. */

import { InstructionReader } from '../binary/instruction-reader.ts';
import { readLocals } from '../binary/locals.ts';
import type { FunctionBody, Module } from '../module/module.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import { ProbeError } from '../runtime/probe-error.ts';
import { Machine } from '../interpreter/machine.ts';

/** The instructions of a function in order. */
export interface FunctionInstructions {
  /** pc of each instruction, ascending: offset in the function body, 0 being the first byte of the local declarations. */
  readonly pcs: Int32Array;
  /** Row number of each instruction in the instruction table. */
  readonly ops: Uint16Array;
}

/** The body of a function by its index in the function index space; a ProbeError where it has none. */
export function functionBody(module: Module, func: number): FunctionBody {
  const body = module.bodies[func - module.importCounts.function];
  if (body !== undefined) return body;
  const first = module.importCounts.function;
  const last = module.funcTypes.length - 1;
  throw new ProbeError(
    func >= 0 && func < first
      ? `function ${func} is imported and has no instructions: functions ${first} to ${last} have`
      : `there is no function ${func}: functions ${first} to ${last} have instructions`,
    { func },
  );
}

/** The instructions of a function of a valid module. */
export function functionInstructions(module: Module, func: number): FunctionInstructions {
  const body = functionBody(module, func);
  const reader = new InstructionReader(module.bytes, module.types);
  reader.pos = body.start;
  reader.end = body.end;
  readLocals(reader);
  const pcs: number[] = [];
  const ops: number[] = [];
  while (reader.pos < body.end) {
    reader.read();
    pcs.push(reader.at - body.start);
    ops.push(reader.op);
  }
  return { pcs: Int32Array.from(pcs), ops: Uint16Array.from(ops) };
}

/** Indices of the functions of an instance that have an activation on the stack. */
export function runningFunctions(instance: ModuleInstance): Set<number> {
  const running = new Set<number>();
  const machine = instance.executor;
  if (!(machine instanceof Machine)) return running;
  for (let d = 0; d <= machine.depth; d++) {
    const func = machine.frameFuncs[d];
    if (func.instance === instance) running.add(func.index);
  }
  return running;
}
