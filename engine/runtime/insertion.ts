/** What is told of the insertion and removal of probes to those who observe an engine. */

import type { ModuleInstance } from './instance.ts';
import type { ExitProbe, GlobalProbe, LocalProbe } from './probe.ts';

/** One insertion of a probe: where, and what. */
export type Insertion =
  | {
      readonly kind: 'local';
      readonly instance: ModuleInstance;
      /** Index in the function index space. */
      readonly func: number;
      /** 0 is the entry. */
      readonly pc: number;
      readonly probe: LocalProbe;
    }
  | {
      readonly kind: 'exit';
      readonly instance: ModuleInstance;
      readonly func: number;
      readonly probe: ExitProbe;
    }
  | { readonly kind: 'global'; readonly instance: ModuleInstance; readonly probe: GlobalProbe };

/** Hears of insertions and removals as soon as they have taken place, whoever asked for them. */
export interface InsertionListener {
  inserted(insertion: Insertion): void;
  /** The earliest insertion of the probe at its place is gone. */
  removed(insertion: Insertion): void;
}
