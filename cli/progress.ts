/**
 * A line on the terminal that tells how a long run gets on. The program keeps this thread busy, so another one writes the line: it asks for
 * the figures through the inspector, which interrupts whatever runs. So a run that is watched executes nothing more.
 */

import { Worker } from 'node:worker_threads';
import { entryFile } from './entry-file.ts';
import { STATUS, type WorkerInput } from './progress-shared.ts';
import { STDERR, setStatusLine, writeAll } from './wasi/streams.ts';

/** Where the other thread finds the function that gives the figures. */
const KEY = Symbol.for('wiz.progress');

export class Progress {
  private readonly worker: Worker;
  /** The state of the line, as in `STATUS`. */
  private readonly status = new Int32Array(new SharedArrayBuffer(4));

  /** `executed` gives the number of instructions so far, or undefined where nothing counts them. */
  constructor(executed: () => number | undefined) {
    Object.defineProperty(globalThis, KEY, { value: executed, configurable: true });
    const workerData: WorkerInput = { status: this.status, start: Date.now() };
    this.worker = new Worker(entryFile('progress-worker'), { workerData });
    this.worker.unref();
    // Where there can be no such thread, there is no line: nothing to bother the user with.
    this.worker.on('error', () => undefined);
    setStatusLine(
      () => this.clear(),
      () => this.release(),
    );
  }

  /** Takes the line away, so that something else can be written. */
  private clear(): void {
    const { status } = this;
    let before = Atomics.compareExchange(status, 0, STATUS.drawn, STATUS.blocked);
    while (before === STATUS.drawing) before = Atomics.compareExchange(status, 0, STATUS.drawn, STATUS.blocked);
    if (before === STATUS.drawn) writeAll(STDERR, Buffer.from('\r\x1b[K'));
    else Atomics.store(status, 0, STATUS.blocked);
  }

  private release(): void {
    Atomics.store(this.status, 0, STATUS.none);
  }

  stop(): void {
    setStatusLine(undefined, undefined);
    this.clear();
    Reflect.deleteProperty(globalThis, KEY);
    // The process does not wait for it: it may be in the middle of a question.
    void this.worker.terminate();
  }
}
