/**
 * Ctrl-C while a program runs.
 *
 * A program runs synchronously, so handlers of signals never get their turn. Only Node's script runner can stop
 * JavaScript from outside: it terminates the execution at once, past every `catch` and `finally`, and reports it to its caller.
 *
 * SIGTERM cannot be had this way: it ends the process at once, without reports.
 */

import vm from 'node:vm';
import { codeOf } from './wasi/errno.ts';

export type Outcome<T> = { readonly isInterrupted: false; readonly value: T } | { readonly isInterrupted: true };

/** Calls `action`, until it returns, throws, or is interrupted by SIGINT. */
export function interruptible<T>(action: () => T): Outcome<T> {
  let value: T | undefined;
  const run = (): void => {
    value = action();
  };
  try {
    vm.runInNewContext('run()', { run }, { breakOnSigint: true, displayErrors: false });
  } catch (error) {
    if (codeOf(error) === 'ERR_SCRIPT_EXECUTION_INTERRUPTED') return { isInterrupted: true };
    throw error;
  }
  return { isInterrupted: false, value: value as T };
}
