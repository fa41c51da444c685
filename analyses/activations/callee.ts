/** What activations are of. */

import type { Module } from '../../engine/index.ts';

/** A function that is entered; one object for each. */
export interface Callee {
  /** Its module; of a host function the one that imports it. */
  readonly module: Module;
  /** Index in the function index space; -1 for a host function that the calling module does not import. */
  readonly index: number;
  readonly name: string;
  readonly isHost: boolean;
}
