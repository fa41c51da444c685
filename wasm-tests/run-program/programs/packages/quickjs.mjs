// A JavaScript engine (C, Emscripten) in which JavaScript runs: values, functions of the host, errors, promises.
import { getQuickJS, shouldInterruptAfterDeadline } from 'quickjs-emscripten';

const QuickJS = await getQuickJS();
const vm = QuickJS.newContext();
const results = [];

const world = vm.newString('world');
vm.setProp(vm.global, 'NAME', world);
world.dispose();
const twice = vm.newFunction('twice', (x) => vm.newNumber(2 * vm.getNumber(x)));
vm.setProp(vm.global, 'twice', twice);
twice.dispose();

const programs = [
  '`Hello ${NAME}!`',
  '(function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); })(12)',
  'JSON.stringify([1, 2, 3].map(twice).concat([..."äö𝄞"], { re: /b+/.exec("abbc").index, big: String(2n ** 70n) }))',
  'new Error("of the program").message.toUpperCase()',
  'null.x',
  'syntax error',
];
for (const program of programs) {
  const result = vm.evalCode(program);
  if (result.error) {
    const { name, message } = vm.dump(result.error);
    results.push([name, message]);
    result.error.dispose();
  } else {
    results.push(vm.dump(result.value));
    result.value.dispose();
  }
}

const promised = vm.unwrapResult(
  vm.evalCode('(async () => { let x = 0; for (const y of [1, 2]) x += await y; return x; })()'),
);
const settled = vm.resolvePromise(promised);
promised.dispose();
vm.runtime.executePendingJobs();
const value = vm.unwrapResult(await settled);
results.push(vm.getNumber(value));
value.dispose();
vm.dispose();

try {
  QuickJS.evalCode('while (true) {}', { shouldInterrupt: shouldInterruptAfterDeadline(Date.now() - 1) });
} catch (error) {
  results.push(error.message);
}
console.log(JSON.stringify(results));
