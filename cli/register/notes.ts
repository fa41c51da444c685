/** Notes for `wiz run` about the processes that it has started, as files in a folder. */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMainThread, threadId } from 'node:worker_threads';

/** The variable that names the folder. */
export const SESSION = 'WIZ_SESSION';

/** Tells the process and thread in names of files. */
export function processTag(): string {
  return isMainThread ? String(process.pid) : `${process.pid}-${threadId}`;
}

/** Leaves a note for `wiz run`, if it has started this process. */
export function leaveNote(what: string): void {
  const folder = process.env[SESSION];
  if (folder === undefined) return;
  try {
    writeFileSync(path.join(folder, `${what}.${processTag()}`), '');
  } catch {
    // The run is over, and its folder gone: nobody wants to know.
  }
}
