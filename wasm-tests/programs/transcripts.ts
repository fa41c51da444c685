/** Whole programs in an engine: those of this folder, and the examples on small inputs. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../../engine/index.ts';
import type { Exports, WasmMemory, WasmNamespace } from '../diff/namespace.ts';
import { Transcript } from '../diff/transcript.ts';
import { assemble } from './assemble.ts';
import type { ProgramCase } from './cases/common.ts';
import { multiMemory, multiMemoryBeyond } from './cases/multi-memory.ts';
import { cases } from './cases.ts';
import { MiniWasi } from './mini-wasi.ts';

// The cast: the tests' own, smaller description of the namespace.
export const namespaceOf = (engine: Engine): WasmNamespace => engine.WebAssembly as unknown as WasmNamespace;

const severalMemories: ProgramCase = {
  sources: ['multi-memory.wat'],
  run: ({ W, modules, t }) => {
    for (const run of [multiMemory, multiMemoryBeyond]) run(t, new W.Instance(modules[0] as object).exports);
  },
};

/** The programs of this folder, by what they are about. */
export const programs: Readonly<Record<string, ProgramCase>> = { ...cases, 'multi-memory': severalMemories };

/** What a program does in an engine. */
export async function transcriptOf(engine: Engine, { sources, run }: ProgramCase): Promise<string[]> {
  const binaries = await Promise.all(sources.map(assemble));
  const W = namespaceOf(engine);
  const t = new Transcript(W);
  run({ W, modules: binaries.map((bytes) => new W.Module(bytes)), t });
  return t.lines;
}

function exampleBytes(name: string): Uint8Array {
  return readFileSync(fileURLToPath(new URL(`../../examples/${name}.wasm`, import.meta.url)));
}

type Call = (...args: unknown[]) => unknown;

function call(W: WasmNamespace, name: string, func: string, ...args: unknown[]): unknown {
  const { exports } = new W.Instance(new W.Module(exampleBytes(name)));
  return (exports[func] as Call)(...args);
}

function command(W: WasmNamespace, name: string, args: string[], stdin = ''): unknown {
  const wasi = new MiniWasi([name, ...args], stdin);
  const { exports } = new W.Instance(new W.Module(exampleBytes(name)), wasi.imports);
  const code = wasi.start(exports as Exports);
  const memory = new Uint8Array((exports.memory as WasmMemory).buffer);
  return { code, stdout: wasi.stdout, stderr: wasi.stderr, memory: createHash('sha256').update(memory).digest('hex') };
}

/** The examples: each gives what it did. */
export const examples: Readonly<Record<string, (W: WasmNamespace) => unknown>> = {
  fib: (W) => [call(W, 'fib', 'fib', 12), call(W, 'fib', 'fib_fast', 60)],
  sieve: (W) => call(W, 'sieve', 'primes', 2000),
  queens: (W) => call(W, 'queens', 'queens', 4),
  mandelbrot: (W) => call(W, 'mandelbrot', 'inside', 8, 10),
  calculator: (W) => [command(W, 'calculator', []), command(W, 'calculator', ['-2^2', '1/0', 'x'])],
  words: (W) => command(W, 'words', [], 'The cat and the hat\nand the bat\n'),
  sha256: (W) => command(W, 'sha256', ['', 'abc']),
  json: (W) => [command(W, 'json', [], '{"a":[1,-2.5e3,null]}'), command(W, 'json', [], '[1, 2')],
};
