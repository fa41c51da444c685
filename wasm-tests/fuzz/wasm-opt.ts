/**
 * Binaryen's `wasm-opt`, many runs in one process: the package ships a script that compiles 10 MB of WebAssembly
 * each time it starts. Here the module is compiled once, and each run gets a fresh instance, so that no run knows
 * of the others and results depend on nothing but the input.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { type Imports, native, type WasmModule } from '../diff/namespace.ts';

const require = createRequire(import.meta.url);
const scriptPath = require.resolve('binaryen/bin/wasm-opt');

interface EmscriptenOptions {
  arguments: string[];
  print(line: string): void;
  printErr(line: string): void;
  /** Called when `main` has returned. */
  postRun(): void;
  onAbort(reason: unknown): void;
}

type Script = (Module: EmscriptenOptions, require: NodeRequire, process: object, WebAssembly: object) => void;

let script: Script | undefined;
let compiled: WasmModule | undefined;

function load(): Script {
  // The cast is the border to the script: its parameters are what it would find as globals.
  script ??= compileFunction(
    // the first line is for the shell
    readFileSync(scriptPath, 'utf8').replace(/^#!.*/, ''),
    ['Module', 'require', 'process', 'WebAssembly', '__filename', '__dirname'],
    { filename: scriptPath },
  ) as unknown as Script;
  return script;
}

/** Runs `wasm-opt` with these arguments; files are those of the host. Rejects with what it says when it fails. */
export function wasmOpt(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const messages: string[] = [];
    // The script leaves the exit code here.
    const fakeProcess = Object.create(process, { exitCode: { value: 0, writable: true } });
    const options: EmscriptenOptions = {
      arguments: [...args],
      print: (line) => messages.push(line),
      printErr: (line) => messages.push(line),
      postRun: () => {
        if (fakeProcess.exitCode === 0) resolve();
        else reject(new Error(`wasm-opt ${args.join(' ')} ended with ${fakeProcess.exitCode}: ${messages.join('\n')}`));
      },
      onAbort: (reason) => reject(new Error(`wasm-opt ${args.join(' ')} aborted: ${String(reason)}`)),
    };
    load()(options, require, fakeProcess, shadowedWebAssembly());
  });
}

/** The module that `wasm-opt` makes of `input` (a module, or with `-ttf` any bytes). */
export async function transform(input: Uint8Array, args: readonly string[]): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'wiz-wasm-opt-'));
  try {
    const inputFile = join(folder, 'input');
    const outputFile = join(folder, 'output.wasm');
    writeFileSync(inputFile, input);
    await wasmOpt([inputFile, ...args, '-o', outputFile]);
    return readFileSync(outputFile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The host's namespace, but the one module is compiled once. */
function shadowedWebAssembly(): object {
  const { W } = native;
  return Object.create(W, {
    instantiate: {
      value: async (bytes: Uint8Array, imports: Imports) => {
        compiled ??= await W.compile(bytes);
        return { module: compiled, instance: new W.Instance(compiled, imports) };
      },
    },
  });
}
