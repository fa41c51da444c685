/** How a probe ends the program. */

import { Trap } from '../engine/index.ts';

/**
 * Ends the program with a trap that has this message, as `frame.trap` does; for probes with `frame: false`, too. To be called
 * in `fire` or `exit` only. The other probes of the event still fire (rule 19 of the probe contract). A host function below may
 * catch the `RuntimeError`, as it may that of any trap.
 */
export function trapProgram(reason: string): never {
  throw new Trap('probe', reason);
}
