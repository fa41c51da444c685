/** Types as the text format spells them, with the type indices of one module. */

import type { HeapType, ValType } from '../isa/valtype.ts';
import { heapTypeName, typeName } from '../isa/valtype.ts';
import type { ExternType, Limits, Module } from '../module/module.ts';
import { type FuncType, funcTypeOf } from '../module/types.ts';

/** Spells a defined type, which inside a module's data is a canonical number, by the module's index for it. */
export function typeNamer(module: Module): (canonical: number) => string {
  return (canonical) => {
    const index = module.types.indexOf(canonical);
    return index < 0 ? `canonical ${canonical}` : String(index);
  };
}

export function valTypeText(module: Module, type: ValType): string {
  return typeName(type, typeNamer(module));
}

export function heapTypeText(module: Module, heap: HeapType): string {
  return heapTypeName(heap, typeNamer(module));
}

function group(keyword: string, types: readonly string[]): string {
  return types.length === 0 ? '' : ` (${keyword} ${types.join(' ')})`;
}

/** ` (param i32) (result i32)`, each with a space before it; empty for `[] -> []`. */
export function signatureText(module: Module, type: FuncType): string {
  const names = (types: readonly ValType[]): string[] => types.map((t) => valTypeText(module, t));
  return group('param', names(type.params)) + group('result', names(type.results));
}

/** The signature of a function of the module, as `signatureText`. */
export function functionSignature(module: Module, func: number): string {
  const type = funcTypeOf(module.types[module.funcTypes[func]]);
  return type === undefined ? '' : signatureText(module, type);
}

function limitsText(limits: Limits): string {
  const address = limits.is64 ? 'i64 ' : '';
  return `${address}${limits.min}${limits.max === undefined ? '' : ` ${limits.max}`}`;
}

/** The type of an import or export: `(func (param i32))`, `(memory 1 2)`, `(global (mut i32))`. */
export function externTypeText(module: Module, type: ExternType): string {
  switch (type.kind) {
    case 'function': {
      const signature = funcTypeOf(type.type);
      return signature === undefined ? '(func)' : `(func${signatureText(module, signature)})`;
    }
    case 'tag': {
      const signature = funcTypeOf(type.type);
      return signature === undefined ? '(tag)' : `(tag${signatureText(module, signature)})`;
    }
    case 'table':
      return `(table ${limitsText(type)} ${valTypeText(module, type.element)})`;
    case 'memory':
      return `(memory ${limitsText(type)}${type.isShared ? ' shared' : ''})`;
    case 'global': {
      const text = valTypeText(module, type.type);
      return `(global ${type.isMutable ? `(mut ${text})` : text})`;
    }
  }
}
