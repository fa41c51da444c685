/** Workers of the program: each registers itself, whatever options it is started with. */

import { syncBuiltinESMExports } from 'node:module';
import workerThreads, { setEnvironmentData, type WorkerOptions } from 'node:worker_threads';
import { withRegister } from './node-options.ts';
import type { Threads } from './threads.ts';

/** Where the code of a worker stands that was started with `eval`. */
export const EVAL_CODE = 'wiz.eval';

/** `registerUrl` is imported by each worker before its own code. */
export function watchWorkers(threads: Threads, registerUrl: string): void {
  const { Worker } = workerThreads;
  const proxy: typeof Worker = new Proxy(Worker, {
    construct(target, [file, options, ...rest]: [unknown, WorkerOptions | undefined, ...unknown[]], newTarget) {
      const given = registered(options, registerUrl);
      const make = (source: unknown, own: WorkerOptions | undefined): object =>
        Reflect.construct(target, [source, own, ...rest], newTarget === proxy ? target : newTarget);
      if (given?.eval !== true || isModuleText(given)) return make(file, given);
      // Text is run by a file of ours: nothing is imported before text.
      setEnvironmentData(EVAL_CODE, String(file));
      try {
        return make(evalFile(registerUrl), { ...given, eval: false });
      } finally {
        setEnvironmentData(EVAL_CODE, undefined as never);
      }
    },
  });
  Worker.prototype.constructor = proxy;
  const { terminate } = Worker.prototype;
  Worker.prototype.terminate = new Proxy(terminate, {
    apply: async (target, self: InstanceType<typeof Worker>, args) => {
      await threads.gatherOne(self.threadId);
      return Reflect.apply(target, self, args);
    },
  });
  workerThreads.Worker = proxy;
  syncBuiltinESMExports();
}

/** What is given for a worker replaces what it would inherit: the registration as well, which is put back. */
function registered(options: WorkerOptions | undefined, registerUrl: string): WorkerOptions | undefined {
  if (typeof options !== 'object' || options === null) return options;
  const given: WorkerOptions = { ...options };
  if (Array.isArray(options.execArgv) && !options.execArgv.some((word) => word.includes(registerUrl))) {
    given.execArgv = [...options.execArgv, '--import', registerUrl];
  }
  if (typeof options.env === 'object' && options.env !== null) {
    given.env = { ...options.env, NODE_OPTIONS: withRegister(options.env.NODE_OPTIONS, registerUrl) };
  }
  return given;
}

function isModuleText({ execArgv = process.execArgv }: WorkerOptions): boolean {
  return execArgv.some((word) => word.startsWith('--input-type=module'));
}

function evalFile(registerUrl: string): URL {
  const extension = registerUrl.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./eval-worker.${extension}`, registerUrl);
}
