/** The programs of wasm-tests/programs, the examples and generated ones, as runs in an engine of their own, whose instances can be watched. */

import { readFileSync } from 'node:fs';
import type { ModuleInstance } from '../../../engine/index.ts';
import type { Tier } from '../../contract/tiers.ts';
import type { Exports, WasmNamespace } from '../../diff/namespace.ts';
import { Transcript } from '../../diff/transcript.ts';
import { assemble } from '../../programs/assemble.ts';
import { multiMemory, multiMemoryBeyond } from '../../programs/cases/multi-memory.ts';
import { cases } from '../../programs/cases.ts';
import { MiniWasi } from '../../programs/mini-wasi.ts';
import { assemble as assembleText } from '../../support/program.ts';
import { callsOf, generatedModule } from './generated.ts';

export interface Setting {
  readonly W: WasmNamespace;
  readonly t: Transcript;
}

type Run = (setting: Setting) => Promise<void>;

function example(name: string): Uint8Array {
  return readFileSync(new URL(`../../../examples/${name}.wasm`, import.meta.url));
}

function command(name: string, args: string[], stdin = ''): Run {
  return async ({ W, t }) => {
    const wasi = new MiniWasi([name, ...args], stdin);
    const { exports } = new W.Instance(new W.Module(example(name)), wasi.imports);
    t.note(`exit ${wasi.start(exports)}: ${wasi.stdout} ${wasi.stderr}`);
    t.state(exports);
  };
}

function invocation(name: string, func: string, ...args: unknown[]): Run {
  return async ({ W, t }) => {
    const { exports } = new W.Instance(new W.Module(example(name)));
    t.call(exports, func, ...args);
    t.state(exports);
  };
}

const several: Run = async ({ W, t }) => {
  const module = new W.Module(await assemble('multi-memory.wat'));
  const exports: Exports = new W.Instance(module).exports;
  multiMemory(t, exports);
  multiMemoryBeyond(t, exports);
};

const fromCases = Object.entries(cases).map(([name, { sources, run }]): [string, Run] => [
  name,
  async ({ W, t }) => {
    const binaries = await Promise.all(sources.map(assemble));
    run({ W, modules: binaries.map((bytes) => new W.Module(bytes)), t });
  },
]);

function generated(seed: number): Run {
  return async ({ W, t }) => {
    const { exports } = new W.Instance(new W.Module(assembleText(generatedModule(seed))));
    for (const [name, ...args] of callsOf(seed)) t.call(exports, name, ...args);
    t.state(exports);
  };
}

const SEEDS = Array.from({ length: 12 }, (_, seed) => seed + 1);

export const programs: Readonly<Record<string, Run>> = {
  ...Object.fromEntries(fromCases),
  'several memories': several,
  calculator: command('calculator', ['-2^2', 'fact(20) % 7', '2 % (3']),
  words: command('words', [], 'The cat and the hat\nand the bat\n'),
  sha256: command('sha256', ['', 'abc']),
  json: command('json', [], '{"a": [1, -2.5e3, {"b": null}], "c\\n": [true, "\\u0001"]}'),
  life: command('life', []),
  fib: invocation('fib', 'fib', 8),
  sieve: invocation('sieve', 'primes', 500),
  queens: invocation('queens', 'queens', 4),
  ...Object.fromEntries(SEEDS.map((seed) => [`generated ${seed}`, generated(seed)])),
};

export interface RunOptions {
  /** Sees each instance before anything of it runs. */
  readonly attach?: (instance: ModuleInstance) => void;
  readonly newTranscript?: (W: WasmNamespace) => Transcript;
}

/** Runs a program in an engine of the tier. What it did, as lines. */
export async function runProgram(tier: Tier, name: string, options: RunOptions = {}): Promise<string[]> {
  const engine = tier.engine();
  // The cast: the tests have a narrower type of the same namespace.
  const W = engine.WebAssembly as unknown as WasmNamespace;
  engine.observe({ onInstance: (instance) => options.attach?.(instance) });
  const t = options.newTranscript?.(W) ?? new Transcript(W);
  await (programs[name] as Run)({ W, t });
  return t.lines;
}
