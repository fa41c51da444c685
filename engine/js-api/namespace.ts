/** The namespace object: what JavaScript knows as `WebAssembly`. */

import { WizError } from '../isa/errors.ts';
import type { Module } from '../module/module.ts';
import { hostWasm, isHostModule } from '../runtime/host.ts';
import { typeError } from '../runtime/own-error.ts';
import { RuntimeError } from '../runtime/runtime-error.ts';
import { isBufferSource } from './buffer-source.ts';
import { isObject } from './conversions.ts';
import { CompileError, LinkError, withCompileErrors } from './errors.ts';
import { Exception } from './exception.ts';
import { Global } from './global.ts';
import {
  type Caller,
  checkImportObject,
  type InstanceHost,
  instanceClass,
  instanceObject,
  instantiateModule,
} from './instance.ts';
import { builtin, promiseFunction } from './interface.ts';
import { bufferArgument, moduleArgument, moduleClass, moduleObject, modules, sourceArgument } from './module.ts';
import { bytesOfResponse, hasResponse } from './streaming.ts';
import { Table } from './table.ts';
import { Tag } from './tag.ts';
import type { InstantiatedSource, WasmInstance, WasmModule, WebAssemblyNamespace } from './types.ts';

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
  const { Memory } = hostWasm;
  const makers = new Makers(host);
  const { Module, Instance } = makers;
  const functions = { ...bufferFunctions(makers), ...(hasResponse() ? streamingFunctions(makers) : {}) };
  const classes = { Module, Instance, Table, Memory, Global, Tag, Exception, CompileError, LinkError, RuntimeError };
  const order = Reflect.ownKeys(hostWasm);
  const entries = [...Object.entries(functions), ...Object.entries(classes)];
  entries.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const namespace = {};
  for (const [name, value] of entries) {
    const enumerable = Object.hasOwn(functions, name);
    Object.defineProperty(namespace, name, { value, writable: true, enumerable, configurable: true });
  }
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'WebAssembly', configurable: true });
  return namespace as WebAssemblyNamespace; // it has all of these now
}

/** Makes what the functions of a namespace return. */
class Makers {
  readonly host: NamespaceHost;
  readonly Module;
  readonly Instance;

  constructor(host: NamespaceHost) {
    this.host = host;
    this.Module = moduleClass((bytes) => host.compile(bytes));
    this.Instance = instanceClass(host);
  }

  compile(bytes: Uint8Array, where: string): Module {
    return withCompileErrors(bytes, where, (own) => this.host.compile(own));
  }

  module(module: Module): WasmModule {
    return moduleObject(this.Module, module) as WasmModule;
  }

  instance(module: Module, importObject: unknown, caller: Caller): WasmInstance {
    const internals = instantiateModule(this.host, module, importObject, caller);
    return instanceObject(this.Instance, internals) as WasmInstance;
  }

  both(module: Module, importObject: unknown, caller: Caller): InstantiatedSource {
    return { module: this.module(module), instance: this.instance(module, importObject, caller) };
  }
}

type Functions = Readonly<Record<string, unknown>>;

const INSTANTIATE = 'WebAssembly.instantiate()';

// Arguments are looked at in the call itself, so that the stacks of errors about them show who called.

function bufferFunctions(makers: Makers): Functions {
  return {
    compile: promiseFunction('compile', 1, ([source]) => {
      const where = 'WebAssembly.compile()';
      const bytes = sourceArgument(source, where);
      return later(() => makers.module(makers.compile(bytes, where)));
    }),
    validate: builtin('validate', 1, (source) => isValid(makers.host, source)),
    instantiate: promiseFunction('instantiate', 1, ([source, importObject], callee) => {
      const where = INSTANTIATE;
      const module = modules.get(source);
      if (module === undefined && !isBufferSource(source)) {
        if (isHostModule(source)) moduleArgument(source, where); // which tells what is wrong with it
        const orModule = isObject(source) ? '' : ' or a WebAssembly.Module object'; // as V8 puts it
        throw typeError(`${where}: Argument 0 must be a buffer source${orModule}`);
      }
      checkImportObject(importObject, where);
      if (module !== undefined) return makers.instance(module, importObject, { where, callee });
      const bytes = sourceArgument(source, where);
      return later(() => makers.both(makers.compile(bytes, where), importObject, { where, callee }));
    }),
  };
}

function streamingFunctions(makers: Makers): Functions {
  return {
    compileStreaming: promiseFunction('compileStreaming', 1, async ([source]) => {
      const where = 'WebAssembly.compileStreaming()';
      return makers.module(makers.compile(await bytesOfResponse(source), where));
    }),
    instantiateStreaming: promiseFunction('instantiateStreaming', 1, ([source, importObject], callee) => {
      const where = 'WebAssembly.instantiateStreaming()';
      checkImportObject(importObject, where);
      return bytesOfResponse(source).then((bytes) => {
        const module = makers.compile(bytes, where);
        return makers.both(module, importObject, { where: INSTANTIATE, callee }); // V8 hands it on to that
      });
    }),
  };
}

/** Does `work` when the caller has returned: compilation must not keep it waiting. */
async function later<T>(work: () => T): Promise<T> {
  await undefined;
  return work();
}

function isValid(host: NamespaceHost, source: unknown): boolean {
  const bytes = bufferArgument(source, 'WebAssembly.validate()');
  try {
    host.validate(bytes);
    return true;
  } catch (error) {
    if (error instanceof WizError) return false;
    throw error;
  }
}
