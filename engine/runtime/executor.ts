/** What instantiation and the JavaScript API need of whatever executes code. */

import type { FuncInstance } from './function.ts';
import type { Slots } from './value.ts';

export interface Executor {
  /**
   * Runs `func` with its parameters in slots 0.. of `args` and puts its results into slots 0.. of `results`.
   * Both may be the same object: the parameters are taken out before the first instruction runs.
   * Throws a `Trap`, or whatever a host function threw.
   */
  invoke(func: FuncInstance, args: Slots, results: Slots): void;
}
