/** The programs on which events are compared with references: those of wasm-tests/programs, the examples and generated ones. */

import { readFileSync } from 'node:fs';
import type { Engine, ModuleInstance } from '../../../engine/index.ts';
import type { Exports, WasmNamespace } from '../../diff/namespace.ts';
import { Transcript } from '../../diff/transcript.ts';
import { assemble } from '../../programs/assemble.ts';
import { multiMemory, multiMemoryBeyond } from '../../programs/cases/multi-memory.ts';
import { cases } from '../../programs/cases.ts';
import { isWatchedIn } from '../../programs/heavy.ts';
import { MiniWasi } from '../../programs/mini-wasi.ts';
import { assemble as assembleText } from '../../support/program.ts';
import { branchy } from './branchy.ts';
import { callsOf, generatedModule } from './generated.ts';
import { type Marking, watched } from './watched.ts';
import { some } from '../../support/thorough.ts';

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

/** Calls of the exports of an example. */
function invocations(name: string, ...calls: readonly (readonly [string, ...unknown[]])[]): Run {
  return async ({ W, t }) => {
    const { exports } = new W.Instance(new W.Module(example(name)));
    for (const [func, ...args] of calls) t.call(exports, func, ...args);
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
  fib: invocations('fib', ['fib', 9], ['fib_fast', 40]),
  sieve: invocations('sieve', ['primes', 500]),
  queens: invocations('queens', ['queens', 5]),
  mandelbrot: invocations('mandelbrot', ['inside', 6, 20]),
  [branchy.name]: async ({ W, t }) => branchy.run({ W, modules: [new W.Module(await branchy.bytes())], t }),
  ...Object.fromEntries(SEEDS.map((seed) => [`generated ${seed}`, generated(seed)])),
};

/** Names of the programs that are watched in a tier; `kind` tells one kind of watching from another. */
export function programNames(tier: string, kind = 0): string[] {
  return some(
    Object.keys(programs).filter((name) => isWatchedIn(tier, name, kind)),
    3,
  );
}

export interface RunOptions extends Marking {
  /** Sees each instance before anything of it runs, with its number. */
  attach?(instance: ModuleInstance, number: number): void;
  readonly newTranscript?: (W: WasmNamespace) => Transcript;
}

/** Runs a program in an engine that is its own. What it did, as lines. */
export async function runProgram(engine: Engine, name: string, options: RunOptions = {}): Promise<string[]> {
  const isMarked = options.mark !== undefined || 'isDone' in options;
  // The cast: the tests have a narrower type of the same namespace.
  const W = isMarked ? watched(engine, options) : (engine.WebAssembly as unknown as WasmNamespace);
  let count = 0;
  engine.observe({ onInstance: (instance) => options.attach?.(instance, count++) });
  const t = options.newTranscript?.(W) ?? new Transcript(W);
  await (programs[name] as Run)({ W, t });
  return t.lines;
}
