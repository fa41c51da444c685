/** The namespace object: what JavaScript knows as `WebAssembly`. */

import { MalformedError, UnsupportedError, WizError } from '../isa/errors.ts';
import type { Module } from '../module/module.ts';
import { hostWasm } from '../runtime/host.ts';
import { RuntimeError } from '../runtime/runtime-error.ts';
import { CompileError, LinkError } from './errors.ts';
import { Global } from './global.ts';
import { checkImportObject, type InstanceHost, instanceClass, instanceObject, instantiateModule } from './instance.ts';
import { type Compile, compileSource, moduleClass, moduleObject, modules } from './module.ts';
import { bytesOfResponse, hostResponse } from './streaming.ts';
import { Table } from './table.ts';
import { Exception, Tag } from './tag.ts';
import type { InstantiatedSource, WasmInstance, WasmModule, WebAssemblyNamespace } from './types.ts';
import { copyBytes } from './webidl.ts';

/** What a namespace needs of an engine. */
export interface NamespaceHost extends InstanceHost {
  readonly compile: Compile;
}

/**
 * Makes a namespace object with the names and the behaviour of the JavaScript `WebAssembly`, whose modules are compiled and
 * run by `host`. `Memory` is the host environment's own class, so that glue code and `node:wasi` accept what they get.
 * Table, Global, Tag, Exception and the errors are the same classes in every namespace.
 */
export function createNamespace(host: NamespaceHost): WebAssemblyNamespace {
  const compile: Compile = (bytes) => host.compile(bytes);
  const Module = moduleClass(compile);
  const Instance = instanceClass(host);

  // The errors of these belong into the promise, so nothing happens outside of async functions.
  const wrap = (module: Module): WasmModule => moduleObject(Module, module) as WasmModule;
  const run = (module: Module, importObject: unknown, where: string): WasmInstance =>
    instanceObject(Instance, instantiateModule(host, module, importObject, { where })) as WasmInstance;
  const both = (module: Module, importObject: unknown, where: string): InstantiatedSource => ({
    module: wrap(module),
    instance: run(module, importObject, where),
  });

  const functions = {
    async compile(source: unknown): Promise<WasmModule> {
      return wrap(compileSource(compile, source, 'WebAssembly.compile()'));
    },
    validate(source: unknown): boolean {
      return isValid(compile, source);
    },
    async instantiate(source: unknown, ...[importObject]: unknown[]): Promise<InstantiatedSource | WasmInstance> {
      const where = 'WebAssembly.instantiate()';
      const module = modules.get(source);
      if (module === undefined && copyBytes(source) === undefined) {
        throw new TypeError(`${where}: Argument 0 must be a buffer source or a WebAssembly.Module object`);
      }
      checkImportObject(importObject, where);
      if (module !== undefined) return run(module, importObject, where);
      return both(compileSource(compile, source, where), importObject, where);
    },
  };
  const streaming = {
    async compileStreaming(source: unknown): Promise<WasmModule> {
      return wrap(compileSource(compile, await bytesOfResponse(source), 'WebAssembly.compileStreaming()'));
    },
    async instantiateStreaming(source: unknown, ...[importObject]: unknown[]): Promise<InstantiatedSource> {
      const where = 'WebAssembly.instantiateStreaming()';
      checkImportObject(importObject, where);
      return both(compileSource(compile, await bytesOfResponse(source), where), importObject, where);
    },
  };
  const namespace: object = hostResponse() === undefined ? functions : { ...functions, ...streaming };
  const { Memory } = hostWasm;
  const classes = { Module, Instance, Table, Memory, Global, Tag, Exception, CompileError, LinkError, RuntimeError };
  for (const [name, value] of Object.entries(classes)) {
    Object.defineProperty(namespace, name, { value, writable: true, configurable: true });
  }
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'WebAssembly', configurable: true });
  return namespace as WebAssemblyNamespace;
}

function isValid(compile: Compile, source: unknown): boolean {
  const bytes = copyBytes(source);
  if (bytes === undefined) throw new TypeError('WebAssembly.validate(): Argument 0 must be a buffer source');
  try {
    compile(bytes);
    return true;
  } catch (error) {
    if (error instanceof WizError) return false;
    throw error;
  }
}
