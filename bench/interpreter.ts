/**
 * Speed of the interpreter: `npm run bench:interpreter [program...]`.
 *
 * Instructions are counted, not estimated: a global probe fires once for each, in a run that is not timed. `block`, `loop` and
 * `end` count as instructions, as the probe contract says. Times are medians of turns that the engines take one after the other.
 */

import { cpus } from 'node:os';
import { insertGlobalProbe, insertProbe, removeGlobalProbe, removeProbe, type WebAssembly } from '../engine/index.ts';
import { countInstructions, instantiate, type Run } from './count.ts';
import { measure, median } from './measure.ts';
import { type BenchProgram, programBytes, programs } from './programs.ts';
import { textTable } from './table.ts';

const options = { rounds: 9, turnMs: 150 };

interface Measured {
  readonly name: string;
  readonly instructions: number;
  readonly wizMs: number;
  readonly nativeMs: number;
  /** After probes were inserted, fired and removed. */
  readonly afterProbesMs: number;
}

function nativeRun(bytes: Uint8Array): Run {
  // The cast: only the engine's own namespace has types here.
  const host = (globalThis as unknown as { WebAssembly: typeof WebAssembly }).WebAssembly;
  return new host.Instance(new host.Module(bytes)).exports.run as Run;
}

/** An instance in which probes were: at the entry of each function, and everywhere. */
function onceProbed(bytes: Uint8Array, n: number): Run {
  const { instance, run } = instantiate(bytes);
  let fired = 0;
  const probe = { fire: () => void fired++ };
  const functions = instance.funcs.map((_, index) => index);
  for (const index of functions) insertProbe(instance, index, 0, probe);
  insertGlobalProbe(instance, probe);
  run(n);
  for (const index of functions) removeProbe(instance, index, 0, probe);
  removeGlobalProbe(instance, probe);
  if (fired === 0) throw new Error('the probes did not fire');
  return run;
}

async function measureProgram(program: BenchProgram): Promise<Measured> {
  const { name, n, small } = program;
  const bytes = await programBytes(program);
  const wiz = instantiate(bytes).run;
  const native = nativeRun(bytes);
  for (const run of [wiz, native]) {
    if (run(small.n) !== small.result) throw new Error(`${name} computes ${run(small.n)}, not ${small.result}`);
  }
  const probed = onceProbed(bytes, small.n);
  const times = await measure({ wiz: () => wiz(n), native: () => native(n), probed: () => probed(n) }, options);
  return {
    name,
    instructions: countInstructions(bytes, n),
    wizMs: times.wiz.medianMs,
    nativeMs: times.native.medianMs,
    afterProbesMs: times.probed.medianMs,
  };
}

function row({ name, instructions, wizMs, nativeMs, afterProbesMs }: Measured): string[] {
  return [
    name,
    (instructions / 1e6).toFixed(1),
    wizMs.toFixed(1),
    nativeMs.toFixed(2),
    (instructions / wizMs / 1000).toFixed(0),
    `${(wizMs / nativeMs).toFixed(0)}x`,
    `${(afterProbesMs / wizMs).toFixed(2)}x`,
  ];
}

const wanted = process.argv.slice(2);
const chosen = programs.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const measured: Measured[] = [];
for (const program of chosen) measured.push(await measureProgram(program));

console.log(`Node ${process.version}, ${cpus()[0]?.model}; medians of ${options.rounds} turns\n`);
const header = ['program', 'M instr', 'wiz ms', 'V8 ms', 'M instr/s', 'to V8', 'after probes'];
console.log(textTable(header, measured.map(row)));
console.log(`\nmedian: ${median(measured.map((m) => m.instructions / m.wizMs / 1000)).toFixed(0)} M instructions/s`);
