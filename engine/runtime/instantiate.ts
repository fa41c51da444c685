/**
 * Instantiation (spec 4.5.4), in three steps that an embedder can take one by one:
 * allocation, active segments, start function.
 */

import { Trap } from '../isa/trap.ts';
import type { ConstExpr, ElementSegment, Module } from '../module/module.ts';
import { type FuncType, funcTypeOf } from '../module/types.ts';
import { dataDrop, elemDrop, memoryInit, tableInit, toIndex } from './bulk.ts';
import { ConstEvaluator } from './const-expr.ts';
import type { Executor } from './executor.ts';
import { FuncInstance } from './function.ts';
import { GlobalInstance } from './global.ts';
import { type ExternInstance, ModuleInstance } from './instance.ts';
import { checkImports } from './link.ts';
import { allocateMemory, type MemoryInstance } from './memory.ts';
import { TableInstance } from './table.ts';
import { TagInstance } from './tag.ts';
import { Slots } from './value.ts';

export interface InstantiationHooks {
  /** Called when everything is allocated, before active segments are written and before the start function runs. */
  onInstance?(instance: ModuleInstance): void;
}

/**
 * Instantiates a valid module. `imports` has one entry for each import, in order.
 *
 * @throws UnlinkableError where an import does not match, AllocationError, a `Trap` of an active segment or of the start
 *   function, or what a host function threw. What segments wrote before a trap stays written, as the specification says.
 */
export function instantiate(
  module: Module,
  imports: readonly ExternInstance[],
  executor: Executor,
  hooks: InstantiationHooks = {},
): ModuleInstance {
  const instance = allocate(module, imports, executor);
  hooks.onInstance?.(instance);
  runActiveSegments(instance);
  runStart(instance);
  return instance;
}

/** Checks the imports and allocates everything; nothing that was there before is changed. */
export function allocate(module: Module, imports: readonly ExternInstance[], executor: Executor): ModuleInstance {
  checkImports(module, imports);
  const instance = new ModuleInstance(module, executor);
  for (const value of imports) addImport(instance, value);
  for (const body of module.bodies) {
    const type = module.types[body.typeIndex];
    instance.funcs.push(new FuncInstance(type, funcTypeOf(type) as FuncType, instance, body.index, null));
  }
  for (const { type } of module.memories) instance.memories.push(allocateMemory(type));
  for (const { type } of module.tags) instance.tags.push(new TagInstance(type));
  const evaluator = new ConstEvaluator(instance);
  // Initialisers may read the globals before their own, so each is complete before the next is looked at.
  for (const { type, init } of module.globals) instance.globals.push(newGlobal(type, evaluator.evaluate(init)));
  for (const { type, init } of module.tables) {
    instance.tables.push(new TableInstance(type, init === undefined ? null : evaluator.evaluateRef(init)));
  }
  for (const segment of module.elements) instance.elements.push(segmentRefs(instance, segment, evaluator));
  for (const { start, end } of module.data) instance.data.push(module.bytes.subarray(start, end));
  return instance;
}

function addImport(instance: ModuleInstance, value: ExternInstance): void {
  if (value instanceof FuncInstance) instance.funcs.push(value);
  else if (value.kind === 'table') instance.tables.push(value);
  else if (value.kind === 'memory') instance.memories.push(value);
  else if (value.kind === 'global') instance.globals.push(value);
  else instance.tags.push(value);
}

function newGlobal(type: GlobalInstance['type'], init: Slots): GlobalInstance {
  const global = new GlobalInstance(type);
  global.i32.set(init.i32.subarray(0, global.i32.length));
  global.slots.refs[0] = init.refs[0];
  return global;
}

function segmentRefs(instance: ModuleInstance, segment: ElementSegment, evaluator: ConstEvaluator): readonly unknown[] {
  if (segment.exprs !== undefined) return segment.exprs.map((expr) => evaluator.evaluateRef(expr));
  return Array.from(segment.funcs ?? [], (index) => instance.funcs[index]);
}

/** Writes active element segments, then active data segments, in order; a `Trap` at the first that does not fit. */
export function runActiveSegments(instance: ModuleInstance): void {
  const { module } = instance;
  const evaluator = new ConstEvaluator(instance);
  for (const [i, segment] of module.elements.entries()) {
    if (segment.mode === 'passive') continue;
    if (segment.offsetExpr !== undefined) {
      const table = instance.tables[segment.table];
      const offset = evaluateOffset(evaluator, segment.offsetExpr, table.type.is64);
      tableInit(instance, table, i, offset, 0, instance.elements[i]?.length ?? 0);
    }
    elemDrop(instance, i);
  }
  for (const [i, segment] of module.data.entries()) {
    if (segment.offsetExpr === undefined) continue;
    const memory = instance.memories[segment.memory];
    writeData(instance, memory, i, evaluateOffset(evaluator, segment.offsetExpr, memory.type.is64));
    dataDrop(instance, i);
  }
}

function evaluateOffset(evaluator: ConstEvaluator, expr: ConstExpr, is64: boolean): number {
  const value = evaluator.evaluate(expr);
  return is64 ? toIndex(value.i64[0]) : value.i32[0] >>> 0;
}

function writeData(instance: ModuleInstance, memory: MemoryInstance, segment: number, offset: number): void {
  try {
    memoryInit(instance, memory, segment, offset, 0, instance.data[segment].length);
  } catch (error) {
    throw error instanceof Trap ? new Trap('data') : error; // V8 has a message of its own here
  }
}

const NO_SLOTS = new Slots(0);

/** Runs the start function, if there is one. */
export function runStart(instance: ModuleInstance): void {
  const { start } = instance.module;
  if (start === undefined) return;
  const func = instance.funcs[start];
  const { host } = func;
  if (host === null) instance.executor.invoke(func, NO_SLOTS, NO_SLOTS);
  else host(); // it has neither parameters nor results
}
