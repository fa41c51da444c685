/**
 * Writing to the standard streams, synchronously and completely.
 *
 * `process.stdout` is not used: what it holds back in memory is lost when the process ends, and touching it makes
 * a pipe non-blocking, for the program as well.
 */

import fs from 'node:fs';
import { codeOf } from './errno.ts';

export const STDIN = 0;
export const STDOUT = 1;
export const STDERR = 2;

/** How long to wait before a full pipe is tried again, in milliseconds. */
const RETRY_MS = 2;
const never = new Int32Array(new SharedArrayBuffer(4));

/** Blocks for a time in milliseconds; ends early when the script is interrupted. */
export function sleep(milliseconds: number): void {
  Atomics.wait(never, 0, 0, milliseconds);
}

/** What has to happen around each write while a status line is on the terminal. */
let statusLine: { readonly clear: () => void; readonly release: () => void } | undefined;

/** Something keeps a line on the terminal that others must not write into: `clear` takes it away, `release` lets it come back. */
export function setStatusLine(clear: (() => void) | undefined, release: (() => void) | undefined): void {
  statusLine = clear === undefined || release === undefined ? undefined : { clear, release };
}

/** Writes all bytes around a status line. */
export function write(fd: number, bytes: Uint8Array): void {
  statusLine?.clear();
  try {
    writeAll(fd, bytes);
  } finally {
    statusLine?.release();
  }
}

/** Writes all bytes, waiting while the reader is slow. Throws what the host reports: EPIPE, EIO, ... */
export function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    try {
      done += fs.writeSync(fd, bytes, done, bytes.length - done);
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
      sleep(RETRY_MS);
    }
  }
}
