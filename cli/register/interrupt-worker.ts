/**
 * The thread that stops a program that computes. Handlers of signals wait until it has returned to its event loop; so `wiz run` says in a
 * file that a signal has come, and this thread interrupts the program through the inspector.
 */

import fs from 'node:fs';
import { Session } from 'node:inspector';
import { workerData } from 'node:worker_threads';
import type { InterruptInput } from './interrupts.ts';

const EVERY_MS = 100;
/** How long the program has for handling the signal by itself. */
const GRACE_MS = 300;

// The thread that made this one gives it that.
const { files } = workerData as InterruptInput;
const seen = new Map<NodeJS.Signals, number>();

setInterval(() => {
  for (const [signal, file] of files) {
    if (!fs.existsSync(file)) continue;
    const since = seen.get(signal) ?? Date.now();
    seen.set(signal, since);
    if (Date.now() - since >= GRACE_MS) interrupt(signal);
  }
}, EVERY_MS);

let isAsked = false;

/** The function is called at the next turn of a loop, or call of a function. */
function interrupt(signal: NodeJS.Signals): void {
  if (isAsked) return;
  isAsked = true;
  const session = new Session();
  session.connectToMainThread();
  const expression = `globalThis[Symbol.for("wiz.interrupt")]?.(${JSON.stringify(signal)})`;
  session.post('Runtime.evaluate', { expression, returnByValue: true }, (error, answer) => {
    // A process that ends with a session waits for it.
    session.disconnect();
    isAsked = false;
    // The library knows the answers of few questions only.
    if (error === null && (answer as { result?: { value?: unknown } }).result?.value === true) {
      process.kill(process.pid, signal);
    }
  });
}
