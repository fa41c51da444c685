/** Validation of whole modules (spec 3.5). Bodies are typed by `function-validator.ts`. */

import { InvalidError, UnsupportedError } from '../isa/errors.ts';
import { type Feature, type InstrName, instructions, opOf } from '../isa/instructions.ts';
import { I32, I64, isNullable, isRef, typeName, type ValType } from '../isa/valtype.ts';
import { FunctionValidator, type InstructionObserver } from './function-validator.ts';
import type { ConstExpr, Limits, Module, ModuleFeature } from './module.ts';
import { funcTypeOf, isSubtype } from './types.ts';

/** Pages of a memory with 32-bit addresses, elements of a table with 32-bit addresses (spec 3.2.1). */
const MEMORY32_PAGES = 65536;
const MEMORY64_PAGES = 2 ** 48;
const TABLE32_SIZE = 2 ** 32 - 1;

/** What validation found out about a valid module. */
export interface ValidationFacts {
  /** Features beyond the first version that the module uses, with the offset of a first use where known. */
  readonly features: ReadonlyMap<ModuleFeature, number | undefined>;
}

/** Runs a check and keeps the first `UnsupportedError` for the end: what is wrong elsewhere in the module comes first. */
type DeferUnsupported = (check: () => void, after?: (error: UnsupportedError) => void) => void;

/**
 * Validates a decoded module.
 *
 * @throws MalformedError for code that is no instruction sequence, InvalidError where a rule of the specification is
 *   broken, and UnsupportedError, only for modules that are otherwise well-formed, where something is used that no tier executes.
 */
export function validateModule(module: Module): ValidationFacts {
  const v = new FunctionValidator(module, declaredFunctions(module));
  let unsupported = unsupportedSections(module);
  const deferUnsupported: DeferUnsupported = (check, after) => {
    try {
      check();
    } catch (error) {
      if (!(error instanceof UnsupportedError)) throw error;
      unsupported ??= error;
      after?.(error);
    }
  };
  validateLimits(module);
  validateGlobals(module, v, deferUnsupported);
  validateTables(module, v, deferUnsupported);
  validateElements(module, v, deferUnsupported);
  validateData(module, v, deferUnsupported);
  validateExports(module);
  validateStart(module);
  for (const body of module.bodies) {
    deferUnsupported(
      () => v.run(body, null),
      (error) => skipBody(v, body.end, error),
    );
  }
  if (unsupported !== undefined) throw unsupported;
  return { features: featuresOf(module, v) };
}

/** Reads on behind an instruction that is not supported: the rest of the body must still be well-formed. */
function skipBody(v: FunctionValidator, end: number, error: UnsupportedError): void {
  // Atomic instructions are refused by the reader itself and are none of the table's rows.
  const refused = error.feature === 'threads' ? undefined : instructions[v.reader.op];
  const opened = refused?.effects.has('label') ? 1 : refused?.name === 'delegate' ? -1 : 0;
  v.reader.skipToEnd(end, v.controls.length + opened);
}

function featuresOf(module: Module, v: FunctionValidator): ReadonlyMap<ModuleFeature, number | undefined> {
  const features = new Map<ModuleFeature, number | undefined>(module.features);
  for (const { op, feature } of instructions) {
    if (v.used[op] !== 0 && feature !== 'mvp' && !features.has(feature as Feature)) features.set(feature, undefined);
  }
  if (v.multiValueAt >= 0 && !features.has('multi-value')) features.set('multi-value', v.multiValueAt);
  return features;
}

/** What the sections declare and no tier executes. */
function unsupportedSections(module: Module): UnsupportedError | undefined {
  for (const [feature, what] of [
    ['memory64', 'a memory or table with 64-bit addresses'],
    ['threads', 'a shared memory'],
    ['custom-page-sizes', 'a memory with another page size'],
  ] as const) {
    const offset = module.features.get(feature);
    if (offset !== undefined) return new UnsupportedError(feature, offset, what);
  }
  return undefined;
}

