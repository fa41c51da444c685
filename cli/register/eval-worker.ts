/** Runs the text of a worker that was started with `eval: true`, as Node does: a script with `require` and its kin as globals. */

import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { getEnvironmentData } from 'node:worker_threads';
import { EVAL_CODE } from './workers.ts';

const NAME = '[worker eval]';

const require = createRequire(path.join(process.cwd(), NAME));
const module = { exports: {}, id: NAME, filename: path.join(process.cwd(), NAME), loaded: false, children: [] };
const globals = { require, module, exports: module.exports, __filename: NAME, __dirname: '.' };
for (const [name, value] of Object.entries(globals)) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
}
process.argv[1] = NAME;

// An import in such a script is nothing experimental without us.
const { emitWarning } = process;
process.emitWarning = new Proxy(emitWarning, {
  apply: (target, self, args) =>
    String(args[0]).startsWith('vm.USE_MAIN_CONTEXT_DEFAULT_LOADER ') ? undefined : Reflect.apply(target, self, args),
});

/** Absent in older versions, where such scripts cannot import. */
const { USE_MAIN_CONTEXT_DEFAULT_LOADER } = (vm.constants ?? {}) as unknown as {
  readonly USE_MAIN_CONTEXT_DEFAULT_LOADER?: never;
};
vm.runInThisContext(String(getEnvironmentData(EVAL_CODE)), {
  filename: NAME,
  ...(USE_MAIN_CONTEXT_DEFAULT_LOADER === undefined
    ? {}
    : { importModuleDynamically: USE_MAIN_CONTEXT_DEFAULT_LOADER }),
});
