/** What there is to be said of collecting coverage where nobody may have asked for it: `collector.ts` does the work. */

import type { LoadedModule } from './loaded-module.ts';

/** The variable that names the folder in which coverage is collected. */
export const COLLECT = 'WIZ_COLLECT';

export interface Collecting {
  /** A module is loaded that will be in the coverage. */
  keep(module: LoadedModule): void;
  /** Writes the coverage until now, and leaves it to the caller to do so again: the end of the process writes nothing any more. */
  writeNow(): void;
  /** The process ends. */
  finish(): void;
}
