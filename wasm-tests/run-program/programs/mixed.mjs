// Links modules with each other, which share functions, memories, tables, globals and tags.
import { readFileSync } from 'node:fs';

const [folder, order = 'provider-first'] = process.argv.slice(2);
const load = (name) => new WebAssembly.Module(readFileSync(`${folder}/${name}.wasm`));
const lines = [];
const print = (...values) => lines.push(values.join(' '));

const host = { log: (x) => print('log', x) };
if (order === 'script-first') {
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: 4 });
  const counter = new WebAssembly.Global({ value: 'i32', mutable: true }, 40);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const user = new WebAssembly.Instance(load('user'), {
    provider: { table, counter, memory, twice: (x) => 2 * x },
    host,
  });
  table.set(1, user.exports.bump);
  table.set(2, new WebAssembly.Instance(load('fib')).exports.fib);
  print(user.exports.run(1), user.exports.run(2), counter.value, new Uint8Array(memory.buffer)[8]);
} else {
  const provider = new WebAssembly.Instance(load('provider'));
  print(provider instanceof WebAssembly.Instance, provider.exports.table instanceof WebAssembly.Table);
  print(provider.exports.counter instanceof WebAssembly.Global, provider.exports.memory instanceof WebAssembly.Memory);
  const user = await WebAssembly.instantiate(load('user'), { provider: provider.exports, host });
  print(user instanceof WebAssembly.Instance, user.exports.run(0), provider.exports.counter.value);
  provider.exports.table.set(2, new WebAssembly.Instance(load('fib')).exports.fib);
  const { fib } = new WebAssembly.Instance(load('fib')).exports;
  provider.exports.table.set(3, fib);
  print(user.exports.run(2), user.exports.run(3), provider.exports.table.get(3) === fib);
  provider.exports.table.set(1, user.exports.bump);
  print(user.exports.run(1), provider.exports.table.get(1) === user.exports.bump);
  print(new Uint8Array(provider.exports.memory.buffer)[8]);
  try {
    provider.exports.fail();
  } catch (error) {
    print(error instanceof WebAssembly.RuntimeError, error instanceof Error, error.message);
  }
}
console.log(lines.join('\n'));
