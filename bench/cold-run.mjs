// What `bench/cold.ts` starts: `node cold-run.mjs native|auto|js|interpreter FILE N` prints what `run(N)` gives.
// Plain JavaScript that uses the built package, since it is the whole process that is timed.

import { readFileSync } from 'node:fs';

const [tier, file, n] = process.argv.slice(2);

async function namespace() {
  if (tier === 'native') return globalThis.WebAssembly;
  const { Engine } = await import('../dist/lib/index.js');
  return new Engine({ tier }).WebAssembly;
}

const { Module, Instance } = await namespace();
const { exports } = new Instance(new Module(readFileSync(file)));
console.log(String(exports.run(Number(n))));
