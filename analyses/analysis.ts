/** What every analysis is: something that is attached to instances and gives a result as plain data. */

import type { ModuleInstance } from '../engine/index.ts';

export interface Analysis<Result> {
  /** Begins to observe an instance; best before its start function runs, but possible at any time. */
  attach(instance: ModuleInstance): void;
  /** Removes everything that was attached; the result stays (rule 28 of the probe contract). */
  detach(): void;
  /** The result so far: JSON-safe data, a copy. */
  result(): Result;
}
