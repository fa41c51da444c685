/** Probes that functions get when they are entered for the first time: what never runs costs next to nothing. */

import { ENTRY_PC, type ModuleInstance, runningFunctions } from '../../engine/index.ts';
import { type Attachment, Insertions, insertOneShots } from '../../probes/index.ts';

export interface EnteredOptions {
  /** Indices of functions. */
  readonly functions: Iterable<number>;
  /** What the probes at entries are called. */
  readonly name: string;
}

/**
 * Calls `enter` for each function when an activation of it begins for the first time, before its first instruction; at once for those
 * that are running, with `isRunning`. The probes that it inserts count for that activation, too (rule 5 of the probe contract), but for those
 * at its entry, whose event has begun (rule 3): whoever counts entries adds one unless `isRunning`.
 */
export function whenEntered(
  instance: ModuleInstance,
  { functions, name }: EnteredOptions,
  enter: (func: number, isRunning: boolean) => Attachment,
): Attachment {
  const insertions = new Insertions();
  const running = runningFunctions(instance);
  for (const func of functions) {
    if (running.has(func)) insertions.add(enter(func, true));
    else
      insertions.add(
        insertOneShots(instance, { func, pcs: [ENTRY_PC], name }, () => insertions.add(enter(func, false))),
      );
  }
  return insertions;
}
