/** What the command line itself prints. */

import { codeOf } from './wasi/errno.ts';
import { STDERR, STDOUT, write } from './wasi/streams.ts';

/** Writes text to a standard stream; a reader that has gone away is no error (`wiz dump big.wasm | head`). */
function print(fd: number, text: string): void {
  try {
    write(fd, Buffer.from(text));
  } catch (error) {
    if (codeOf(error) !== 'EPIPE') throw error;
  }
}

/** Prints results: what the user asked for. */
export function printResult(text: string): void {
  print(STDOUT, text);
}

/** Prints messages and reports: everything that must not mix with what a program prints. */
export function printMessage(text: string): void {
  print(STDERR, text);
}
