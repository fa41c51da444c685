/** Link checks (spec 4.5.3): what is imported must match the types that the module asks for. */

import { WizError } from '../isa/errors.ts';
import type { ExternType, Import, Limits, Module } from '../module/module.ts';
import { isDefinedSubtype, isSubtype } from '../module/types.ts';
import { FuncInstance } from './function.ts';
import type { GlobalInstance } from './global.ts';
import type { ExternInstance } from './instance.ts';
import type { MemoryInstance } from './memory.ts';
import type { TableInstance } from './table.ts';
import type { TagInstance } from './tag.ts';

/** An import is missing or does not match. The message is V8's, behind the name of the function that was called. */
export class UnlinkableError extends WizError {
  /** Number of the import, and its two names. */
  readonly index: number;
  readonly module: string;
  readonly field: string;

  constructor(message: string, index: number, { module, name }: Import) {
    super(message);
    this.index = index;
    this.module = module;
    this.field = name;
  }
}

/** The error for import number `index`, in V8's words. */
export function unlinkable(index: number, entry: Import, problem: string): UnlinkableError {
  const place = `Import #${index} module="${entry.module}" function="${entry.name}"`;
  return new UnlinkableError(`${place} error: ${problem}`, index, entry);
}

/** What V8 says of an import of the wrong kind. */
export const wrongKind: Readonly<Record<ExternType['kind'], string>> = {
  function: 'function import requires a callable',
  table: 'table import requires a WebAssembly.Table',
  memory: 'memory import must be a WebAssembly.Memory object',
  global: 'global import must be a number, valid Wasm reference, or WebAssembly.Global object',
  tag: 'tag import requires a WebAssembly.Tag',
};

/** Throws an `UnlinkableError` for the first import that does not match. */
export function checkImports(module: Module, imports: readonly ExternInstance[]): void {
  for (const [i, entry] of module.imports.entries()) {
    const value = imports[i];
    if (value === undefined || kindOf(value) !== entry.type.kind)
      throw unlinkable(i, entry, wrongKind[entry.type.kind]);
    checkImport(i, entry, value);
  }
}

export function kindOf(value: ExternInstance): ExternType['kind'] {
  return value instanceof FuncInstance ? 'function' : value.kind;
}

export function checkImport(i: number, entry: Import, value: ExternInstance): void {
  const { type } = entry;
  const problem = (text: string): UnlinkableError => unlinkable(i, entry, text);
  switch (type.kind) {
    case 'function':
      if (!isDefinedSubtype((value as FuncInstance).type, type.type)) {
        throw problem('imported function does not match the expected type');
      }
      return;
    case 'table':
      return checkTable(i, entry, type, value as TableInstance);
    case 'memory':
      return checkMemory(i, entry, type, value as MemoryInstance);
    case 'global':
      return checkGlobal(type, value as GlobalInstance, problem);
    case 'tag':
      if ((value as TagInstance).type.type !== type.type)
        throw problem('imported tag does not match the expected type');
  }
}

function checkGlobal(
  type: ExternType & { kind: 'global' },
  global: GlobalInstance,
  problem: (text: string) => UnlinkableError,
): void {
  if (global.type.isMutable !== type.isMutable) throw problem('imported global does not match the expected mutability');
  // A mutable global is read and written through both types, so they must be the same.
  const matches = type.isMutable ? global.type.type === type.type : isSubtype(global.type.type, type.type);
  if (!matches) throw problem('imported global does not match the expected type');
}

function checkTable(i: number, entry: Import, type: ExternType & { kind: 'table' }, table: TableInstance): void {
  if (table.type.is64 !== type.is64) throw unlinkable(i, entry, addressProblem('table', table.type));
  checkLimits(i, entry, type, { size: table.size, max: table.type.max, maximumName: 'maximum length, expected' });
  if (table.type.element !== type.element) {
    throw unlinkable(i, entry, 'imported table does not match the expected type');
  }
}

function checkMemory(i: number, entry: Import, type: ExternType & { kind: 'memory' }, memory: MemoryInstance): void {
  if (memory.type.is64 !== type.is64) throw unlinkable(i, entry, addressProblem('memory', memory.type));
  const maximumName = 'maximum limit, expected at most';
  checkLimits(i, entry, type, { size: memory.pages, max: memory.type.max, maximumName });
  if (memory.type.isShared !== type.isShared) {
    const shared = `declared = ${Number(type.isShared)}, imported = ${Number(memory.type.isShared)}`;
    throw new UnlinkableError(`mismatch in shared state of memory, ${shared}`, i, entry);
  }
}

function addressProblem(what: string, actual: Limits): string {
  const [from, to] = actual.is64 ? [64, 32] : [32, 64];
  return `cannot import a ${what} with ${from}-bit addresses as one with ${to}-bit addresses`;
}

/** The limits of what is imported: its size now, its declared maximum, and V8's name for a maximum. */
interface ActualLimits {
  readonly size: number;
  readonly max: number | undefined;
  readonly maximumName: string;
}

function checkLimits(i: number, entry: Import, declared: Limits & { kind: string }, actual: ActualLimits): void {
  const what = `${declared.kind} import ${i}`;
  const fail = (problem: string): never => {
    throw new UnlinkableError(`${what} ${problem}`, i, entry);
  };
  if (actual.size < declared.min) fail(`is smaller than initial ${declared.min}, got ${actual.size}`);
  if (declared.max === undefined) return;
  if (actual.max === undefined) fail(`has no ${actual.maximumName} ${declared.max}`);
  else if (actual.max > declared.max) {
    fail(`has a larger maximum size ${actual.max} than the module's declared maximum ${declared.max}`);
  }
}
