/** Reading the imports of a module from JavaScript (JS API: read the imports). */

import { F32, F64, I32, I64, isRef, V128 } from '../isa/valtype.ts';
import type { ExternType, Import, Module } from '../module/module.ts';
import { type FuncType, funcTypeOf } from '../module/types.ts';
import { fromJS, functionInstance, NOT_A_WASM_FUNCTION, refFromJS, setHostIndex } from '../runtime/convert.ts';
import { FuncInstance, type HostCallable } from '../runtime/function.ts';
import { GlobalInstance } from '../runtime/global.ts';
import { isHostExtern, isHostMemory } from '../runtime/host.ts';
import type { ExternInstance } from '../runtime/instance.ts';
import { checkImport, type UnlinkableError, unlinkable, wrongKind } from '../runtime/link.ts';
import { type MemoryInstance, memoryInstanceOf } from '../runtime/memory.ts';
import { typeError } from '../runtime/own-error.ts';
import { isObject, member } from './conversions.ts';
import { globals } from './global.ts';
import { tables } from './table.ts';
import { tags } from './tag.ts';

/**
 * Gets the imports of `module` out of an import object. All properties are read before the first value is looked at.
 * Throws a TypeError where there is no object to read from, and an `UnlinkableError` for the first that does not match.
 */
export function readImports(module: Module, importObject: unknown, where: string): ExternInstance[] {
  if (module.imports.length === 0) return [];
  if (!isObject(importObject)) throw typeError(`${where}: Imports argument must be present and must be an object`);
  const values = module.imports.map((entry, i) => {
    const namespace = member(importObject, entry.module);
    if (isObject(namespace)) return member(namespace, entry.name);
    const place = `Import #${i} module="${entry.module}"`;
    throw typeError(`${where}: ${place} error: module is not an object or function`);
  });
  return module.imports.map((entry, i) => {
    const value = externOf(values[i], entry, (problem) => unlinkable(i, entry, problem));
    checkImport(i, entry, value);
    return value;
  });
}

type Problem = (text: string) => UnlinkableError;

function externOf(value: unknown, entry: Import, problem: Problem): ExternInstance {
  const { type } = entry;
  const need = <T>(found: T | undefined): T => {
    if (found === undefined) throw problem(wrongKind[type.kind] + mixedUp(value));
    return found;
  };
  switch (type.kind) {
    case 'function':
      if (typeof value !== 'function') throw problem(wrongKind.function);
      return functionInstance(value) ?? hostFunction(value as HostCallable, type.type, entry.index);
    case 'table':
      return need(tables.get(value));
    case 'memory':
      return memoryOf(value, problem);
    case 'global':
      return globals.get(value) ?? globalOfValue(value, type, problem);
    case 'tag':
      return need(tags.get(value));
  }
}

/** A note for programs in which some modules run on the host's `WebAssembly`: its objects look as if they fitted. */
function mixedUp(value: unknown): string {
  return isHostExtern(value) ? " of this engine, not one of the host's WebAssembly" : '';
}

function hostFunction(callable: HostCallable, type: number, index: number): FuncInstance {
  const func = new FuncInstance(type, funcTypeOf(type) as FuncType, null, -1, callable);
  setHostIndex(func, index);
  return func;
}

function memoryOf(value: unknown, problem: Problem): MemoryInstance {
  if (!isHostMemory(value)) throw problem(wrongKind.memory);
  const memory = memoryInstanceOf(value);
  if (memory === undefined) throw problem('memory imports with 64-bit addresses are not supported');
  return memory;
}

/** A global import may be given by its value: a number, a bigint for i64, or a reference. */
function globalOfValue(value: unknown, type: ExternType & { kind: 'global' }, problem: Problem): GlobalInstance {
  if (type.isMutable) throw problem(`imported mutable global must be a WebAssembly.Global object${mixedUp(value)}`);
  if (type.type === V128) throw problem('global import of type v128 must be a WebAssembly.Global');
  const global = new GlobalInstance({ type: type.type, isMutable: false });
  if (isRef(type.type)) {
    try {
      global.slots.refs[0] = refFromJS(value, type.type);
    } catch {
      throw problem(NOT_A_WASM_FUNCTION);
    }
    return global;
  }
  if (typeof value !== valueKinds[type.type]) throw problem(wrongKind.global + mixedUp(value));
  fromJS(value, type.type, global.slots, 0);
  return global;
}

/** The only JavaScript type whose values are taken for a global of this type: nothing is converted here. */
const valueKinds: Readonly<Record<number, string>> = {
  [I32]: 'number',
  [F32]: 'number',
  [F64]: 'number',
  [I64]: 'bigint',
};
