/**
 * The shape of the JavaScript `WebAssembly` namespace, as far as the tests use it, and the two
 * namespaces that are compared: the host's own as the oracle, and the engine's.
 */

import * as engine from '../../engine/index.ts';

export interface WasmModule {
  readonly [Symbol.toStringTag]?: string;
}
export type Exports = Readonly<Record<string, unknown>>;
export interface WasmInstance {
  readonly exports: Exports;
}
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
export interface WasmTable {
  readonly length: number;
  get(index: number): unknown;
  set(index: number, value?: unknown): void;
  grow(delta: number, value?: unknown): number;
}
export interface WasmGlobal {
  value: unknown;
}
export type Imports = Record<string, Record<string, unknown>>;
export interface ExternDescriptor {
  readonly name: string;
  readonly kind: string;
}
export interface ImportDescriptor extends ExternDescriptor {
  readonly module: string;
}

type ErrorClass = new (message?: string, options?: ErrorOptions) => Error;

export interface WasmNamespace {
  readonly Module: {
    new (bytes: Uint8Array | ArrayBuffer): WasmModule;
    exports(module: WasmModule): ExternDescriptor[];
    imports(module: WasmModule): ImportDescriptor[];
    customSections(module: WasmModule, name: string): ArrayBuffer[];
  };
  readonly Instance: new (module: WasmModule, imports?: Imports) => WasmInstance;
  readonly Memory: new (descriptor: { initial: number; maximum?: number }) => WasmMemory;
  readonly Table: new (
    descriptor: { element: string; initial: number; maximum?: number },
    value?: unknown,
  ) => WasmTable;
  readonly Global: new (descriptor: { value: string; mutable?: boolean }, value?: unknown) => WasmGlobal;
  readonly CompileError: ErrorClass;
  readonly LinkError: ErrorClass;
  readonly RuntimeError: ErrorClass;
  validate(bytes: Uint8Array | ArrayBuffer): boolean;
  compile(bytes: Uint8Array | ArrayBuffer): Promise<WasmModule>;
  instantiate(
    bytes: Uint8Array | ArrayBuffer,
    imports?: Imports,
  ): Promise<{ module: WasmModule; instance: WasmInstance }>;
}

export interface NamedNamespace {
  readonly name: string;
  readonly W: WasmNamespace;
}

// The casts are the borders: the type libraries used here declare no `WebAssembly`, and the engine declares its own, stricter types.
export const native: NamedNamespace = {
  name: 'the host',
  W: (globalThis as unknown as { WebAssembly: WasmNamespace }).WebAssembly,
};

export const wiz: NamedNamespace = { name: 'wiz', W: engine.WebAssembly as unknown as WasmNamespace };
