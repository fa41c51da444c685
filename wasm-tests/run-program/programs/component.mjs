// Uses a component that jco has transpiled, given by its path, and one that jco itself consists of.
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';

const { count } = await import(process.argv[2]);
console.log(JSON.stringify(count('a few of the longest words')));
try {
  count('   ');
} catch (error) {
  console.log(String(error));
}
console.log((await parse('(module (func (export "f") (result i32) i32.const 42))')).join());
