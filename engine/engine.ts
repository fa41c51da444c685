/** The engine: one executor, and whoever watches what is compiled and instantiated. */

import { decodeModule } from './binary/decode.ts';
import { functionTiers, KnownInstances, TierLog, type TierName, type TierReport } from './compiler/report.ts';
import { JsTier } from './compiler/tiering.ts';
import { Machine, type MachineOptions } from './interpreter/machine.ts';
import { createNamespace } from './js-api/namespace.ts';
import type { WebAssemblyNamespace } from './js-api/types.ts';
import type { Module } from './module/module.ts';
import { validateModule } from './module/validate.ts';
import type { Insertion, InsertionListener } from './runtime/insertion.ts';
import type { ExternInstance, ModuleInstance } from './runtime/instance.ts';
import { instantiate } from './runtime/instantiate.ts';

/** Sees modules and instances come into being. What it throws reaches the program that compiles or instantiates. */
export interface EngineObserver {
  /** A module is decoded and valid. */
  onModule?(module: Module): void;
  /** Everything of an instance is allocated; neither its active segments nor its start function have run. */
  onInstance?(instance: ModuleInstance): void;
  /**
   * A probe was inserted into an instance of the engine, by whomever; also by the observer itself. Events of the place fire it from now on
   * (rule 3 of the probe contract).
   */
  onProbeInserted?(insertion: Insertion): void;
  /** The earliest insertion of a probe at a place was removed. */
  onProbeRemoved?(insertion: Insertion): void;
}

export interface EngineOptions extends MachineOptions {
  /**
   * `auto` compiles hot functions to JavaScript, `js` every function at its first call, `interpreter` none. Default: `auto`.
   */
  readonly tier?: TierName;
  /** With `auto`: calls and iterations of loops after which a function is compiled. Default: `DEFAULT_THRESHOLD`. */
  readonly threshold?: number;
  /**
   * Bytes of bytecode up to which V8 optimises a function; larger ones are not compiled. For processes that run with another
   * `--max-optimized-bytecode-size` than V8's own 61,440.
   */
  readonly bytecodeLimit?: number;
  /** For tests of the engine: asked at each place where it could compile, enter a loop or leave compiled code. */
  readonly stress?: () => boolean;
}

export const DEFAULT_THRESHOLD = 1000;

function tierFor(
  machine: Machine,
  { tier = 'auto', threshold = DEFAULT_THRESHOLD, bytecodeLimit, stress }: EngineOptions,
): JsTier | null {
  if (tier === 'interpreter') return null;
  return new JsTier(machine, { threshold: tier === 'js' ? 0 : threshold, bytecodeLimit, stress });
}

const engines = new WeakMap<object, Engine>();

export class Engine {
  /** The interpreter's stack and frames, where every activation can be found. */
  readonly machine: Machine;
  readonly executor: Machine;
  /** The namespace whose modules this engine runs. */
  readonly WebAssembly: WebAssemblyNamespace;
  private readonly observers = new Set<EngineObserver>();
  private readonly instances = new KnownInstances();
  private readonly tier: JsTier | null;
  private readonly tierName: TierName;

  constructor(options: EngineOptions = {}) {
    this.machine = new Machine(options);
    this.tierName = options.tier ?? 'auto';
    this.tier = tierFor(this.machine, options);
    this.machine.tier = this.tier;
    this.executor = this.machine;
    engines.set(this.executor, this);
    this.WebAssembly = createNamespace(this);
  }

  /** The engine that runs an instance; undefined where the instance was made without one. */
  static of({ executor }: ModuleInstance): Engine | undefined {
    return engines.get(executor);
  }

  /** Adds an observer; the function that is returned removes it. */
  observe(observer: EngineObserver): () => void {
    this.observers.add(observer);
    this.listenToInsertions();
    return () => {
      this.observers.delete(observer);
      this.listenToInsertions();
    };
  }

  /** Insertions are told of only while somebody wants to hear of them. */
  private listenToInsertions(): void {
    const observers = [...this.observers].filter(
      (o) => o.onProbeInserted !== undefined || o.onProbeRemoved !== undefined,
    );
    const listener: InsertionListener = {
      inserted: (insertion) => {
        for (const observer of observers) observer.onProbeInserted?.(insertion);
      },
      removed: (insertion) => {
        for (const observer of observers) observer.onProbeRemoved?.(insertion);
      },
    };
    this.machine.insertions = observers.length === 0 ? null : listener;
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
    this.instances.add(instance);
    for (const observer of this.observers) observer.onInstance?.(instance);
  }

  /** What was compiled so far, why code had to be left, and in which tier functions are now. */
  tierReport(): TierReport {
    const { tier } = this;
    return {
      tier: this.tierName,
      threshold: tier?.threshold,
      disabled: tier?.disabled,
      functions: functionTiers(this.instances.alive),
      ...(tier?.log ?? new TierLog()).result,
    };
  }
}
