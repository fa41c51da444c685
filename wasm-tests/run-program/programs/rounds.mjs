// Loads a program in C, runs it, attaches an analysis, runs it again, detaches the analysis and drops everything: again and again. Prints the bytes
// in use after each of three parts. The arguments are the package, the module, and the number of rounds in a part.
import { readFileSync } from 'node:fs';

const [wiz, file, count] = process.argv.slice(2);
const { instrument } = await import(wiz);
const bytes = readFileSync(file);
let written = 0;
let round = 0;

/** What the program needs of a host: output that goes nowhere. */
function host(memory) {
  const wasi = new Proxy({}, { get: () => () => 0 });
  return {
    wasi_snapshot_preview1: Object.assign(Object.create(wasi), {
      fd_write(_fd, vectors, vectorCount, result) {
        const view = new DataView(memory().buffer);
        let length = 0;
        for (let i = 0; i < vectorCount; i++) length += view.getUint32(vectors + 8 * i + 4, true);
        view.setUint32(result, length, true);
        written += length;
        return 0;
      },
      proc_exit(code) {
        throw new Error(`exit ${code}`);
      },
    }),
  };
}

/** Equal bytes would be the same module: each has the number of its round in a section of its own. */
function distinct() {
  const text = [4, ...Buffer.from('last'), ...Buffer.from(String(round++).padStart(8, '0'))];
  return Buffer.concat([bytes, Uint8Array.of(0, text.length, ...text)]);
}

async function oneRound() {
  let memory;
  const { instance } = await WebAssembly.instantiate(distinct(), host(() => memory));
  memory = instance.exports.memory;
  instance.exports._start();
  const running = ['coverage', 'hotness', 'calls'].map((name) => instrument(instance, name));
  instance.exports._start();
  for (const analysis of running) analysis.detach();
  instance.exports._start();
  if (running[0].result().modules[0].totals.functions.covered < 10) throw new Error('nothing was covered');
}

async function used() {
  for (let i = 0; i < 5; i++) {
    // Weak references are only cleared between tasks, and V8 compiles at the side.
    await new Promise((resolve) => setTimeout(resolve, 20));
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const parts = [];
for (let part = 0; part < 3; part++) {
  for (let i = 0; i < Number(count); i++) await oneRound();
  parts.push(await used());
}
console.log(JSON.stringify({ parts, written }));
