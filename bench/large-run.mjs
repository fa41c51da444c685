// What `bench/large-module.ts` starts: `node --expose-gc large-run.mjs read|native|auto|coverage FILE` loads a module, calls its first export that
// takes no arguments, and prints what that took. Plain JavaScript that uses the built package, since memory of the whole process is measured.

import { readFileSync } from 'node:fs';
import { peakKilobytes } from './peak-memory.mjs';

const [mode, file] = process.argv.slice(2);

/** The namespace, and what is done with an instance before anything of it runs. */
async function engine() {
  if (mode === 'native' || mode === 'read') return { namespace: globalThis.WebAssembly, attach: () => {} };
  const { Engine, instrument } = await import('../dist/lib/index.js');
  const attach = (instance) => (mode === 'coverage' ? instrument(instance, 'coverage') : undefined);
  return { namespace: new Engine().WebAssembly, attach };
}

/** Imports that do nothing. */
function stubs(W, module) {
  const imports = {};
  for (const { module: from, name, kind } of W.Module.imports(module)) {
    if (kind !== 'function') throw new Error(`no ${kind} can be provided for ${from}.${name}`);
    imports[from] = { ...imports[from], [name]: () => 0 };
  }
  return imports;
}

/** Bytes in use after all garbage is gone. */
async function settled() {
  for (let i = 0; i < 4; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.gc();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed + external };
}

const { namespace: W, attach } = await engine();
const bytes = readFileSync(file);
const before = await settled();
const start = performance.now();
const kept = [bytes];
const ms = {};
if (mode !== 'read') {
  const module = new W.Module(bytes);
  ms.compile = performance.now() - start;
  const instance = new W.Instance(module, stubs(W, module));
  ms.instantiate = performance.now() - start;
  kept.push(module, instance, attach(instance));
  const first = Object.values(instance.exports).find((value) => typeof value === 'function' && value.length === 0);
  try {
    first();
  } catch (error) {
    // Without its surroundings a program may trap: its code was reached all the same.
    if (!(error instanceof W.RuntimeError)) throw error;
  }
  ms.call = performance.now() - start;
}
const after = await settled();
const bytesOf = { rss: after.rss - before.rss, heap: after.heap - before.heap };
console.log(JSON.stringify({ ms, bytes: bytesOf, peakKB: peakKilobytes(), kept: kept.length }));
