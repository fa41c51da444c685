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
 * that are running. The probes that it inserts count for that activation, too (rule 5 of the probe contract).
 */
export function whenEntered(
  instance: ModuleInstance,
  { functions, name }: EnteredOptions,
  enter: (func: number) => Attachment,
): Attachment {
  const insertions = new Insertions();
  const running = runningFunctions(instance);
  for (const func of functions) {
    if (running.has(func)) insertions.add(enter(func));
    else insertions.add(insertOneShots(instance, { func, pcs: [ENTRY_PC], name }, () => insertions.add(enter(func))));
  }
  return insertions;
}
