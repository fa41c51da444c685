/**
 * The threads of a process. A thread that has something to report says so in shared memory, since a process that ends, and whoever
 * terminates a worker, stops it without a word: so it is asked for its reports before, and has a moment to write them.
 */

import { BroadcastChannel, getEnvironmentData, setEnvironmentData, threadId } from 'node:worker_threads';
import { printMessage } from '../output.ts';
import type { Settings } from './settings.ts';

const CHANNEL = 'wiz.reports';
const SHARED = 'wiz.registered';

/** How long threads have for their reports, in milliseconds. One that runs Wasm, or waits, does not get to them. */
const PATIENCE_MS = 2000;
/** How often a thread that is to be terminated is looked at, in milliseconds. */
const POLL_MS = 5;

/** Stands for the number of every thread. */
const ALL = -1;

const THREADS = 4096;
/** Places in the shared memory: a number that changes when a thread has reported, an exit code, and behind them one for each thread. */
const CHANGES = 0;
const EXIT_CODE = 1;
const FIRST = 2;
const STATE = { silent: 0, reporting: 1, reported: 2 } as const;

/** What a thread leaves for those that it starts. */
interface Shared {
  readonly settings: Settings;
  readonly state: Int32Array;
}

/** What the thread that has started this one left; undefined in the main thread. */
export function inherited(): Shared | undefined {
  // Only this file sets it.
  return getEnvironmentData(SHARED) as unknown as Shared | undefined;
}

export class Threads {
  private readonly state: Int32Array;

  constructor(settings: Settings) {
    this.state = inherited()?.state ?? new Int32Array(new SharedArrayBuffer(4 * (FIRST + THREADS)));
    // The types lack shared memory, which is cloned as it is.
    setEnvironmentData(SHARED, { settings, state: this.state } as never);
  }

  /** This thread, a worker, has something to report. `report` writes it when somebody asks. */
  begin(report: () => void): void {
    const place = placeOf(threadId);
    if (Atomics.compareExchange(this.state, place, STATE.silent, STATE.reporting) !== STATE.silent) return;
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = (event) => {
      const { data } = event as { data: unknown };
      if (data === ALL || data === threadId) report();
    };
    channel.unref();
  }

  /** This thread has reported. */
  end(): void {
    const { state } = this;
    if (Atomics.compareExchange(state, placeOf(threadId), STATE.reporting, STATE.reported) !== STATE.reporting) return;
    Atomics.add(state, CHANGES, 1);
    Atomics.notify(state, CHANGES);
  }

  /** Waits until all threads have reported; called by the main thread when it ends. */
  gather(): void {
    const { state } = this;
    if (this.reporting().length === 0) return;
    ask(ALL);
    const end = Date.now() + PATIENCE_MS;
    for (let rest = PATIENCE_MS; rest > 0; rest = end - Date.now()) {
      const changes = Atomics.load(state, CHANGES);
      if (this.reporting().length === 0) return;
      Atomics.wait(state, CHANGES, changes, rest);
    }
    const silent = this.reporting();
    if (silent.length === 0) return;
    printMessage(`wiz: no report of worker ${silent.join(', ')}, which was busy when the program ended\n`);
    for (const thread of silent) Atomics.store(state, placeOf(thread), STATE.reported); // asked once
  }

  /** The threads that have something to report. */
  private reporting(): number[] {
    return Array.from(this.state.subarray(FIRST), (what, thread) => (what === STATE.reporting ? thread : -1)).filter(
      (thread) => thread >= 0,
    );
  }

  /** Lets a worker report before it is terminated. */
  async gatherOne(thread: number): Promise<void> {
    const { state } = this;
    const isReporting = (): boolean => thread > 0 && Atomics.load(state, placeOf(thread)) === STATE.reporting;
    if (!isReporting()) return;
    ask(thread);
    const end = Date.now() + PATIENCE_MS;
    while (isReporting() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (!isReporting()) return;
    Atomics.store(state, placeOf(thread), STATE.reported);
    printMessage(`wiz: no report of worker ${thread}, which was busy when it was terminated\n`);
  }

  /** The exit code that the process must have, whatever the program says; 0: the program's. */
  get exitCode(): number {
    return Atomics.load(this.state, EXIT_CODE);
  }

  set exitCode(code: number) {
    Atomics.store(this.state, EXIT_CODE, code);
  }
}

function placeOf(thread: number): number {
  return FIRST + (thread % THREADS);
}

/** Asks one thread for its reports, or `ALL`. */
function ask(thread: number): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(thread);
  channel.close();
}
