// Hands a module to workers of all kinds, and to processes; prints what they compute.
import { execFileSync, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const [file, role] = process.argv.slice(2);
const fib = (module, n) => new WebAssembly.Instance(module).exports.fib(n);

if (!isMainThread) {
  const nested = workerData.nested.get('list')[0];
  parentPort.once('message', async ({ module }) => {
    const instance = await WebAssembly.instantiate(module);
    parentPort.postMessage([
      module instanceof WebAssembly.Module,
      Object.prototype.toString.call(module),
      WebAssembly.Module.exports(nested).map(({ name }) => name),
      fib(nested, 10),
      instance.exports.fib(11),
    ]);
  });
} else if (role === 'child') {
  console.log(fib(new WebAssembly.Module(readFileSync(file)), 12));
} else {
  const module = new WebAssembly.Module(readFileSync(file));
  const clone = structuredClone({ module }).module;
  console.log(clone === module, clone instanceof WebAssembly.Module, fib(clone, 9));

  const answer = (worker, message) =>
    new Promise((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (value) => resolve(worker.terminate().then(() => value)));
      if (message !== undefined) worker.postMessage(message);
    });
  const data = { nested: new Map([['list', [module]]]) };
  for (const options of [{}, { execArgv: [] }, { env: {} }, { env: {}, execArgv: [] }]) {
    const worker = new Worker(new URL(import.meta.url), { workerData: data, ...options });
    console.log(JSON.stringify(await answer(worker, { module })));
  }
  const text = `
    const { parentPort, workerData } = require('node:worker_threads');
    import('node:path').then(({ sep }) => {
      const { fib } = new WebAssembly.Instance(workerData).exports;
      parentPort.postMessage([fib(13), __filename, process.argv[1], typeof module, sep]);
    });`;
  console.log(JSON.stringify(await answer(new Worker(text, { eval: true, workerData: module }))));

  const forked = fork(import.meta.filename ?? new URL(import.meta.url).pathname, [file, 'child']);
  await new Promise((resolve) => forked.on('exit', resolve));
  const args = [new URL(import.meta.url).pathname, file, 'child'];
  process.stdout.write(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}
