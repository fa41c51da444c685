/**
 * `setupFiles: ['wiz/vitest']`: the WebAssembly that tests load runs in this engine. Vitest runs this file before each file of tests, in
 * its process or thread.
 */

import { isMainThread } from 'node:worker_threads';
import { afterAll, inject } from 'vitest';
import { printMessage } from '../output.ts';
import { registration } from '../register/registration.ts';
import { PROVIDED, type Provided } from './provided.ts';

const PLUGIN = 'plugins: [wiz()], which wiz/vitest/plugin exports,';

// The names that projects provide are types of theirs.
const provided = inject(PROVIDED as never) as Provided | undefined;
if (provided?.isOn ?? true) await begin();

async function begin(): Promise<void> {
  const isCollecting = provided !== undefined && Object.keys(provided.variables).length > 0;
  if (isCollecting) {
    if (isRegisteredByOthers()) {
      throw new Error('wiz run and the coverage of wiz/vitest exclude each other: run Vitest without wiz run');
    }
    Object.assign(process.env, provided.variables);
  } else if (provided === undefined && workerConfig().coverage?.enabled === true) {
    printMessage(`wiz: the coverage of Vitest will lack WebAssembly: add ${PLUGIN} to the configuration\n`);
  }
  if (!isCollecting && process.env.WIZ_PROBE && workerConfig().pool?.startsWith('vm')) {
    printMessage(
      'wiz: reports of WIZ_PROBE lack most of the tests in this pool: choose --pool forks or --pool threads\n',
    );
  }
  // It looks at the environment when it is loaded.
  await import('../register/register.ts');
  // Unless another order is configured, what is added first runs last, behind all that tests do.
  if (isCollecting) afterAll(() => registration()?.writeCollected());
  // Vitest terminates its threads, which then have no end at which to report.
  else if (!isMainThread) afterAll(() => registration()?.writeReports());
}

/** Registered before this file asked for it the first time. */
function isRegisteredByOthers(): boolean {
  return registration() !== undefined && process.env.WIZ_COLLECT === undefined;
}

interface WorkerConfig {
  readonly pool?: string;
  readonly coverage?: { readonly enabled?: boolean };
}

/** The state of a worker is known to Vitest itself only, under this name. */
function workerConfig(): WorkerConfig {
  const { __vitest_worker__: worker } = globalThis as {
    readonly __vitest_worker__?: { readonly config?: WorkerConfig };
  };
  return worker?.config ?? {};
}
