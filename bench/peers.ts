/**
 * Comparison with other interpreters that run on Node: `npm run bench:peers`.
 *
 * - **wabt**: `wasm-interp` of the npm package `wabt`, an interpreter in C++ that is itself compiled to WebAssembly and run by V8.
 *   Each run is a process; what is timed is the difference between a long and a short run, which leaves out its start.
 * - Interpreters written in JavaScript were tried, and none runs these programs: `webassemblyjs` 1.14.1 computes wrong results
 *   (`fib(15)` is 15) and knows no bulk memory, no SIMD and no i64 at its border; `webassembly-interpreter` 0.0.31 loses locals.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { countInstructions, instantiate } from './count.ts';
import { measure, median } from './measure.ts';
import { type BenchProgram, programBytes, programs } from './programs.ts';
import { textTable } from './table.ts';

const wasmInterp = join(dirname(createRequire(import.meta.url).resolve('wabt')), 'bin/wasm-interp');
const ROUNDS = 5;
/** Long runs are this many times as long as those of the interpreter benchmark, or, for `run` that is not linear, just those. */
const LONGER: Readonly<Record<string, number>> = {
  'i32-loop': 10,
  'i64-hash': 10,
  'f64-loop': 10,
  sieve: 10,
  simd: 10,
};

/** Milliseconds that the process takes; checks what it computes. */
function wabtMs(file: string, n: number, expected: number | bigint): number {
  const started = performance.now();
  const args = [wasmInterp, file, '--run-export', 'run', '--argument', `i32:${n}`];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const ms = performance.now() - started;
  const text = /=> \w+:(\S+)/.exec(stdout)?.[1];
  if (text === undefined) throw new Error(`wasm-interp failed: ${stdout}${stderr}`);
  // It prints integers unsigned, and six digits of floats.
  const same =
    typeof expected === 'bigint'
      ? BigInt.asIntN(64, BigInt(text)) === expected
      : Math.abs(Number(text) - expected) <= 1e-6 * Math.abs(expected) || (Number(text) | 0) === expected;
  if (!same) throw new Error(`wasm-interp computes ${text}, not ${expected}`);
  return ms;
}

async function compare(program: BenchProgram, folder: string): Promise<string[]> {
  const { name, small } = program;
  const bytes = await programBytes(program);
  const { run } = instantiate(bytes);
  const long = program.n * (LONGER[name] ?? 1);
  const file = join(folder, `${name}.wasm`);
  writeFileSync(file, bytes);
  const result = run(long);
  const times = Array.from({ length: ROUNDS }, () => wabtMs(file, long, result) - wabtMs(file, small.n, small.result));
  const wabt = (countInstructions(bytes, long) - countInstructions(bytes, small.n)) / median(times) / 1000;
  const { wiz } = await measure({ wiz: () => run(program.n) }, { rounds: ROUNDS, turnMs: 200 });
  const own = countInstructions(bytes, program.n) / wiz.medianMs / 1000;
  return [name, own.toFixed(0), wabt.toFixed(0), `${(own / wabt).toFixed(1)}x`];
}

const folder = mkdtempSync(join(tmpdir(), 'wiz-peers-'));
try {
  const rows: string[][] = [];
  for (const program of programs) rows.push(await compare(program, folder));
  console.log(`Node ${process.version}; millions of instructions per second, medians of ${ROUNDS}\n`);
  console.log(textTable(['program', 'wiz', 'wabt', 'wiz to wabt'], rows));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
