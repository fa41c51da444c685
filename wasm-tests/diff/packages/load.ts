/**
 * Loads a package's own JavaScript with another namespace in the place of `WebAssembly`, and nothing else changed.
 * Modules are loaded anew each time, since glue code caches its instances; the global `WebAssembly`, which Node itself
 * uses, is left alone.
 */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import type { WasmNamespace } from '../namespace.ts';

const require = createRequire(import.meta.url);

interface CommonJsModule {
  exports: unknown;
}

/** What `require(specifier)` gives when every file of the package sees `W` as `WebAssembly`. */
export function loadWith(W: WasmNamespace, specifier: string): unknown {
  const cache = new Map<string, CommonJsModule>();

  const load = (file: string): unknown => {
    const known = cache.get(file);
    if (known !== undefined) return known.exports;
    const module: CommonJsModule = { exports: {} };
    cache.set(file, module);
    const source = readFileSync(file, 'utf8');
    if (file.endsWith('.json')) {
      module.exports = JSON.parse(source);
      return module.exports;
    }
    const names = ['module', 'exports', 'require', '__filename', '__dirname', 'WebAssembly'];
    const local = (name: string) => (name.startsWith('.') ? load(resolveFile(dirname(file), name)) : require(name));
    compileFunction(source, names, { filename: file })(module, module.exports, local, file, dirname(file), W);
    return module.exports;
  };

  return load(require.resolve(specifier));
}

function resolveFile(folder: string, name: string): string {
  const path = resolve(folder, name);
  const found = ['', '.js', '.json', '/index.js']
    .map((ending) => path + ending)
    .find((file) => {
      return existsSync(file) && /\.(c?js|json)$/.test(file);
    });
  if (found === undefined) throw new Error(`${name} was not found in ${folder}`);
  return found;
}

/** Where a file of a package is. */
export function fileOf(specifier: string): string {
  return require.resolve(specifier);
}
