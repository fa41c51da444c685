/** Signals for a program that computes, and does not get to its handlers. */

import path from 'node:path';
import workerThreads from 'node:worker_threads';

export interface InterruptInput {
  /** Signals, and the file that is there when one has come. */
  readonly files: readonly (readonly [NodeJS.Signals, string])[];
}

/** Those that are told in this way. */
export const interrupts: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];

/** The file by which `wiz run` tells of a signal. */
export function interruptFile(session: string, signal: NodeJS.Signals): string {
  return path.join(session, `interrupt-${signal}`);
}

/** The class as it is before workers of the program are watched: this one is none of them. */
const { Worker } = workerThreads;

/** Where the other thread finds the function to call. */
const KEY = Symbol.for('wiz.interrupt');

/**
 * Calls `interrupted` in the midst of what the main thread does, some time after `wiz run` has told of a signal; the process is ended by that signal
 * if the function says so.
 */
export function watchInterrupts(
  session: string,
  registerUrl: string,
  interrupted: (signal: NodeJS.Signals) => boolean,
): void {
  Object.defineProperty(globalThis, KEY, { value: interrupted, configurable: true });
  const files = interrupts.map((signal) => [signal, interruptFile(session, signal)] as const);
  const workerData: InterruptInput = { files };
  const extension = registerUrl.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./interrupt-worker.${extension}`, registerUrl), {
    workerData,
    execArgv: [],
    env: {},
  });
  worker.unref();
  // Where there can be no such thread, signals wait for the program.
  worker.on('error', () => undefined);
}
