/**
 * Large modules: `npm run bench:large -- [--modes native,auto,coverage --rounds N --json FILE]`.
 *
 * How long it takes from the bytes of a module to its first call, and what the module takes in memory, in V8's own engine and in ours. The modules
 * are esbuild (Go), and SQLite with all its functions sixteen times, of which copies are validated and compiled like the others and never called.
 * Each sample has a process of its own.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeModule } from '../engine/index.ts';
import { ByteWriter, encodeSections } from '../engine/binary/writer.ts';
import { median } from './measure.ts';
import { benchOptions, hostText } from './options.ts';
import { projectPath } from './places.ts';
import { textTable } from './table.ts';

const require = createRequire(import.meta.url);
const script = projectPath('bench', 'large-run.mjs');
const MEGABYTE = 1e6;
const COPIES = 16;

/** In the order of the table; `read` is a process that only reads the file. */
const modes = ['native', 'auto', 'coverage'];

interface Sample {
  /** From the start of the module to each step, in milliseconds. */
  readonly ms: { readonly compile: number; readonly instantiate: number; readonly call: number };
  /** What stays behind the first call. `heap` is that of JavaScript, with its buffers. */
  readonly bytes: { readonly rss: number; readonly heap: number };
  readonly peakKB: number;
}

const FUNCTION_SECTION = 3;
const CODE_SECTION = 10;

/** A module with its functions again and again: the sections that list their types and bodies grow, and all else stays. */
function repeated(bytes: Uint8Array, copies: number): Uint8Array {
  const { bodies, sections } = decodeModule(bytes);
  const types = new ByteWriter();
  const code = new ByteWriter();
  for (const { typeIndex, start, end } of bodies) {
    types.u32(typeIndex);
    code.sized(bytes.subarray(start, end));
  }
  const repeat = (items: Uint8Array): Uint8Array => {
    const writer = new ByteWriter().u32(bodies.length * copies);
    for (let i = 0; i < copies; i++) writer.bytes(items);
    return writer.toBytes();
  };
  const grown = new Map([
    [FUNCTION_SECTION, repeat(types.toBytes())],
    [CODE_SECTION, repeat(code.toBytes())],
  ]);
  return encodeSections(
    sections.map(({ id, start, end }) => ({ id, content: grown.get(id) ?? bytes.subarray(start, end) })),
  );
}

function run(mode: string, file: string): Sample {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script, mode, file], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${mode} of ${file} ended with ${status ?? signal}: ${stderr}`);
  return JSON.parse(stdout) as Sample;
}

interface Row {
  readonly module: string;
  readonly mode: string;
  readonly compileMs: number;
  readonly callMs: number;
  /** What stays, for each megabyte of the module. */
  readonly heap: number;
  readonly rss: number;
  /** Peak of the process less that of one that only reads the file, for each megabyte of the module. */
  readonly peak: number;
}

function measureModule(module: string, file: string, chosen: readonly string[], rounds: number): Row[] {
  const size = readFileSync(file).length / MEGABYTE;
  const samples = new Map<string, Sample[]>(['read', ...chosen].map((mode) => [mode, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [mode, taken] of samples) {
      const sample = run(mode, file);
      if (round >= 0) taken.push(sample);
    }
  }
  const of = (mode: string, value: (sample: Sample) => number): number => median((samples.get(mode) ?? []).map(value));
  const idle = of('read', (s) => s.peakKB);
  return chosen.map((mode) => ({
    module: `${module}, ${size.toFixed(1)} MB`,
    mode,
    compileMs: of(mode, (s) => s.ms.compile),
    callMs: of(mode, (s) => s.ms.call),
    heap: of(mode, (s) => s.bytes.heap) / MEGABYTE / size,
    rss: of(mode, (s) => s.bytes.rss) / MEGABYTE / size,
    peak: ((of(mode, (s) => s.peakKB) - idle) * 1024) / MEGABYTE / size,
  }));
}

function main(): void {
  const { chosen = modes, rounds, json } = benchOptions('modes', 5);
  const wrong = chosen.find((mode) => !modes.includes(mode));
  if (wrong !== undefined) throw new Error(`there is no mode ${wrong}: there are ${modes.join(', ')}`);
  if (!existsSync(projectPath('dist', 'lib', 'index.js'))) throw new Error('the package is not built: npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'wiz-bench-'));
  try {
    const file = join(folder, 'large.wasm');
    writeFileSync(file, repeated(new Uint8Array(readFileSync(require.resolve('sql.js/dist/sql-wasm.wasm'))), COPIES));
    const rows = [
      ...measureModule('esbuild', require.resolve('esbuild-wasm/esbuild.wasm'), chosen, rounds),
      ...measureModule(`SQLite ${COPIES} times`, file, chosen, rounds),
    ];
    console.log(`${hostText()}; medians of ${rounds} processes each; MB a MB: megabytes for each of the module\n`);
    const header = ['module', 'engine', 'compiled ms', 'called ms', 'heap MB/MB', 'process MB/MB', 'peak MB/MB'];
    const cells = rows.map(({ module, mode, compileMs, callMs, heap, rss, peak }) => [
      module,
      mode,
      ...[compileMs, callMs].map((ms) => ms.toFixed(0)),
      ...[heap, rss, peak].map((ratio) => ratio.toFixed(1)),
    ]);
    console.log(textTable(header, cells));
    if (json !== undefined) writeFileSync(json, JSON.stringify({ host: hostText(), rounds, rows }, null, 2));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main();
