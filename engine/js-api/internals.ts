/** From the objects of the JavaScript API to the engine's own, for tools that look inside. */

import type { Module } from '../module/module.ts';
import { adoptFunction as adopt, functionInstance } from '../runtime/convert.ts';
import type { FuncInstance, HostCallable } from '../runtime/function.ts';
import type { GlobalInstance } from '../runtime/global.ts';
import { isHostMemory } from '../runtime/host.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import { type MemoryInstance, memoryInstanceOf } from '../runtime/memory.ts';
import type { TableInstance } from '../runtime/table.ts';
import type { TagInstance } from '../runtime/tag.ts';
import { globals } from './global.ts';
import { instances, instancesByExports } from './instance.ts';
import { modules } from './module.ts';
import { tables } from './table.ts';
import { tags } from './tag.ts';

function found<T>(internal: T | undefined, what: string): T {
  if (internal === undefined) throw new TypeError(`not a ${what} of this engine`);
  return internal;
}

/** The decoded module behind a `WebAssembly.Module`. Each of these throws a TypeError for every other value. */
export function moduleOf(object: unknown): Module {
  return found(modules.get(object), 'WebAssembly.Module');
}

/** The module instance behind a `WebAssembly.Instance`, or behind the object with its exports. */
export function instanceOf(object: unknown): ModuleInstance {
  return found(instances.get(object)?.instance ?? instancesByExports.get(object), 'WebAssembly.Instance');
}

/** The function instance behind an exported function. */
export function functionOf(object: unknown): FuncInstance {
  return found(functionInstance(object), 'exported function');
}

/** Makes an exported function of another engine one that tables and globals of this engine take; `type` is the canonical number of its type. */
export function adoptFunction(callable: HostCallable, type: number): void {
  adopt(callable, type);
}

/** The memory instance behind a `WebAssembly.Memory`, also one that the host made. */
export function memoryOf(object: unknown): MemoryInstance {
  return found(isHostMemory(object) ? memoryInstanceOf(object) : undefined, 'WebAssembly.Memory');
}

/** The table instance behind a `WebAssembly.Table`. */
export function tableOf(object: unknown): TableInstance {
  return found(tables.get(object), 'WebAssembly.Table');
}

/** The global instance behind a `WebAssembly.Global`. */
export function globalOf(object: unknown): GlobalInstance {
  return found(globals.get(object), 'WebAssembly.Global');
}

/** The tag instance behind a `WebAssembly.Tag`. */
export function tagOf(object: unknown): TagInstance {
  return found(tags.get(object), 'WebAssembly.Tag');
}
