/** The modules that a program loads: which engine each of them gets, and what is done where one cannot run it. */

import {
  decodeModule,
  type Engine,
  engineErrorOf,
  type Module,
  type NamespaceHost,
  nameModule,
  readNames,
  UnsupportedError,
  type WasmModule,
  WizError,
} from '../../engine/index.ts';
import { messageOf } from '../errors.ts';
import { printMessage } from '../output.ts';
import { printable } from '../text.ts';
import type { Luggage } from './carrier.ts';
import { hostWasm } from './host.ts';
import { type LoadedModule, titleOf } from './loaded-module.ts';
import { sidesOf } from './mixing.ts';
import type { ModuleFilter } from './module-filter.ts';
import { digestOf, fileOf } from './origins.ts';

export interface ModulesOptions {
  readonly engine: Engine;
  readonly filter: ModuleFilter;
  /** Gets the titles of the modules that probes see, by digest. */
  readonly titles: Map<string, string>;
  /** Makes names of functions readable. */
  readonly nameFunctions: (module: Module) => void;
  /** A module was loaded. Called before any probe sees it. */
  readonly onLoaded: (module: LoadedModule) => void;
  /** A probe has failed to attach. */
  readonly onFailure: (error: unknown) => void;
  /** A chosen module cannot be run by this engine, and does not have to be run natively; does not return. */
  readonly onRefused: ((message: string) => void) | undefined;
}

/** Compiles bytes with the class of our namespace. */
export type CompileOurs = (bytes: Uint8Array) => WasmModule;

/** The engine for an instance, and its module there. */
export interface Placed {
  readonly isNative: boolean;
  readonly module: WasmModule;
}

export class Modules {
  /** What the namespace of the program is made with. */
  readonly host: NamespaceHost;
  private readonly options: ModulesOptions;
  /** Modules that probes see. */
  private readonly chosen = new WeakSet<Module>();
  /** The one that is being compiled. */
  private current: LoadedModule | undefined;
  private hasNativeInstances = false;
  private count = 0;
  /** Modules that probes see, by digest. */
  private readonly compiled = new Map<string, WeakRef<WasmModule>>();

  constructor(options: ModulesOptions) {
    this.options = options;
    const { engine } = options;
    engine.observe({ onModule: (module) => this.name(module) });
    this.host = {
      executor: engine.executor,
      validate: (bytes) => engine.validate(bytes),
      compile: (bytes) => this.compileForEngine(bytes),
      onInstance: (instance) => {
        if (!this.chosen.has(instance.module)) return;
        try {
          engine.onInstance(instance);
        } catch (error) {
          options.onFailure(error); // a filter in the options of a probe, say, that selects nothing
          throw error;
        }
      },
    };
  }

  /** Modules that the namespace compiles for others than the program are of no interest to probes. */
  private compileForEngine(bytes: Uint8Array): Module {
    const { engine } = this.options;
    if (this.current?.isChosen !== true) return engine.validate(bytes);
    const module = engine.compile(bytes);
    this.chosen.add(module);
    this.options.titles.set(this.current.sha256, titleOf(this.current));
    return module;
  }

  private name(module: Module): void {
    const { current } = this;
    if (current === undefined) return;
    if (current.file !== undefined || readNames(module).module === undefined) nameModule(module, titleOf(current));
    this.options.nameFunctions(module);
  }

  /** A module with these bytes is loaded; `luggage` is what is known from another thread. */
  add(bytes: Uint8Array, loader: string | undefined, luggage?: Luggage): LoadedModule {
    const sha256 = digestOf(bytes);
    const order = luggage?.order ?? ++this.count;
    const file = luggage?.file ?? fileOf(sha256);
    const known = { file, loader: luggage?.loader ?? loader, sha256, order };
    const isChosen = this.options.filter({ ...known, size: bytes.length, exports: () => exportsOf(bytes) });
    return { ...known, bytes, isChosen };
  }

  /** Compiles a module with the engine that it gets first; throws the CompileError of that engine. */
  compile(module: LoadedModule, compileOurs: CompileOurs): void {
    if (module.isChosen) this.compileChosen(module, compileOurs);
    else module.native = new hostWasm.Module(module.bytes as Uint8Array<ArrayBuffer>);
    if (!module.isChosen) this.options.onLoaded(module);
  }

  /** The same, where it can wait: the host compiles at the side. */
  async compileLater(module: LoadedModule, compileOurs: CompileOurs): Promise<void> {
    await undefined;
    if (module.isChosen) {
      this.compile(module, compileOurs);
      return;
    }
    module.native = await hostWasm.compile(module.bytes as Uint8Array<ArrayBuffer>);
    this.options.onLoaded(module);
  }

