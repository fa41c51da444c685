/** The thread that writes the progress line. */

import fs from 'node:fs';
import { Session } from 'node:inspector';
import { workerData } from 'node:worker_threads';
import { STATUS, type WorkerInput } from './progress-shared.ts';

/** A run that is shorter than this has no line. */
const FIRST_MS = 1000;
const EVERY_MS = 250;
const STDERR = 2;

// The thread that made this one gives it that.
const { status, start } = workerData as WorkerInput;

const session = new Session();

function begin(): void {
  session.connectToMainThread();
  setInterval(ask, EVERY_MS);
}

/** The answer comes when the program is interrupted: at the next turn of a loop, or call of a function. */
function ask(): void {
  const params = { expression: 'globalThis[Symbol.for("wiz.progress")]?.()', returnByValue: true };
  session.post('Runtime.evaluate', params, (error, answer) => {
    // The library knows the answers of few questions only.
    if (error === null) draw((answer as { result?: { value?: unknown } }).result?.value);
  });
}

function draw(executed: unknown): void {
  const before = Atomics.load(status, 0);
  if (before !== STATUS.none && before !== STATUS.drawn) return;
  if (Atomics.compareExchange(status, 0, before, STATUS.drawing) !== before) return;
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  const count = typeof executed === 'number' ? `, ${executed.toLocaleString('en-US')} instructions` : '';
  try {
    fs.writeSync(STDERR, `\r\x1b[Kwiz: ${seconds} s${count}`);
  } catch {
    // The terminal is gone, or busy: the line can do without.
  }
  Atomics.store(status, 0, STATUS.drawn);
}

setTimeout(begin, FIRST_MS - (Date.now() - start));
