// Loads a program in C, runs it, attaches analyses, runs it again, detaches them and drops everything: again and again. Prints the bytes in use after
// each of three parts. The arguments are the package, the module, and the number of rounds in a part.
import { readFileSync } from 'node:fs';

const [wiz, file, count] = process.argv.slice(2);
const { instrument } = await import(wiz);
const bytes = readFileSync(file);
let written = 0;
let round = 0;

/** What the program needs of a host: text to read, and output that goes nowhere. */
function host(memory) {
  const wasi = new Proxy({}, { get: () => () => 0 });
  let text = Buffer.from('one two three two three three\n'.repeat(20));
  const none = (count, size) => {
    for (const place of [count, size]) new DataView(memory().buffer).setUint32(place, 0, true);
    return 0;
  };
  return {
    wasi_snapshot_preview1: Object.assign(Object.create(wasi), {
      environ_sizes_get: none,
      args_sizes_get: none,
      fd_read(_fd, vectors, _count, result) {
        const view = new DataView(memory().buffer);
        const part = text.subarray(0, view.getUint32(vectors + 4, true));
        text = text.subarray(part.length);
        new Uint8Array(view.buffer).set(part, view.getUint32(vectors, true));
        view.setUint32(result, part.length, true);
        return 0;
      },
      fd_write(_fd, vectors, count, result) {
        const view = new DataView(memory().buffer);
        let length = 0;
        for (let i = 0; i < count; i++) length += view.getUint32(vectors + 8 * i + 4, true);
        view.setUint32(result, length, true);
        written += length;
        return 0;
      },
    }),
  };
}

/** Equal bytes would be the same module: each has the number of its round in a section of its own. */
function distinct() {
  const text = [4, ...Buffer.from('last'), ...Buffer.from(String(round++).padStart(8, '0'))];
  return Buffer.concat([bytes, Uint8Array.of(0, text.length, ...text)]);
}

/** A program in C runs once: one instance is run by itself, another one with analyses. */
async function oneRound() {
  const module = await WebAssembly.compile(distinct());
  (await instanceOf(module)).exports._start();
  const observed = await instanceOf(module);
  const running = ['coverage', 'hotness', 'calls'].map((name) => instrument(observed, name));
  observed.exports._start();
  for (const analysis of running) analysis.detach();
  if (running[0].result().modules[0].totals.functions.covered < 10) throw new Error('nothing was covered');
}

async function instanceOf(module) {
  const instance = await WebAssembly.instantiate(
    module,
    host(() => instance.exports.memory),
  );
  return instance;
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
