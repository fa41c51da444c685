// Prints what a module answers.
import { readFileSync } from 'node:fs';

const bytes = readFileSync(process.argv[2]);
console.log(WebAssembly.validate(bytes));
const { module, instance } = await WebAssembly.instantiate(bytes);
console.log(instance.exports.answer(), module instanceof WebAssembly.Module, instance instanceof WebAssembly.Instance);
console.log(JSON.stringify(WebAssembly.Module.exports(module)));
