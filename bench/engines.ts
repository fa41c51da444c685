/** The engines that are compared, each with the same module, and with its exports in the same form. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Engine } from '../engine/index.ts';
import { native, type WasmNamespace } from '../wasm-tests/diff/namespace.ts';
import { cacheFolder, prepareCache } from './kernels.ts';

export const engineNames = ['native', 'js', 'auto', 'interpreter', 'polywasm', 'wasm2js'] as const;
/**
 * `native`: V8's own WebAssembly. `js`, `auto`, `interpreter`: tiers of this engine. `polywasm`: the package, which makes
 * JavaScript at run time. `wasm2js`: binaryen, which makes it beforehand, with `-O3`. Neither of these two traps.
 */
export type EngineName = (typeof engineNames)[number];
/** Tiers of this engine, as its option has them. */
export type TierName = Extract<EngineName, 'js' | 'auto' | 'interpreter'>;

export type Run = (n: number) => number;

export function isEngineName(name: string): name is EngineName {
  return engineNames.some((known) => known === name);
}

/** What the command line sets as well. It is for the whole process, and so for the other engines that make JavaScript. */
const BYTECODE_LIMIT = 1_000_000;
setFlagsFromString(`--max-optimized-bytecode-size=${BYTECODE_LIMIT}`);

/** An engine of ours that runs everything in one tier, or lets its counters decide. */
export function engineOf(tier: TierName): Engine {
  return new Engine({ tier, bytecodeLimit: BYTECODE_LIMIT });
}

/** The namespace of an engine; `wasm2js` has none. */
export async function namespaceOf(name: Exclude<EngineName, 'wasm2js'>): Promise<WasmNamespace> {
  if (name === 'native') return native.W;
  // The casts are the borders: the package has no types, and the engine has stricter ones.
  if (name !== 'polywasm') return engineOf(name).WebAssembly as unknown as WasmNamespace;
  const packageName: string = name;
  const { WebAssembly } = (await import(packageName)) as { WebAssembly: WasmNamespace };
  return WebAssembly;
}

/** The JavaScript that binaryen makes of a module without imports: an ES module with its exports. */
function wasm2jsFile(wasmFile: string): string {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve('binaryen/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const hash = createHash('sha256').update(version).update(readFileSync(wasmFile)).digest('hex').slice(0, 16);
  const file = join(cacheFolder, `wasm2js-${hash}.mjs`);
  if (existsSync(file)) return file;
  prepareCache();
  const draft = `${file}.${process.pid}`;
  const tool = join(dirname(manifest), 'bin/wasm2js');
  const { status, stderr } = spawnSync(process.execPath, [tool, '--all-features', '-O3', wasmFile, '-o', draft], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`wasm2js failed: ${stderr}`);
  renameSync(draft, file);
  return file;
}

/** `run` of a module without imports, instantiated anew. */
export async function loadRun(name: EngineName, wasmFile: string): Promise<Run> {
  if (name === 'wasm2js') {
    const { run } = (await import(pathToFileURL(wasm2jsFile(wasmFile)).href)) as { run: Run };
    return run;
  }
  const { Module, Instance } = await namespaceOf(name);
  return new Instance(new Module(new Uint8Array(readFileSync(wasmFile)))).exports.run as Run;
}
