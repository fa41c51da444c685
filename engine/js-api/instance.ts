/** `WebAssembly.Instance`. */

import type { Export, Module } from '../module/module.ts';
import { functionObject } from '../runtime/convert.ts';
import type { Executor } from '../runtime/executor.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import { allocate, type InstantiationHooks, runActiveSegments, runStart } from '../runtime/instantiate.ts';
import { typeError } from '../runtime/own-error.ts';
import { Brand } from './brand.ts';
import { isObject } from './conversions.ts';
import { withLinkErrors } from './errors.ts';
import { globalObject } from './global.ts';
import { readImports } from './imports.ts';
import { interfaceObject } from './interface.ts';
import { moduleArgument } from './module.ts';
import { tableObject } from './table.ts';
import { tagObject } from './tag.ts';
import type { InstanceConstructor } from './types.ts';

/** What is behind a `WebAssembly.Instance`. */
export interface InstanceInternals {
  readonly instance: ModuleInstance;
  /** The frozen object with the exports. */
  readonly exports: object;
}

export const instances = new Brand<InstanceInternals>('Instance');

/** The instances behind the objects with exports, which is what much glue code keeps of them. */
export const instancesByExports = new Brand<ModuleInstance>('Instance');

/** What instances are made with. */
export interface InstanceHost extends InstantiationHooks {
  readonly executor: Executor;
}

/** Makes the class whose instances `host` runs. */
export function instanceClass(host: InstanceHost): InstanceConstructor {
  const Instance = interfaceObject({
    name: 'Instance',
    construct(object, [moduleObject, importObject], callee) {
      const where = 'WebAssembly.Instance()';
      const module = moduleArgument(moduleObject, where);
      checkImportObject(importObject, where);
      instances.set(object, instantiateModule(host, module, importObject, { where, callee }));
    },
    members: {
      get exports(): object {
        return instances.receiver(this, 'WebAssembly.Instance.exports()').exports;
      },
    },
  });
  return Instance as InstanceConstructor; // that is what the definition says
}

/** The second argument of everything that instantiates: an object or nothing. */
export function checkImportObject(importObject: unknown, where: string): void {
  if (importObject !== undefined && !isObject(importObject)) {
    throw typeError(`${where}: Argument 1 must be an object`);
  }
}

/** The function of the namespace that was called: how its messages begin, and where stacks are to start. */
export interface Caller {
  readonly where: string;
  readonly callee?: unknown;
}

/** Instantiates with the errors of the JavaScript API. */
export function instantiateModule(
  host: InstanceHost,
  module: Module,
  importObject: unknown,
  { where, callee }: Caller,
): InstanceInternals {
  const edge = { module, callee };
  const instance = withLinkErrors(where, edge, () =>
    allocate(module, readImports(module, importObject, where), host.executor),
  );
  host.onInstance?.(instance);
  withLinkErrors(where, { ...edge, prefix: `${where}: ` }, () => runActiveSegments(instance));
  withLinkErrors(where, edge, () => runStart(instance));
  const exports = exportsObject(instance);
  instancesByExports.set(exports, instance);
  return { instance, exports };
}

/** The JavaScript object for an instance that was made elsewhere. */
export function instanceObject({ prototype }: InstanceConstructor, internals: InstanceInternals): object {
  const object = Object.create(prototype) as object;
  instances.set(object, internals);
  return object;
}

function exportsObject(instance: ModuleInstance): object {
  const exports = Object.create(null) as Record<string, unknown>;
  for (const entry of instance.module.exports) exports[entry.name] = exportedValue(instance, entry);
  return Object.freeze(exports);
}

function exportedValue(instance: ModuleInstance, { kind, index }: Export): object {
  switch (kind) {
    case 'function':
      return functionObject(instance.funcs[index]);
    case 'table':
      return tableObject(instance.tables[index]);
    case 'memory':
      return instance.memories[index].native;
    case 'global':
      return globalObject(instance.globals[index]);
    case 'tag':
      return tagObject(instance.tags[index]);
  }
}
