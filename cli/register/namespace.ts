/**
 * The namespace that takes the place of the host's: that of our engine, which hands over to the host whatever is not to run in it.
 *
 * Its functions and classes are proxies of ours, so that names, lengths and properties are the same. Module objects are carriers; instances
 * are ours or the host's, and `instanceof` holds for both.
 */

import {
  bytesOfResponse,
  copyBytes,
  createNamespace,
  type WasmModule,
  type WebAssemblyNamespace,
} from '../../engine/index.ts';
import { callSite } from './call-site.ts';
import { carrierOf, unpack } from './carrier.ts';
import { hostWasm, isHostModule } from './host.ts';
import type { LoadedModule } from './loaded-module.ts';
import { adoptExports } from './mixing.ts';
import type { CompileOurs, Modules } from './modules.ts';
import { noteOrigin } from './origins.ts';

type AnyFunction = (...args: never[]) => unknown;
type AnyClass = abstract new (...args: never[]) => object;
type Args = readonly unknown[];

export class ProgramNamespace {
  /** The object for `globalThis.WebAssembly`. */
  readonly object: WebAssemblyNamespace;
  private readonly modules: Modules;
  /** The classes and functions of our engine, as they are without the proxies. */
  private readonly ours: WebAssemblyNamespace;
  private readonly carried = new WeakMap<object, LoadedModule>();
  private readonly compileOurs: CompileOurs;

  constructor(modules: Modules) {
    this.modules = modules;
    this.object = createNamespace(modules.host);
    this.ours = { ...descriptorsOf(this.object) };
    const { Module } = this.ours;
    this.compileOurs = (bytes) => new Module(bytes as Uint8Array<ArrayBuffer>);
    this.replaceClasses();
    this.replaceStatics();
    this.replaceFunctions();
  }

  private replaceClasses(): void {
    this.replaceClass('Module', (args, target) => this.newModule(args, target));
    this.replaceClass('Instance', (args, target) => this.newInstance(args, target));
    for (const name of Object.getOwnPropertyNames(this.object) as (keyof WebAssemblyNamespace)[]) {
      const [ours, host] = [this.ours[name], hostWasm[name]];
      if (/^[A-Z]/.test(name) && ours !== host && typeof host === 'function')
        alsoInstanceOf(ours as AnyClass, host as never);
    }
  }

  /** `construct` gets the arguments of `new`, and what `new` was called with where that is not the class itself. */
  private replaceClass(name: 'Module' | 'Instance', construct: (args: Args, target: AnyClass) => object): void {
    const cls: AnyClass = this.ours[name] as AnyClass;
    const proxy: AnyClass = new Proxy(cls, {
      construct: (_, args, target) => construct(args, target === proxy ? cls : (target as AnyClass)),
    });
    replace(this.object, name, proxy);
    replace(cls.prototype, 'constructor', proxy);
  }

  private newModule(args: Args, target: AnyClass): object {
    const { place, isInternal } = callSite();
    if (isInternal) return construct(hostWasm.Module, args);
    const bytes = copyBytes(args[0], 'WebAssembly.Module()');
    if (bytes === undefined || bytes.length === 0) return construct(this.ours.Module, args, target);
    const module = this.modules.add(bytes, place);
    this.modules.compile(module, this.compileOurs);
    return this.carrier(module, target.prototype as object);
  }

  private carrier(module: LoadedModule, prototype: object = this.ours.Module.prototype): WasmModule {
    const carrier = carrierOf(module.bytes, module);
    Object.setPrototypeOf(carrier, prototype);
    this.carried.set(carrier, module);
    return carrier as WasmModule;
  }