/** Functions that occur outside of bodies: those that `ref.func` in a body may name (spec 3.5.17, `refs`). */
function declaredFunctions(module: Module): Set<number> {
  const declared = new Set<number>();
  const reader = new FunctionValidator(module, declared).reader;
  const scan = (expr: ConstExpr | undefined): void => {
    if (expr === undefined) return;
    reader.pos = expr.start;
    reader.end = expr.end;
    while (reader.pos < expr.end) {
      reader.read();
      if (reader.op === OP_REF_FUNC) declared.add(reader.index);
    }
  };
  for (const e of module.exports) if (e.kind === 'function') declared.add(e.index);
  for (const t of module.tables) scan(t.init);
  for (const g of module.globals) scan(g.init);
  for (const s of module.elements) {
    for (const f of s.funcs ?? []) declared.add(f);
    for (const e of s.exprs ?? []) scan(e);
  }
  return declared;
}

function validateLimits(module: Module): void {
  const check = (limits: Limits, bound: number, offset: number, message: string): void => {
    if (limits.min > bound || (limits.max ?? 0) > bound) throw new InvalidError(message, offset);
    if (limits.max !== undefined && limits.max < limits.min) {
      throw new InvalidError('size minimum must not be greater than maximum', offset);
    }
  };
  const checkMemory = (type: Module['memoryTypes'][number], offset: number): void => {
    const bound = type.is64 ? MEMORY64_PAGES : MEMORY32_PAGES;
    check(type, bound, offset, `memory size must be at most ${bound} pages`);
    if (type.isShared && type.max === undefined) throw new InvalidError('shared memory must have maximum', offset);
  };
  const checkTable = (type: Module['tableTypes'][number], offset: number): void =>
    check(type, type.is64 ? Number.POSITIVE_INFINITY : TABLE32_SIZE, offset, 'table size must be at most 2^32-1');
  for (const i of module.imports) {
    if (i.type.kind === 'memory') checkMemory(i.type, 0);
    if (i.type.kind === 'table') checkTable(i.type, 0);
    if (i.type.kind === 'tag') checkTag(module, i.type.type, 0);
    if (i.type.kind === 'function' && funcTypeOf(i.type.type) === undefined) {
      throw new InvalidError(`unknown type: import "${i.module}" "${i.name}" has no function type`, 0);
    }
  }
  for (const m of module.memories) checkMemory(m.type, m.offset);
  for (const t of module.tables) checkTable(t.type, t.offset);
  for (const t of module.tags) checkTag(module, t.type.type, t.offset);
  for (const b of module.bodies) {
    if (b.typeIndex >= module.types.length) throw new InvalidError(`unknown type ${b.typeIndex}`, b.start, b.index);
    if (funcTypeOf(module.types[b.typeIndex]) === undefined) {
      throw new InvalidError(`unknown type: type ${b.typeIndex} is no function type`, b.start, b.index);
    }
  }
}

function checkTag(_module: Module, type: number, offset: number): void {
  const signature = funcTypeOf(type);
  if (signature === undefined) throw new InvalidError('unknown type: a tag needs a function type', offset);
  if (signature.results.length > 0) throw new InvalidError('non-empty tag result type', offset);
}

const OP_REF_FUNC = opOf('ref.func');
const constantNames: readonly InstrName[] = [
  'i32.const',
  'i64.const',
  'f32.const',
  'f64.const',
  'v128.const',
  'ref.null',
  'ref.func',
  'global.get',
  'end',
];
/** Beyond the first version: feature `extended-const`. */
const extendedNames: readonly InstrName[] = ['i32.add', 'i32.sub', 'i32.mul', 'i64.add', 'i64.sub', 'i64.mul'];
const allocatingNames: readonly InstrName[] = [
  'ref.i31',
  'struct.new',
  'struct.new_default',
  'array.new',
  'array.new_default',
  'array.new_fixed',
  'any.convert_extern',
  'extern.convert_any',
];
const isConstant = new Set([...constantNames, ...extendedNames, ...allocatingNames].map(opOf));
const OP_GLOBAL_GET = opOf('global.get');

/** Refuses what a constant expression may not hold (spec 3.4.12). */
class ConstantOnly implements InstructionObserver {
  /** Globals below this index are visible. */
  visibleGlobals = 0;

