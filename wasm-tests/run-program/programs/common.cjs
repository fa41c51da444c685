// A CommonJS program: `require`, synchronous compilation, `process.exit` in the midst.
const fs = require('node:fs');

const { fib } = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(process.argv[2]))).exports;
process.on('exit', (code) => console.log('exit', code, fib(4)));
console.log(fib(6));
process.exit(5);