  private compileChosen(module: LoadedModule, compileOurs: CompileOurs): void {
    this.options.onLoaded(module);
    // Equal bytes that are loaded again, or arrive from another thread, are the same module in reports.
    const known = this.compiled.get(module.sha256)?.deref();
    if (known !== undefined) {
      module.ours = known;
      return;
    }
    try {
      module.ours = this.compileAs(module, compileOurs);
      this.compiled.set(module.sha256, new WeakRef(module.ours));
    } catch (error) {
      const reason = engineErrorOf(error);
      if (reason === undefined) throw error;
      const native = compiledNatively(module.bytes);
      if (native === undefined) throw error; // no module at all
      module.native = native;
      this.refuse(module, refusal(reason));
    }
  }

  private compileAs(module: LoadedModule, compileOurs: CompileOurs): WasmModule {
    const outer = this.current;
    this.current = module;
    try {
      return compileOurs(module.bytes);
    } finally {
      this.current = outer;
    }
  }

  /** A chosen module runs natively. */
  private refuse(module: LoadedModule, problem: string): void {
    if (module.problem !== undefined) return;
    module.problem = problem;
    const { onRefused } = this.options;
    const title = printable(titleOf(module));
    if (onRefused !== undefined) onRefused(`${title} cannot be instrumented: ${problem}`);
    printMessage(`wiz: ${title} runs natively, without probes: ${problem}\n`);
  }

  /** Where an instance of a module has to run, by what it imports. Throws `linkError` where that is nowhere. */
  place(module: LoadedModule, given: unknown, compileOurs: CompileOurs, linkError: (message: string) => Error): Placed {
    if (module.ours !== undefined && module.native === undefined && !this.hasNativeInstances) {
      return { isNative: false, module: module.ours };
    }
    const any = (module.native ?? module.ours) as WasmModule; // one of them there is
    const imports = (module.native === undefined ? undefined : hostWasm.Module.imports(any)) ?? importsOf(module.bytes);
    const { ours, native } = sidesOf(imports, given);
    if (ours !== undefined && native !== undefined) {
      throw linkError(
        `${titleOf(module)} imports ${ours} of a module that runs in wiz and ${native} of one that runs natively: let both run in the same`,
      );
    }
    const wantsNative = module.ours === undefined ? ours === undefined : native !== undefined;
    if (!wantsNative) return { isNative: false, module: this.oursFor(module, ours, compileOurs, linkError) };
    if (module.native === undefined) {
      module.native = new hostWasm.Module(module.bytes as Uint8Array<ArrayBuffer>);
      this.refuse(module, `it imports ${native}, which belongs to a module that runs natively`);
    }
    this.hasNativeInstances = true;
    return { isNative: true, module: module.native };
  }

  /** The module in this engine: without probes, if it was not chosen and only shares what a chosen one uses. */
  private oursFor(
    module: LoadedModule,
    shared: string | undefined,
    compileOurs: CompileOurs,
    linkError: (message: string) => Error,
  ): WasmModule {
    try {
      module.ours ??= this.compileAs(module, compileOurs);
    } catch (error) {
      const known = engineErrorOf(error);
      const reason = known === undefined ? messageOf(error) : refusal(known);
      throw linkError(
        `${titleOf(module)} imports ${shared ?? 'objects'} of a module that runs in wiz, and cannot run there itself: ${reason}`,
      );
    }
    return module.ours;
  }
}

function refusal(reason: WizError): string {
  if (reason instanceof UnsupportedError) return `it uses ${reason.feature}, which wiz does not execute`;
  return `wiz does not accept it: ${reason.message}`;
}

/** The module of the host; undefined where it refuses the bytes as well. */
function compiledNatively(bytes: Uint8Array): WasmModule | undefined {
  try {
    return new hostWasm.Module(bytes as Uint8Array<ArrayBuffer>);
  } catch {
    return undefined;
  }
}

function importsOf(bytes: Uint8Array): { module: string; name: string; kind: string }[] {
  return decodeModule(bytes).imports.map(({ module, name, type }) => ({ module, name, kind: type.kind }));
}

function exportsOf(bytes: Uint8Array): string[] {
  try {
    return decodeModule(bytes).exports.map(({ name }) => name);
  } catch (error) {
    if (error instanceof WizError) return []; // what it is not will be said when it is compiled
    throw error;
  }
}
