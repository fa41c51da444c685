/** `WebAssembly.Module`. */

import type { Module } from '../module/module.ts';
import { isHostModule } from '../runtime/host.ts';
import { ownError, typeError } from '../runtime/own-error.ts';
import { Brand } from './brand.ts';
import { copyBytes } from './buffer-source.ts';
import { CompileError, withCompileErrors } from './errors.ts';
import { interfaceObject } from './interface.ts';
import type { ModuleConstructor, ModuleExportDescriptor, ModuleImportDescriptor } from './types.ts';

export const modules = new Brand<Module>('Module');

/** Decodes and validates; throws the engine's own errors. */
export type Compile = (bytes: Uint8Array) => Module;

/** A copy of the bytes of the first argument of a function; `where` begins the messages of errors. */
export function bufferArgument(source: unknown, where: string): Uint8Array {
  const bytes = copyBytes(source, where);
  if (bytes === undefined) throw typeError(`${where}: Argument 0 must be a buffer source`);
  return bytes;
}

/** The same for bytes that are to be compiled. */
export function sourceArgument(source: unknown, where: string): Uint8Array {
  const bytes = bufferArgument(source, where);
  if (bytes.length === 0) throw ownError(new CompileError(`${where}: BufferSource argument is empty`));
  return bytes;
}

const statics = {
  imports(module: unknown): ModuleImportDescriptor[] {
    const { imports } = moduleArgument(module, 'WebAssembly.Module.imports()');
    return imports.map((entry) => ({ module: entry.module, name: entry.name, kind: entry.type.kind }));
  },

  exports(module: unknown): ModuleExportDescriptor[] {
    const { exports } = moduleArgument(module, 'WebAssembly.Module.exports()');
    return exports.map(({ name, kind }) => ({ name, kind }));
  },

  customSections(module: unknown, name: unknown): ArrayBuffer[] {
    const where = 'WebAssembly.Module.customSections()';
    const { bytes, customs } = moduleArgument(module, where);
    if (name === undefined) throw typeError(`${where}: Argument 1 is required`);
    const wanted = `${name as string}`; // unlike String(), refuses symbols as ToString does
    return customs.filter((s) => s.name === wanted).map((s) => bytes.slice(s.start, s.end).buffer as ArrayBuffer);
  },
};

/** Makes the class whose modules `compile` compiles. */
export function moduleClass(compile: Compile): ModuleConstructor {
  const Module = interfaceObject({
    name: 'Module',
    construct(object, [source]) {
      const where = 'WebAssembly.Module()';
      modules.set(object, withCompileErrors(sourceArgument(source, where), where, compile));
    },
    statics,
  });
  return Module as ModuleConstructor; // that is what the definition says
}

/** The JavaScript object for a module that was compiled elsewhere. */
export function moduleObject({ prototype }: ModuleConstructor, module: Module): object {
  const object = Object.create(prototype) as object;
  modules.set(object, module);
  return object;
}

/** The module that the first argument of a function must be. */
export function moduleArgument(value: unknown, where: string): Module {
  const module = modules.get(value);
  if (module !== undefined) return module;
  const whose = isHostModule(value) ? ` of this engine, not one of the host's WebAssembly` : '';
  throw typeError(`${where}: Argument 0 must be a WebAssembly.Module${whose}`);
}
