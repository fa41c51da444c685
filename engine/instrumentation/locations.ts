/** Where probes can go: the instructions of a function with their immediates, without making code for it. */

import { type CatchClause, InstructionReader } from '../binary/instruction-reader.ts';
import { readLocals } from '../binary/locals.ts';
import { Machine } from '../interpreter/machine.ts';
import { type Instruction, instructions } from '../isa/instructions.ts';
import type { HeapType, ValType } from '../isa/valtype.ts';
import type { FunctionBody, Module } from '../module/module.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import { ProbeError } from '../runtime/probe-error.ts';

/** The instructions of a function in order. */
export interface FunctionInstructions {
  /** pc of each instruction, ascending: offset in the function body, 0 being the first byte of the local declarations. */
  readonly pcs: Int32Array;
  /** Row number of each instruction in the instruction table. */
  readonly ops: Uint16Array;
}

/** The immediates of an instruction; those that it does not have are undefined. */
export interface Immediates {
  /** The first immediate that is an index, a count or a label, and the second. */
  readonly index: number | undefined;
  readonly index2: number | undefined;
  /** Of a memory access: constant offset in bytes, alignment as the exponent of 2; the memory is `index`. */
  readonly offset: number | undefined;
  readonly align: number | undefined;
  readonly lane: number | undefined;
  /** Labels of br_table, the default last. */
  readonly labels: readonly number[] | undefined;
  /** Type of a block that has one value type as result, of `select t` the type. */
  readonly type: ValType | undefined;
  readonly heap: HeapType | undefined;
  readonly catches: readonly CatchClause[] | undefined;
}

/** One instruction of a function. */
export interface Location {
  /** Index in the function index space. */
  readonly func: number;
  readonly pc: number;
  /** Offset in the module. */
  readonly offset: number;
  readonly instruction: Instruction;
  readonly immediates: Immediates;
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

function* readBody(module: Module, body: FunctionBody): Generator<InstructionReader> {
  const reader = new InstructionReader(module.bytes, module.types);
  reader.pos = body.start;
  reader.end = body.end;
  readLocals(reader);
  while (reader.pos < body.end) {
    reader.read();
    yield reader;
  }
}

/** The instructions of a function of a valid module. */
export function functionInstructions(module: Module, func: number): FunctionInstructions {
  const body = functionBody(module, func);
  const pcs: number[] = [];
  const ops: number[] = [];
  for (const reader of readBody(module, body)) {
    pcs.push(reader.at - body.start);
    ops.push(reader.op);
  }
  return { pcs: Int32Array.from(pcs), ops: Uint16Array.from(ops) };
}

/** The instructions of a function with their immediates, in order; only those with a row number in `ops`, if it is given. */
export function functionLocations(module: Module, func: number, ops?: ReadonlySet<number>): Location[] {
  const body = functionBody(module, func);
  const locations: Location[] = [];
  for (const reader of readBody(module, body)) {
    if (ops !== undefined && !ops.has(reader.op)) continue;
    const instruction = instructions[reader.op];
    const immediates = immediatesOf(reader, instruction);
    locations.push({ func, pc: reader.at - body.start, offset: reader.at, instruction, immediates });
  }
  return locations;
}

const INDEXED = new Set([
  'label',
  'func',
  'type',
  'table',
  'memory',
  'local',
  'global',
  'tag',
  'data',
  'elem',
  'memarg',
]);

function immediatesOf(reader: InstructionReader, { immediates: kinds, name }: Instruction): Immediates {
  const [first, second] = kinds;
  const isAccess = first === 'memarg';
  const isTypedBlock = first === 'block' && reader.blockKind === 1;
  return {
    index:
      INDEXED.has(first ?? '') || (first === 'block' && reader.blockKind === 2) || name.startsWith('br_on_cast')
        ? reader.index
        : undefined,
    index2: second !== undefined && !isAccess && first !== 'block' && first !== 'castflags' ? reader.index2 : undefined,
    offset: isAccess ? reader.offset : undefined,
    align: isAccess ? reader.align : undefined,
    lane: kinds.includes('lane') ? reader.lane : undefined,
    labels: first === 'labels' ? [...reader.labels] : undefined,
    type: isTypedBlock ? reader.type : first === 'types' ? reader.types[0] : undefined,
    heap: first === 'heap' ? reader.heap : undefined,
    catches: kinds.includes('catches') ? [...reader.catches] : undefined,
  };
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
