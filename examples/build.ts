/**
 * Compiles the sources of the examples to the `.wasm` files beside them, all with name sections.
 * The compiled files are committed; a test compares them with what this builds.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import wabt from 'wabt';

const examplesFolder = fileURLToPath(new URL('.', import.meta.url));
const assemblyScriptFolder = join(examplesFolder, 'assemblyscript');

/** Files of that folder that are imported by the programs and are no programs themselves. */
const libraries = new Set(['wasi.ts']);

/** Folders with programs in the text format. */
const textFolders = ['.', 'vitest/src'];

export interface BuiltExample {
  /** Path from the folder of the examples, for instance `fib.wasm`. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Text format to binary, with names. Throws with the assembler's message. */
export async function assembleWat(name: string, text: string): Promise<Uint8Array> {
  const { parseWat } = await wabt();
  const module = parseWat(name, text, { tail_call: true, simd: true, bulk_memory: true, reference_types: true });
  try {
    module.validate();
    return module.toBinary({ write_debug_names: true }).buffer;
  } finally {
    module.destroy();
  }
}

/** A program in AssemblyScript, with names. Imports are found in `folder`. Throws with the compiler's messages. */
export async function compileAssemblyScript(
  folder: string,
  source: string,
  options: readonly string[],
): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const messages: string[] = [];
  const collect = { write: (text: string) => messages.push(text) };
  const { error } = await asc.main(
    // `--debug` keeps the names.
    [source, '--outFile', 'out.wasm', '--debug', '-O2', ...options],
    {
      stdout: collect,
      stderr: collect,
      readFile: (file: string) => {
        try {
          return readFileSync(join(folder, file), 'utf8');
        } catch {
          return null; // asc asks for several candidates of each import
        }
      },
      writeFile: (file: string, contents: string | Uint8Array) => {
        if (file === 'out.wasm' && typeof contents !== 'string') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === undefined) throw new Error(`${source}: ${messages.join('')}`);
  return binary;
}

/** A WASI command, small since it never frees memory: `_start` runs the statements of its top level. */
const wasiCommand = ['--runtime', 'stub', '--exportStart', '_start', '--use', 'abort=wasi/wasiAbort'];

/** Every example, compiled from its source. */
export async function buildExamples(): Promise<BuiltExample[]> {
  const built: BuiltExample[] = [];
  for (const folder of textFolders) {
    for (const file of readdirSync(join(examplesFolder, folder)).sort()) {
      if (!file.endsWith('.wat')) continue;
      const bytes = await assembleWat(file, readFileSync(join(examplesFolder, folder, file), 'utf8'));
      built.push({ file: join(folder, `${basename(file, '.wat')}.wasm`), bytes });
    }
  }
  for (const file of readdirSync(assemblyScriptFolder).sort()) {
    if (!file.endsWith('.ts') || libraries.has(file)) continue;
    const bytes = await compileAssemblyScript(assemblyScriptFolder, file, wasiCommand);
    built.push({ file: `${basename(file, '.ts')}.wasm`, bytes });
  }
  return built;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { file, bytes } of await buildExamples()) {
    writeFileSync(join(examplesFolder, file), bytes);
    console.log(`${file}: ${bytes.length} bytes`);
  }
}
