/** The engine: one executor, and whoever watches what is compiled and instantiated. */

import { decodeModule } from './binary/decode.ts';
import { Machine, type MachineOptions } from './interpreter/machine.ts';
import { createNamespace } from './js-api/namespace.ts';
import type { WebAssemblyNamespace } from './js-api/types.ts';
import type { Module } from './module/module.ts';
import { validateModule } from './module/validate.ts';
import type { ExternInstance, ModuleInstance } from './runtime/instance.ts';
import { instantiate } from './runtime/instantiate.ts';

/** Sees modules and instances come into being. What it throws reaches the program that compiles or instantiates. */
export interface EngineObserver {
  /** A module is decoded and valid. */
  onModule?(module: Module): void;
  /** Everything of an instance is allocated; neither its active segments nor its start function have run. */
  onInstance?(instance: ModuleInstance): void;
}

export class Engine {
  /** The interpreter's stack and frames, where every activation can be found. */
  readonly machine: Machine;
  readonly executor: Machine;
  /** The namespace whose modules this engine runs. */
  readonly WebAssembly: WebAssemblyNamespace;
  private readonly observers = new Set<EngineObserver>();

  constructor(options: MachineOptions = {}) {
    this.machine = new Machine(options);
    this.executor = this.machine;
    this.WebAssembly = createNamespace(this);
  }

  /** Adds an observer; the function that is returned removes it. */
  observe(observer: EngineObserver): () => void {
    this.observers.add(observer);
    return () => {
      this.observers.delete(observer);
    };
  }

  /**
   * Decodes and validates a module, without telling observers. `bytes` must not change afterwards.
   *
   * @throws MalformedError, InvalidError or UnsupportedError
   */
  validate(bytes: Uint8Array): Module {
    const module = decodeModule(bytes);
    validateModule(module);
    return module;
  }

  /** The same for a module that is to be used: observers see it. */
  compile(bytes: Uint8Array): Module {
    const module = this.validate(bytes);
    for (const observer of this.observers) observer.onModule?.(module);
    return module;
  }

  /** Instantiates with instances of the engine as imports, one for each import of the module; errors as `instantiate`. */
  instantiate(module: Module, imports: readonly ExternInstance[] = []): ModuleInstance {
    return instantiate(module, imports, this.executor, this);
  }

  /** Tells the observers of a new instance; called by whatever instantiates with this engine. */
  onInstance(instance: ModuleInstance): void {
    for (const observer of this.observers) observer.onInstance?.(instance);
  }
}
