/** The types of the namespace: those of the JavaScript `WebAssembly` object, declared for every host alike. */

import type { HostMemory } from '../runtime/host.ts';
import type { ApiErrorConstructor, RuntimeError } from '../runtime/runtime-error.ts';

export type ExternKindName = 'function' | 'table' | 'memory' | 'global' | 'tag';
export type BufferSource = ArrayBuffer | ArrayBufferView;

/** What a module exports. Its shape is the module's business, so a program says what it expects by a cast. */
// biome-ignore lint/suspicious/noExplicitAny: as in the type libraries: callers know what a module exports, the compiler cannot
export type ExportValue = any;
export type Exports = Record<string, ExportValue>;
export type Imports = Record<string, Record<string, unknown>>;

export interface ModuleExportDescriptor {
  name: string;
  kind: ExternKindName;
}

export interface ModuleImportDescriptor {
  module: string;
  name: string;
  kind: ExternKindName;
}

/** A compiled module. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

export interface ModuleConstructor {
  new (bytes: BufferSource): WasmModule;
  readonly prototype: WasmModule;
  exports(module: WasmModule): ModuleExportDescriptor[];
  imports(module: WasmModule): ModuleImportDescriptor[];
  customSections(module: WasmModule, name: string): ArrayBuffer[];
}

export interface WasmInstance {
  readonly exports: Exports;
}

export interface InstanceConstructor {
  new (module: WasmModule, imports?: Imports): WasmInstance;
  readonly prototype: WasmInstance;
}

export interface MemoryDescriptor {
  initial: number;
  maximum?: number;
  shared?: boolean;
}

export interface MemoryConstructor {
  new (descriptor: MemoryDescriptor): HostMemory;
  readonly prototype: HostMemory;
}

export interface TableDescriptor {
  element: 'anyfunc' | 'externref';
  initial: number;
  maximum?: number;
}

export interface WasmTable {
  readonly length: number;
  get(index: number): unknown;
  set(index: number, value?: unknown): void;
  grow(delta: number, value?: unknown): number;
}

export interface TableConstructor {
  new (descriptor: TableDescriptor, value?: unknown): WasmTable;
  readonly prototype: WasmTable;
}

export interface GlobalDescriptor {
  value: 'i32' | 'i64' | 'f32' | 'f64' | 'externref' | 'anyfunc';
  mutable?: boolean;
}

export interface WasmGlobal {
  /** A bigint for i64. */
  value: ExportValue;
  valueOf(): ExportValue;
}

export interface GlobalConstructor {
  new (descriptor: GlobalDescriptor, value?: unknown): WasmGlobal;
  readonly prototype: WasmGlobal;
}

export interface TagDescriptor {
  parameters: GlobalDescriptor['value'][];
}

export interface WasmTag {
  readonly [Symbol.toStringTag]: string;
}

export interface TagConstructor {
  new (descriptor: TagDescriptor): WasmTag;
  readonly prototype: WasmTag;
}

export interface WasmException {
  is(tag: WasmTag): boolean;
  getArg(tag: WasmTag, index: number): unknown;
}

export interface ExceptionConstructor {
  new (tag: WasmTag, payload: Iterable<unknown>, options?: { traceStack?: boolean }): WasmException;
  readonly prototype: WasmException;
}

export interface InstantiatedSource {
  module: WasmModule;
  instance: WasmInstance;
}

/** The part of `Response` that the streaming functions use. */
export interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  readonly bodyUsed: boolean;
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

export interface WebAssemblyNamespace {
  readonly Module: ModuleConstructor;
  readonly Instance: InstanceConstructor;
  /** The host's own constructor: memories are real ones. */
  readonly Memory: MemoryConstructor;
  readonly Table: TableConstructor;
  readonly Global: GlobalConstructor;
  readonly Tag: TagConstructor;
  readonly Exception: ExceptionConstructor;
  readonly CompileError: ApiErrorConstructor<Error>;
  readonly LinkError: ApiErrorConstructor<Error>;
  readonly RuntimeError: ApiErrorConstructor<RuntimeError>;
  validate(bytes: BufferSource): boolean;
  compile(bytes: BufferSource): Promise<WasmModule>;
  instantiate(bytes: BufferSource, imports?: Imports): Promise<InstantiatedSource>;
  instantiate(module: WasmModule, imports?: Imports): Promise<WasmInstance>;
  /** Present where the host has `Response`. */
  readonly compileStreaming?: (source: ResponseLike | PromiseLike<ResponseLike>) => Promise<WasmModule>;
  readonly instantiateStreaming?: (
    source: ResponseLike | PromiseLike<ResponseLike>,
    imports?: Imports,
  ) => Promise<InstantiatedSource>;
}
