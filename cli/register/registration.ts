/** The registration of this thread: there is one, however often its files are loaded. */

export interface Registration {
  writeReports(): void;
  /** Writes the coverage that somebody collects from several processes; at the end, nothing more is written of it. */
  writeCollected(): void;
}

const KEY = Symbol.for('wiz.registered');

interface Holder {
  [KEY]?: Registration;
}

const THREAD = Symbol.for('wiz.thread');

/**
 * Is this the first registration in the thread? Test runners with a context of `node:vm` for each file of tests have several, which share
 * `process` and the modules of Node: what is watched there is watched once.
 */
export function isFirstInThread(): boolean {
  if (THREAD in process) return false;
  Object.defineProperty(process, THREAD, { value: true });
  return true;
}

/** Undefined before the thread is registered. */
export function registration(): Registration | undefined {
  return (globalThis as Holder)[KEY];
}

/** Marks the thread as registered. What it can do is told as soon as it is there. */
export function beginRegistration(): { own?: Registration } {
  const holder: { own?: Registration } = {};
  const value: Registration = {
    writeReports: () => holder.own?.writeReports(),
    writeCollected: () => holder.own?.writeCollected(),
  };
  Object.defineProperty(globalThis, KEY, { value });
  return holder;
}
