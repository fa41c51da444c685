// Ends in the way that it is told.
import { readFileSync } from 'node:fs';

const [file, how] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(file));
const { fib } = instance.exports;
fib(3);
if (how === 'handled') {
  process.on('SIGTERM', () => {
    console.log('handled', fib(2));
    process.exit(7);
  });
}
if (how === 'on-usr2') process.on('SIGUSR2', () => console.log('own'));
console.log('ready', process.listeners('SIGTERM').length);
if (how === 'throws') throw new Error('of the program');
if (how === 'busy') fib(60);
if (how !== 'returns') setInterval(() => undefined, 1000);
