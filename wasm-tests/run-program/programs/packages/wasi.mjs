// A program in C, run by `node:wasi`: it counts the words of its standard input. The arguments are its module and a file to read.
import { openSync, readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [file, input] = process.argv.slice(2);
const wasi = new WASI({
  version: 'preview1',
  args: ['words', '-v', '-n', '8'],
  env: { ORDER: 'name' },
  stdin: openSync(input),
  returnOnExit: true,
});
const { instance } = await WebAssembly.instantiate(readFileSync(file), wasi.getImportObject());
console.log(`exit code ${wasi.start(instance)}`);
