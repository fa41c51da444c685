/** Attachments: everything that is attached can be taken away again, at any time and once. */

import {
  type ExitProbe,
  type GlobalProbe,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  type LocalProbe,
  type ModuleInstance,
  removeExitProbe,
  removeGlobalProbe,
  removeProbe,
} from '../engine/index.ts';

export interface Attachment {
  /** Removes all probes of the attachment; further calls do nothing. */
  detach(): void;
}

/** A set of insertions that is taken away as a whole. */
export class Insertions implements Attachment {
  private undo: (() => void)[] = [];

  /** Inserts a probe at a location (pc 0: the entry). */
  local(instance: ModuleInstance, func: number, pc: number, probe: LocalProbe): void {
    insertProbe(instance, func, pc, probe);
    this.undo.push(() => removeProbe(instance, func, pc, probe));
  }

  /** Inserts a probe at the ends of a function's activations. */
  exit(instance: ModuleInstance, func: number, probe: ExitProbe): void {
    insertExitProbe(instance, func, probe);
    this.undo.push(() => removeExitProbe(instance, func, probe));
  }

  /** Inserts a probe at every instruction of an instance. */
  everywhere(instance: ModuleInstance, probe: GlobalProbe): void {
    insertGlobalProbe(instance, probe);
    this.undo.push(() => removeGlobalProbe(instance, probe));
  }

  /** Makes another attachment a part of this one. */
  add(attachment: Attachment): void {
    this.undo.push(() => attachment.detach());
  }

  detach(): void {
    const undo = this.undo;
    this.undo = [];
    for (const action of undo) action();
  }
}
