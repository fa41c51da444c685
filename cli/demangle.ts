/**
 * Names of C++ and Rust functions as their authors wrote them, by the demanglers of the Firefox profiler, which are a module of
 * WebAssembly. It is loaded when there is a name to demangle.
 */

import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { WebAssemblyNamespace } from '../engine/index.ts';

type Demangle = (name: string) => string;

/** The glue of the package, which has no types; its `index.js` is for bundlers only. */
interface Glue {
  __wbg_set_wasm(exports: object): void;
  demangle_any: Demangle;
}

/** What the Itanium C++ ABI and both schemes of Rust begin with. */
const MANGLED = /^_{0,3}(Z[A-Z0-9]|R[A-Za-z0-9])/;

export function isMangled(name: string): boolean {
  return MANGLED.test(name);
}

let loaded: Promise<Demangle> | undefined;

/** The function that demangles; names that it does not know it gives back as they are. */
export function loadDemangler(): Promise<Demangle> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Demangle> {
  const file = createRequire(import.meta.url).resolve('gecko-profiler-demangle/index_bg.wasm');
  // @ts-expect-error: the package has types for its index only
  const glue = (await import('gecko-profiler-demangle/index_bg.js')) as Glue;
  // The host's own engine, whose types are those of ours.
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyNamespace }).WebAssembly;
  const { exports } = new Instance(new Module(fs.readFileSync(file)), { './index_bg.js': { ...glue } });
  glue.__wbg_set_wasm(exports);
  (exports.__wbindgen_start as () => void)();
  return glue.demangle_any;
}
