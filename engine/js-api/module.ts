/** `WebAssembly.Module`. */

import type { Module } from '../module/module.ts';
import { CompileError, withCompileErrors } from './errors.ts';
import type { ModuleConstructor, ModuleExportDescriptor, ModuleImportDescriptor } from './types.ts';
import { Brand, copyBytes, interfaceObject } from './webidl.ts';

export const modules = new Brand<Module>('Module');

/** Decodes and validates; throws the engine's own errors. */
export type Compile = (bytes: Uint8Array) => Module;

/** A copy of the bytes to compile; `where` begins the messages of errors. */
export function sourceBytes(source: unknown, where: string): Uint8Array {
  const bytes = copyBytes(source);
  if (bytes === undefined) throw new TypeError(`${where}: Argument 0 must be a buffer source`);
  return bytes;
}

/** Compiles with the errors of the JavaScript API. */
export function compileBytes(compile: Compile, bytes: Uint8Array, where: string): Module {
  if (bytes.length === 0) throw new CompileError(`${where}: BufferSource argument is empty`);
  return withCompileErrors(where, () => compile(bytes));
}

/** Makes the class whose modules `compile` compiles. */
export function moduleClass(compile: Compile): ModuleConstructor {
  class ModuleObject {
    constructor(source: unknown) {
      const where = 'WebAssembly.Module()';
      modules.set(this, compileBytes(compile, sourceBytes(source, where), where));
    }

    static imports(module: unknown): ModuleImportDescriptor[] {
      const { imports } = argument(module, 'imports');
      return imports.map((entry) => ({ module: entry.module, name: entry.name, kind: entry.type.kind }));
    }

    static exports(module: unknown): ModuleExportDescriptor[] {
      return argument(module, 'exports').exports.map(({ name, kind }) => ({ name, kind }));
    }

    static customSections(module: unknown, name: unknown): ArrayBuffer[] {
      const { bytes, customs } = argument(module, 'customSections');
      if (name === undefined) throw new TypeError('WebAssembly.Module.customSections(): Argument 1 is required');
      const wanted = `${name as string}`; // unlike String(), refuses symbols as ToString does
      return customs.filter((s) => s.name === wanted).map((s) => bytes.slice(s.start, s.end).buffer as ArrayBuffer);
    }
  }
  return interfaceObject(ModuleObject, 'Module') as unknown as ModuleConstructor;
}

/** The JavaScript object for a module that was compiled elsewhere. */
export function moduleObject({ prototype }: ModuleConstructor, module: Module): object {
  const object = Object.create(prototype) as object;
  modules.set(object, module);
  return object;
}

function argument(value: unknown, method: string): Module {
  const module = modules.get(value);
  if (module === undefined) {
    throw new TypeError(`WebAssembly.Module.${method}(): Argument 0 must be a WebAssembly.Module`);
  }
  return module;
}
