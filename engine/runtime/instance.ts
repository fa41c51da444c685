/** Module instances (spec 4.2.5). */

import type { Module } from '../module/module.ts';
import type { Executor } from './executor.ts';
import type { FuncInstance } from './function.ts';
import type { GlobalInstance } from './global.ts';
import type { MemoryInstance } from './memory.ts';
import type { GlobalProbe } from './probe.ts';
import { ProbeList } from './probe-list.ts';
import type { TableInstance } from './table.ts';
import type { TagInstance } from './tag.ts';

export type ExternInstance = FuncInstance | TableInstance | MemoryInstance | GlobalInstance | TagInstance;

export class ModuleInstance {
  readonly module: Module;
  /** What runs the functions of this instance. */
  readonly executor: Executor;
  /** The index spaces, imports first. */
  readonly funcs: FuncInstance[] = [];
  readonly tables: TableInstance[] = [];
  readonly memories: MemoryInstance[] = [];
  readonly globals: GlobalInstance[] = [];
  readonly tags: TagInstance[] = [];
  /** The references of each element segment; null once dropped (spec 4.2.12). */
  readonly elements: (readonly unknown[] | null)[] = [];
  /** The bytes of each data segment; empty once dropped. */
  readonly data: Uint8Array[] = [];

  /** Probes at every instruction of this instance, in order of insertion. */
  readonly globalProbes = new ProbeList<GlobalProbe>();

  constructor(module: Module, executor: Executor) {
    this.module = module;
    this.executor = executor;
  }
}
