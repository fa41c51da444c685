/** Packages of all makes that have WebAssembly in them: a program for each, in `programs/packages/`, that uses it as its documentation shows. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

export interface PackageProgram {
  /** Name of the program, without its ending. */
  readonly name: string;
  readonly args: readonly string[];
  /** The files of its modules that are files. */
  readonly files: readonly string[];
  /** How many of its modules stand in JavaScript, as text or numbers, and have no file. */
  readonly fileless: number;
  /** Does it take minutes, with probes? */
  readonly isHeavy?: boolean;
}

const require = createRequire(import.meta.url);
const folder = fileURLToPath(new URL('programs/packages/', import.meta.url));

export function packageScript(name: string): string {
  return path.join(folder, `${name}.mjs`);
}

/** All of them; what has to be compiled first is, into `out`. */
export async function packagePrograms(out: string): Promise<PackageProgram[]> {
  const words = fileURLToPath(new URL('../cli/c/words.wasm', import.meta.url));
  const input = fileURLToPath(new URL('../cli/c/input.txt', import.meta.url));
  const bindings = await compileBindings(out);
  const from = (name: string, files: readonly string[], fileless = 0): PackageProgram => {
    return { name, args: [], files: files.map((file) => require.resolve(file)), fileless };
  };
  return [
    from('sql', ['sql.js/dist/sql-wasm.wasm'], 1),
    from('libsodium', [], 1),
    from('yoga', [], 1),
    from('quickjs', ['@jitl/quickjs-wasmfile-release-sync/wasm']),
    from('tree-sitter', ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-javascript/tree-sitter-javascript.wasm']),
    from('oniguruma', ['vscode-oniguruma/release/onig.wasm']),
    from('rollup', ['@rollup/wasm-node/dist/wasm-node/bindings_wasm_bg.wasm']),
    { ...from('assemblyscript', []), args: [bindings], files: [bindings.replace(/\.js$/, '.wasm')] },
    { ...from('esbuild', ['esbuild-wasm/esbuild.wasm']), isHeavy: true },
    from('source-map', ['source-map/lib/mappings.wasm']),
    from('es-module-lexer', [], 1),
    from('hash-wasm', [], 8),
    { ...from('wasi', []), args: [words, input], files: [words] },
  ];
}

/** Compiles `assemblyscript/library.ts` with bindings; the file of these. */
async function compileBindings(out: string): Promise<string> {
  mkdirSync(out, { recursive: true });
  writeFileSync(path.join(out, 'package.json'), '{ "type": "module" }');
  const messages: string[] = [];
  const collect = { write: (text: string) => messages.push(text) };
  const source = 'assemblyscript/library.ts';
  const { error } = await asc.main([source, '--outFile', 'library.wasm', '--bindings', 'esm', '--debug', '-O2'], {
    stdout: collect,
    stderr: collect,
    readFile(file: string) {
      try {
        return readFileSync(path.join(folder, file), 'utf8');
      } catch {
        return null; // asc asks for several candidates of each import
      }
    },
    writeFile: (file: string, contents: string | Uint8Array) => writeFileSync(path.join(out, file), contents),
    listFiles: () => [],
  });
  if (error !== null) throw new Error(`${source}: ${messages.join('')}`);
  return path.join(out, 'library.js');
}