  instruction(v: FunctionValidator): void {
    if (!isConstant.has(v.reader.op)) v.invalid('constant expression required');
    if (v.reader.op !== OP_GLOBAL_GET) return;
    const index = v.reader.index;
    if (index >= this.visibleGlobals) v.invalid(`unknown global ${index}`);
    if (v.global(index).isMutable) v.invalid('constant expression required: the global is mutable');
  }
}

const constantOnly = new ConstantOnly();

function validateConst(v: FunctionValidator, expr: ConstExpr, type: ValType, visibleGlobals: number): void {
  constantOnly.visibleGlobals = visibleGlobals;
  v.runConst(expr.start, expr.end, type, constantOnly);
}

function validateGlobals(module: Module, v: FunctionValidator, defer: DeferUnsupported): void {
  for (const [i, g] of module.globals.entries()) {
    defer(() => validateConst(v, g.init, g.type.type, module.importCounts.global + i));
  }
}

function validateTables(module: Module, v: FunctionValidator, defer: DeferUnsupported): void {
  for (const { init, type, offset } of module.tables) {
    if (init !== undefined) defer(() => validateConst(v, init, type.element, module.importCounts.global));
    else if (isRef(type.element) && !isNullable(type.element)) {
      throw new InvalidError('type mismatch: a table of non-null references needs an initial value', offset);
    }
  }
}

function validateElements(module: Module, v: FunctionValidator, defer: DeferUnsupported): void {
  const globals = module.globalTypes.length;
  for (const s of module.elements) {
    for (const f of s.funcs ?? []) {
      if (f >= module.funcTypes.length) throw new InvalidError(`unknown function ${f}`, s.offset);
    }
    for (const e of s.exprs ?? []) defer(() => validateConst(v, e, s.type, globals));
    if (s.mode !== 'active') continue;
    const table = module.tableTypes[s.table];
    if (table === undefined) throw new InvalidError(`unknown table ${s.table}`, s.offset);
    if (!isSubtype(s.type, table.element)) {
      throw new InvalidError(
        `type mismatch: segment of ${typeName(s.type)} for a table of ${typeName(table.element)}`,
        s.offset,
      );
    }
    const { offsetExpr } = s;
    if (offsetExpr !== undefined) defer(() => validateConst(v, offsetExpr, table.is64 ? I64 : I32, globals));
  }
}

function validateData(module: Module, v: FunctionValidator, defer: DeferUnsupported): void {
  for (const d of module.data) {
    if (d.mode !== 'active') continue;
    const memory = module.memoryTypes[d.memory];
    if (memory === undefined) throw new InvalidError(`unknown memory ${d.memory}`, d.offset);
    const { offsetExpr } = d;
    if (offsetExpr === undefined) continue;
    defer(() => validateConst(v, offsetExpr, memory.is64 ? I64 : I32, module.globalTypes.length));
  }
}

function validateExports(module: Module): void {
  const names = new Set<string>();
  const sizes = {
    function: module.funcTypes.length,
    table: module.tableTypes.length,
    memory: module.memoryTypes.length,
    global: module.globalTypes.length,
    tag: module.tagTypes.length,
  };
  for (const e of module.exports) {
    if (e.index >= sizes[e.kind])
      throw new InvalidError(`unknown ${e.kind} ${e.index} in export "${e.name}"`, e.offset);
    if (names.has(e.name)) throw new InvalidError(`duplicate export name "${e.name}"`, e.offset);
    names.add(e.name);
  }
}

function validateStart(module: Module): void {
  const start = module.start;
  if (start === undefined) return;
  const offset = module.sections.find((s) => s.id === 8)?.start ?? 0;
  const typeIndex = module.funcTypes[start];
  if (start >= module.funcTypes.length) throw new InvalidError(`unknown function ${start}`, offset);
  const type = funcTypeOf(module.types[typeIndex]);
  if (type === undefined || type.params.length > 0 || type.results.length > 0) {
    throw new InvalidError('start function must take and give nothing', offset);
  }
}
