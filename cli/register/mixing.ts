/**
 * Modules of this engine and of the host in one program. Functions and memories go from one to the other. Tables, globals and tags belong
 * to the engine that made them, so that whoever imports one has to run there.
 */

import { decodeModule, internals, type Module } from '../../engine/index.ts';
import { hostWasm } from './host.ts';
import { openTable } from './native-functions.ts';

/** Names of an import of each side, where there is one: `env.table`. */
export interface Sides {
  readonly ours: string | undefined;
  readonly native: string | undefined;
}

const owned = {
  table: { ours: internals.tableOf, native: hostWasm.Table },
  global: { ours: internals.globalOf, native: hostWasm.Global },
  tag: { ours: internals.tagOf, native: hostWasm.Tag },
} as const;

/** The imports of a module that belong to one of the engines. */
export function sidesOf(imports: readonly { module: string; name: string; kind: string }[], given: unknown): Sides {
  const sides: { ours: string | undefined; native: string | undefined } = { ours: undefined, native: undefined };
  for (const { module, name, kind } of imports) {
    if (!(kind in owned)) continue;
    const value = propertyOf(propertyOf(given, module), name);
    const { ours, native } = owned[kind as keyof typeof owned];
    if (isOf(ours, value)) sides.ours ??= `${module}.${name}`;
    // Of the host, and not of ours, whose classes claim to be the same.
    else if (native !== undefined && isHostObject(value, native)) sides.native ??= `${module}.${name}`;
  }
  return sides;
}

function propertyOf(object: unknown, key: string): unknown {
  if (object === null || (typeof object !== 'object' && typeof object !== 'function')) return undefined;
  return Reflect.get(object, key);
}

function isOf(find: (value: unknown) => unknown, value: unknown): boolean {
  try {
    find(value);
    return true;
  } catch {
    return false; // each of these functions refuses what is of another engine
  }
}

function isHostObject(value: unknown, cls: { readonly prototype: object }): boolean {
  return typeof value === 'object' && value !== null && Object.prototype.isPrototypeOf.call(cls.prototype, value);
}

/** Makes the functions that a native instance exports ones that tables of this engine take, and its tables take those of this engine. */
export function adoptExports(bytes: Uint8Array, exports: object): void {
  for (const value of Object.values(exports)) if (isHostObject(value, hostWasm.Table)) openTable(value as object);
  const module = decoded(bytes);
  if (module === undefined) return;
  for (const { kind, name, index } of module.exports) {
    const type = kind === 'function' ? functionType(module, index) : undefined;
    const value = propertyOf(exports, name);
    if (type !== undefined && typeof value === 'function') {
      internals.adoptFunction(value as (...args: unknown[]) => unknown, type);
    }
  }
}

function functionType(module: Module, index: number): number | undefined {
  return module.types[module.funcTypes[index] ?? -1];
}

/** A module that only the host understands has no types that tables of ours could have. */
function decoded(bytes: Uint8Array): Module | undefined {
  try {
    return decodeModule(bytes);
  } catch {
    return undefined;
  }
}
