/**
 * What the engine knows of instrumentation: objects that it calls at events, in the terms of the probe contract.
 * The kinds of probes that people use are built on these.
 */

import type { Frame } from './frame.ts';

/** Called before the instruction at its location executes (rule 1), or, at pc 0, when an activation begins (rule 8). */
export interface LocalProbe {
  /** Names the probe in errors and reports. */
  readonly name?: string | undefined;
  fire(frame: Frame): void;
}

/** Called before every instruction of an instance (rule 7). */
export interface GlobalProbe {
  readonly name?: string | undefined;
  fire(frame: Frame): void;
}

/** How an activation ended (rule 13). */
export type ExitReason = 'return' | 'tail-call' | 'throw' | 'trap' | 'host-error';

/** Called when an activation ends, exactly once, while its frame can still be read. */
export interface ExitProbe {
  readonly name?: string | undefined;
  exit(frame: Frame, reason: ExitReason): void;
}
