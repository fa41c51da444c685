/** The ways in which a process ends, and signals. The program's own handlers go first, and its exit code stays. */

import { isMainThread } from 'node:worker_threads';
import { leaveNote } from './notes.ts';
import type { EndReports } from './process-reports.ts';

/** Ends on which Node calls nobody unless somebody listens. */
const deadly: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** What has to happen when the process ends, behind the program's own handlers of `exit`; the exit code, given that of the program. */
type Finish = (code: number) => number;

/**
 * Watches how the process ends. `finish` is called once it has. The result does all that a signal does but
 * end the process, and tells whether the signal would.
 */
export function watchEnd(reports: EndReports, finish: Finish): (signal: NodeJS.Signals) => boolean {
  process.on('uncaughtExceptionMonitor', (error) => reports.failed(error));
  behindExit(finish);
  const handlers = new Map<NodeJS.Signals, () => boolean>();
  if (isMainThread) for (const signal of deadly) handlers.set(signal, watchSignal(signal, reports, finish));
  return (signal) => handlers.get(signal)?.() ?? false;
}

/**
 * Handlers of `exit` run in the order in which they were added, and those that the program will add may run Wasm. So the event itself
 * is wrapped, and the last function that Node calls, for handlers that leave by `process.exit`.
 */
function behindExit(finish: Finish): void {
  const { emit } = process;
  process.emit = new Proxy(emit, {
    apply(target, self, args) {
      if (args[0] !== 'exit') return Reflect.apply(target, self, args);
      try {
        return Reflect.apply(target, self, args);
      } finally {
        const code = exitCode(process.exitCode ?? args[1]);
        const own = finish(code);
        if (own !== code) process.exitCode = own;
      }
    },
  });
  const inner = process as unknown as { reallyExit?: (code?: number) => never };
  const { reallyExit } = inner;
  if (reallyExit === undefined) return;
  inner.reallyExit = (code) => Reflect.apply(reallyExit, process, [finish(exitCode(code))]);
}

function exitCode(code: unknown): number {
  return typeof code === 'number' ? code : Number(code ?? 0) || 0;
}

/**
 * A signal that would end the process ends it, with reports, if the program has no handler of its own. The result does the same without
 * ending it.
 */
function watchSignal(signal: NodeJS.Signals, reports: EndReports, finish: Finish): () => boolean {
  const prepare = (): boolean => {
    if (process.listenerCount(signal) > 1) return false; // the program's own business
    reports.finish({ kind: 'interrupted' });
    finish(0);
    process.removeListener(signal, handler);
    return true;
  };
  const handler = (): void => {
    if (prepare()) process.kill(process.pid, signal);
  };
  process.on(signal, handler);
  hide(signal, handler);
  process.on('newListener', (name) => {
    if (name === signal) leaveNote(`handles-${signal}`);
  });
  return prepare;
}

/**
 * Programs that look whether somebody else handles a signal leave it to the others, which `signal-exit` does in many tools: so what they see
 * is what they would see without us.
 */
function hide(signal: NodeJS.Signals, handler: () => void): void {
  for (const name of ['listeners', 'rawListeners'] as const) {
    const value = new Proxy(process[name], {
      apply(target: (...args: never[]) => unknown, self, args) {
        const all = Reflect.apply(target, self, args) as unknown[];
        return args[0] === signal ? all.filter((listener) => listener !== handler) : all;
      },
    });
    Object.defineProperty(process, name, { value, writable: true, configurable: true });
  }
}

/** Writes reports upon a signal, while the program goes on. Handlers of the program are called as well. */
export function reportOn(signal: NodeJS.Signals, reports: EndReports): void {
  if (isMainThread) process.on(signal, () => reports.writeBetween());
}