  /** What is behind a module object of the program; carriers from other threads are looked into. */
  private moduleOf(value: unknown): LoadedModule | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    const known = this.carried.get(value);
    if (known !== undefined) return known;
    const content = unpack(value);
    if (content === undefined) return undefined;
    const module = this.modules.add(content.bytes, undefined, content.luggage);
    this.modules.compile(module, this.compileOurs);
    Object.setPrototypeOf(value, this.ours.Module.prototype);
    this.carried.set(value, module);
    return module;
  }

  private newInstance(args: Args, target: AnyClass): object {
    const [value, imports, ...rest] = args;
    const module = this.moduleOf(value);
    if (module === undefined) {
      return isHostModule(value) ? construct(hostWasm.Instance, args) : construct(this.ours.Instance, args, target);
    }
    const placed = this.modules.place(module, imports, this.compileOurs, (text) => this.linkError('Instance', text));
    const given = [placed.module, imports, ...rest];
    if (!placed.isNative) return construct(this.ours.Instance, given, target);
    return this.adopted(module, construct(hostWasm.Instance, given));
  }

  private linkError(where: string, text: string): Error {
    return new this.ours.LinkError(`WebAssembly.${where}(): ${text}`);
  }

  private adopted<T extends object>(module: LoadedModule, instance: T): T {
    adoptExports(module.bytes, (instance as { exports: object }).exports);
    return instance;
  }

  /** The static functions of `Module`, whose first argument is a module object. */
  private replaceStatics(): void {
    for (const name of ['imports', 'exports', 'customSections'] as const) {
      const own = this.ours.Module[name] as AnyFunction;
      const apply = (_: unknown, self: unknown, args: Args): unknown => {
        const module = this.moduleOf(args[0]);
        if (module?.ours !== undefined) return Reflect.apply(own, self, [module.ours, ...args.slice(1)]);
        const native = module?.native ?? (isHostModule(args[0]) ? args[0] : undefined);
        if (native === undefined) return Reflect.apply(own, self, args);
        return Reflect.apply(hostWasm.Module[name] as AnyFunction, hostWasm.Module, [native, ...args.slice(1)]);
      };
      replace(this.ours.Module, name, new Proxy(own, { apply }));
    }
  }

  private replaceFunctions(): void {
    this.replaceFunction('validate', (args, own) => {
      // What only the host can run is run by the host.
      return own() === true || hostWasm.validate(args[0] as Uint8Array<ArrayBuffer>);
    });
    this.replaceFunction('compile', async (args, own, loader) => {
      const bytes = copyBytes(args[0], 'WebAssembly.compile()');
      return bytes === undefined || bytes.length === 0 ? own() : this.compileBytes(bytes, loader, 'compile');
    });
    this.replaceFunction('instantiate', async (args, own, loader) => {
      const [source, imports] = args;
      const module = this.moduleOf(source);
      if (module !== undefined) return this.instantiate(module, args.slice(1), 'instantiate');
      if (isHostModule(source)) return call(hostWasm.instantiate, args);
      const bytes = copyBytes(source, 'WebAssembly.instantiate()');
      if (bytes === undefined || bytes.length === 0 || isNoImportObject(imports)) return own();
      return this.instantiateBytes(bytes, args.slice(1), { loader, where: 'instantiate' });
    });
    this.replaceFunction('compileStreaming', async (args, _own, loader) => {
      return this.compileBytes(await sourceBytes(args[0]), loader, 'compileStreaming');
    });
    this.replaceFunction('instantiateStreaming', async (args, own, loader) => {
      if (isNoImportObject(args[1])) return own();
      const bytes = await sourceBytes(args[0]);
      return this.instantiateBytes(bytes, args.slice(1), { loader, where: 'instantiateStreaming' });
    });
  }

  /** `apply` gets the arguments, the function of our engine to fall back on, and the place of the caller. */
  private replaceFunction(
    name: 'validate' | 'compile' | 'instantiate' | 'compileStreaming' | 'instantiateStreaming',
    apply: (args: Args, own: () => unknown, loader: string | undefined) => unknown,
  ): void {
    const own = this.ours[name] as AnyFunction | undefined;
    if (own === undefined) return;
    const proxy = new Proxy(own, {
      apply: (_, self, args) => {
        const { place, isInternal } = callSite();
        if (isInternal) return call(hostWasm[name] as AnyFunction, args);
        return apply(args, () => Reflect.apply(own, self, args), place);
      },
    });
    replace(this.object, name, proxy);
  }

  private async compileBytes(bytes: Uint8Array, loader: string | undefined, where: string): Promise<WasmModule> {
    return this.carrier(await this.load(bytes, loader, where));
  }

  private async load(bytes: Uint8Array, loader: string | undefined, where: string): Promise<LoadedModule> {
    const module = this.modules.add(bytes, loader);
    try {
      await this.modules.compileLater(module, this.compileOurs);
    } catch (error) {
      throw saying(where, error);
    }
    return module;
  }

  private async instantiateBytes(
    bytes: Uint8Array,
    imports: Args,
    { loader, where }: { readonly loader: string | undefined; readonly where: string },
  ): Promise<object> {
    const module = await this.load(bytes, loader, where);
    return { module: this.carrier(module), instance: await this.instantiate(module, imports, where) };
  }

  private async instantiate(module: LoadedModule, imports: Args, where: string): Promise<object> {
    const linkError = (text: string): Error => this.linkError(where, text);
    const placed = this.modules.place(module, imports[0], this.compileOurs, linkError);
    const given = [placed.module, ...imports];
    if (!placed.isNative) return (await call(this.ours.instantiate, given)) as object;
    return this.adopted(module, (await call(hostWasm.instantiate, given)) as object);
  }
}

function descriptorsOf(namespace: WebAssemblyNamespace): WebAssemblyNamespace {
  const values = Object.getOwnPropertyNames(namespace).map((name) => [name, Reflect.get(namespace, name)]);
  return Object.fromEntries(values) as WebAssemblyNamespace; // the same properties, enumerable
}

/** Puts a value in the place of another, with the attributes of the property. */
function replace(owner: object, name: string, value: unknown): void {
  const { enumerable = false } = Object.getOwnPropertyDescriptor(owner, name) ?? {};
  Object.defineProperty(owner, name, { value, enumerable, writable: true, configurable: true });
}

function construct(cls: unknown, args: Args, target: unknown = cls): object {
  return Reflect.construct(cls as new () => object, args, target as new () => object);
}

function call(callee: AnyFunction, args: Args): unknown {
  return Reflect.apply(callee, hostWasm, args);
}

/** `instanceof` a class of ours holds for objects of the host as well. */
function alsoInstanceOf(ours: AnyClass, host: AnyClass): void {
  const ordinary = Function.prototype[Symbol.hasInstance];
  const value = function (this: unknown, object: unknown): boolean {
    const isBase = typeof this === 'function' && (this as AnyClass).prototype === ours.prototype;
    return Reflect.apply(ordinary, this, [object]) || (isBase && Reflect.apply(ordinary, host, [object]));
  };
  Object.defineProperty(ours, Symbol.hasInstance, { value, configurable: true });
}

function isNoImportObject(value: unknown): boolean {
  return value !== undefined && (value === null || (typeof value !== 'object' && typeof value !== 'function'));
}

async function sourceBytes(source: unknown): Promise<Uint8Array> {
  const response = await source;
  const bytes = await bytesOfResponse(response);
  const { url } = response as { url?: string };
  if (url) noteOrigin(url, bytes);
  return bytes;
}

/** Errors of compilation name the function of the namespace that was called. */
function saying(where: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const renamed = (text: string): string => text.replace(/WebAssembly\.\w+\(\)/, `WebAssembly.${where}()`);
  error.message = renamed(error.message);
  if (error.stack !== undefined) error.stack = renamed(error.stack);
  return error;
}
