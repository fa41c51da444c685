/** Rule 21 of the probe contract: programs do the same with every kind of probe attached to everything. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../engine/index.ts';
import type { Exports, WasmMemory, WasmNamespace } from '../diff/namespace.ts';
import { Transcript } from '../diff/transcript.ts';
import { callAll } from '../fuzz/call-all.ts';
import { generateModule } from '../fuzz/generate.ts';
import { assemble } from '../programs/assemble.ts';
import { cases } from '../programs/cases.ts';
import type { ProgramCase } from '../programs/cases/common.ts';
import { multiMemory, multiMemoryBeyond } from '../programs/cases/multi-memory.ts';
import { MiniWasi } from '../programs/mini-wasi.ts';
import { watchEngine, watchers } from './support/everything.ts';
import { tiers } from './tiers.ts';

/** Somewhat more than 100, since a few are passed over. */
const GENERATED = 110;
const GENERATED_PER_TEST = 10;
const kinds = Object.entries(watchers);

// The cast: the tests' own, smaller description of the namespace.
const namespaceOf = (engine: Engine): WasmNamespace => engine.WebAssembly as unknown as WasmNamespace;

const severalMemories: ProgramCase = {
  sources: ['multi-memory.wat'],
  run: ({ W, modules, t }) => {
    for (const run of [multiMemory, multiMemoryBeyond]) run(t, new W.Instance(modules[0] as object).exports);
  },
};

const programs: Readonly<Record<string, ProgramCase>> = { ...cases, 'multi-memory': severalMemories };

async function transcriptOf(engine: Engine, { sources, run }: ProgramCase): Promise<string[]> {
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

const examples: Readonly<Record<string, (W: WasmNamespace) => unknown>> = {
  fib: (W) => [call(W, 'fib', 'fib', 12), call(W, 'fib', 'fib_fast', 60)],
  sieve: (W) => call(W, 'sieve', 'primes', 2000),
  queens: (W) => call(W, 'queens', 'queens', 4),
  mandelbrot: (W) => call(W, 'mandelbrot', 'inside', 8, 10),
  calculator: (W) => [command(W, 'calculator', []), command(W, 'calculator', ['-2^2', '1/0', 'x'])],
  words: (W) => command(W, 'words', [], 'The cat and the hat\nand the bat\n'),
  sha256: (W) => command(W, 'sha256', ['', 'abc']),
  json: (W) => [command(W, 'json', [], '{"a":[1,-2.5e3,null]}'), command(W, 'json', [], '[1, 2')],
};

let observed = 0;
let compared = 0;

describe.each(tiers)('non-interference in tier $name', (tier) => {
  // What programs do without probes, once for all kinds.
  const plain = new Map<string, unknown>();
  async function withoutProbes<T>(name: string, run: (engine: Engine) => T | Promise<T>): Promise<T> {
    if (!plain.has(name)) plain.set(name, await run(tier.engine()));
    return plain.get(name) as T;
  }

  describe.each(kinds)('rule 21: with probes of kind %s', (_kind, watcher) => {
    it.each(Object.entries(programs))('the program %s', async (name, program) => {
      const expected = await withoutProbes(name, (engine) => transcriptOf(engine, program));
      expect(expected.length).toBeGreaterThan(3);
      const engine = tier.engine();
      const { watches } = watchEngine(engine, watcher);
      expect(await transcriptOf(engine, program)).toEqual(expected);
      for (const watch of watches) {
        observed += watch.events();
        watch.detach();
      }
      expect(engine.machine.isTraced).toBe(false);
    });

    it.each(Object.entries(examples))('the example %s', async (name, run) => {
      const expected = await withoutProbes(`example ${name}`, (engine) => run(namespaceOf(engine)));
      const engine = tier.engine();
      const { watches } = watchEngine(engine, watcher);
      expect(run(namespaceOf(engine))).toEqual(expected);
      expect(watches.reduce((sum, watch) => sum + watch.events(), 0)).toBeGreaterThan(0);
    });
  });

  describe('rule 21: with all of them together', () => {
    for (let first = 0; first < GENERATED; first += GENERATED_PER_TEST) {
      it(`the generated modules ${first} to ${first + GENERATED_PER_TEST - 1}`, async () => {
        for (let seed = first; seed < first + GENERATED_PER_TEST; seed++) {
          const bytes = await generateModule(seed);
          const W = namespaceOf(tier.engine());
          // Now and then the generator uses a feature that it was not given.
          if (!W.validate(bytes)) continue;
          compared++;
          const expected = callAll(W, bytes, seed);
          const engine = tier.engine();
          const { watches } = watchEngine(engine, watchers.together as (typeof watchers)[string]);
          expect(callAll(namespaceOf(engine), bytes, seed), `seed ${seed}`).toEqual(expected);
          observed += watches.length;
        }
      }, 300_000);
    }
  });
});

afterAll(() => {
  // An attachment to nothing would pass everything above.
  expect(observed).toBeGreaterThan(10_000);
  expect(compared).toBeGreaterThanOrEqual((GENERATED * tiers.length * 95) / 100);
});
