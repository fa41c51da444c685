/** The namespace object: what JavaScript knows as `WebAssembly`. */

import { WizError } from '../isa/errors.ts';
import type { Module } from '../module/module.ts';
import { hostWasm } from '../runtime/host.ts';
import { RuntimeError } from '../runtime/runtime-error.ts';
import { CompileError, LinkError } from './errors.ts';
import { Global } from './global.ts';
import {
  type Caller,
  checkImportObject,
  type InstanceHost,
  instanceClass,
  instanceObject,
  instantiateModule,
} from './instance.ts';
import { type Compile, compileBytes, moduleClass, moduleObject, modules, sourceBytes } from './module.ts';
import { bytesOfResponse, hostResponse } from './streaming.ts';
import { Table } from './table.ts';
import { Exception, Tag } from './tag.ts';
import type { InstantiatedSource, WasmInstance, WasmModule, WebAssemblyNamespace } from './types.ts';
import { isBufferSource } from './webidl.ts';

/** What a namespace needs of an engine. */
export interface NamespaceHost extends InstanceHost {
  /** Decodes and validates, and no more than that. */
  validate(bytes: Uint8Array): Module;
  /** Decodes and validates a module that is to be used. */
  compile(bytes: Uint8Array): Module;
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
  const run = (module: Module, importObject: unknown, caller: Caller): WasmInstance =>
    instanceObject(Instance, instantiateModule(host, module, importObject, caller)) as WasmInstance;
  const both = (module: Module, importObject: unknown, caller: Caller): InstantiatedSource => ({
    module: wrap(module),
    instance: run(module, importObject, caller),
  });

  const functions = {
    async compile(source: unknown): Promise<WasmModule> {
      const where = 'WebAssembly.compile()';
      return wrap(await compileLater(compile, source, where));
    },
    validate(source: unknown): boolean {
      return isValid(host, source);
    },
    async instantiate(source: unknown, ...[importObject]: unknown[]): Promise<InstantiatedSource | WasmInstance> {
      const where = 'WebAssembly.instantiate()';
      const module = modules.get(source);
      if (module === undefined && !isBufferSource(source)) {
        throw new TypeError(`${where}: Argument 0 must be a buffer source or a WebAssembly.Module object`);
      }
      checkImportObject(importObject, where);
      const caller = { where, callee: functions.instantiate };
      if (module !== undefined) return run(module, importObject, caller);
      return both(await compileLater(compile, source, where), importObject, caller);
    },
  };
  const streaming = {
    async compileStreaming(source: unknown): Promise<WasmModule> {
      return wrap(compileBytes(compile, await bytesOfResponse(source), 'WebAssembly.compileStreaming()'));
    },
    async instantiateStreaming(source: unknown, ...[importObject]: unknown[]): Promise<InstantiatedSource> {
      const where = 'WebAssembly.instantiateStreaming()';
      checkImportObject(importObject, where);
      const module = compileBytes(compile, await bytesOfResponse(source), where);
      return both(module, importObject, { where, callee: streaming.instantiateStreaming });
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

/** Takes the bytes at once, since the caller may change them, and compiles when the caller has returned. */
async function compileLater(compile: Compile, source: unknown, where: string): Promise<Module> {
  const bytes = sourceBytes(source, where);
  await undefined;
  return compileBytes(compile, bytes, where);
}

function isValid(host: NamespaceHost, source: unknown): boolean {
  const bytes = sourceBytes(source, 'WebAssembly.validate()');
  try {
    host.validate(bytes);
    return true;
  } catch (error) {
    if (error instanceof WizError) return false;
    throw error;
  }
}
