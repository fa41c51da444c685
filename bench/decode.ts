/**
 * Speed of decoding and validating, and the memory it takes: `npm run bench:decode`.
 *
 * The modules are real ones of development dependencies. Peak memory is that of a process of its own that compiles the module
 * once, compared with a process that only reads the file.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeModule, Engine } from '../engine/index.ts';
import { measure } from './measure.ts';
import { textTable } from './table.ts';

const require = createRequire(import.meta.url);
const options = { rounds: 7, turnMs: 300 };
const MEGABYTE = 1e6;

/** The folder of a package, found by a file that it exports. */
function packageFolder(name: string): string {
  const entry = require.resolve(name);
  return entry.slice(0, entry.lastIndexOf(`node_modules/${name}/`) + `node_modules/${name}`.length);
}

function inTranspiler(file: string): string {
  const entry = require.resolve('@bytecodealliance/jco-transpile/wasm-tools');
  return join(dirname(entry), '../vendor', file);
}

const files: Readonly<Record<string, () => string>> = {
  'component bindings (Rust)': () => inTranspiler('js-component-bindgen-component.core.wasm'),
  'wasm-tools (Rust)': () => inTranspiler('wasm-tools.core.wasm'),
  'SQLite (C)': () => join(packageFolder('sql.js'), 'dist/sql-wasm.wasm'),
  'Oniguruma (C)': () => join(packageFolder('vscode-oniguruma'), 'release/onig.wasm'),
};

/** What a child process does with the module; `read` is the process without us. */
type Mode = 'read' | 'compile';

interface Child {
  /** Peak memory of the process. */
  readonly peakMB: number;
  /** Time for the one compilation, by code that V8 has not optimised yet. */
  readonly coldMs: number;
}

function runChild(file: string, mode: Mode): Child {
  const self = fileURLToPath(import.meta.url);
  const { stdout, stderr, status } = spawnSync(process.execPath, [...process.execArgv, self, mode, file], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`measuring ${file} failed: ${stderr}`);
  return JSON.parse(stdout) as Child;
}

function child(mode: Mode, file: string): void {
  const bytes = readFileSync(file);
  const started = performance.now();
  const kept = mode === 'compile' ? new Engine().compile(bytes) : bytes;
  const coldMs = performance.now() - started;
  // kilobytes of 1024 bytes, on every platform
  const peakMB = (process.resourceUsage().maxRSS * 1024) / MEGABYTE;
  if (kept === undefined) throw new Error('nothing was compiled');
  console.log(JSON.stringify({ peakMB, coldMs } satisfies Child));
}

async function measureFile(name: string, file: string): Promise<string[]> {
  const bytes = new Uint8Array(readFileSync(file));
  const size = bytes.length / MEGABYTE;
  const engine = new Engine();
  const times = await measure({ decode: () => decodeModule(bytes), both: () => engine.validate(bytes) }, options);
  const idle = runChild(file, 'read');
  const once = runChild(file, 'compile');
  const speed = (ms: number) => (size / (ms / 1000)).toFixed(0);
  return [
    name,
    size.toFixed(2),
    speed(times.decode.medianMs),
    speed(times.both.medianMs),
    speed(once.coldMs),
    idle.peakMB.toFixed(0),
    once.peakMB.toFixed(0),
  ];
}

async function main(): Promise<void> {
  const rows: string[][] = [];
  for (const [name, file] of Object.entries(files)) rows.push(await measureFile(name, file()));
  const header = ['module', 'MB', 'decode MB/s', '+ validate MB/s', 'both, once MB/s', 'peak MB idle', 'peak MB'];
  console.log(`Node ${process.version}; medians of ${options.rounds} turns\n`);
  console.log(textTable(header, rows));
  console.log(
    '\nonce: the first module of a process. Peaks: of a process that reads the file, and of one that compiles it too.',
  );
}

const [mode, file] = process.argv.slice(2);
if ((mode === 'read' || mode === 'compile') && file !== undefined) child(mode, file);
else await main();
