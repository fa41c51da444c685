/** The result of `wiz overhead`, as `--format json` writes it. Times are wall-clock times in milliseconds. */

import type { Compiled, Ending, EngineName } from './order.ts';
import type { Spread } from './statistics.ts';

/** An engine, and a probe or none. */
export interface Configuration {
  readonly engine: EngineName;
  /** As `--probe` has it; null without one. */
  readonly probe: string | null;
}

/** A configuration that could not be measured. */
export interface Unmeasured extends Configuration {
  /** Why. */
  readonly failure: string;
}

export interface MeasuredConfiguration extends Configuration {
  readonly ending: Ending;
  /** In what it differs from the reference, in words; null if in nothing, or if the program differs from itself. */
  readonly difference: string | null;
  /** Decoding, validating, instantiating, inserting probes; and from there to the end of the program; and both. */
  readonly loadMs: Spread;
  readonly runMs: Spread;
  readonly totalMs: Spread;
  /** Times the total of the same engine without probes, and of V8, in the same round; null where there is none. */
  readonly toPlain: Spread | null;
  readonly toNative: Spread | null;
  /** Median of the most memory that the processes had, in bytes. */
  readonly peakBytes: number;
  /** Medians, but of times of our own; null for V8. */
  readonly compiled: Compiled | null;
  /** Null without a probe. */
  readonly cost: ProbeCost | null;
}

/** What a probe costs. Differences are those of totals of the same rounds, medians of them. */
export interface ProbeCost {
  /** How often probes were to fire, each insertion by itself; the same in every engine. */
  readonly events: number;
  /** Insertions of probes, those that are gone included, and changes while the program ran. */
  readonly insertions: number;
  readonly changes: number;
  /** What the probe adds to the total. */
  readonly addedMs: Spread;
  /** `addedMs.median` by event, in nanoseconds; null without events. */
  readonly nsPerEvent: number | null;
  /** Median; null where there is no report in the default format. */
  readonly reportMs: number | null;
  /** The total with empty probes in place of the probe's; null where they could not be measured: `emptyFailure` says why. */
  readonly emptyMs: Spread | null;
  readonly emptyFailure: string | null;
  /** What empty probes add, and what the probe's own code adds to that. */
  readonly dispatchMs: number | null;
  readonly ownMs: number | null;
  /** Parts of what is added, 0 to 1; null where that cannot be told from what rounds differ by. */
  readonly dispatchShare: number | null;
  readonly ownShare: number | null;
}

export interface OverheadResult {
  /** Says what the file is. */
  readonly kind: 'overhead';
  /** Of the form of this result. */
  readonly version: 1;
  /** Name of the program's file, its arguments, and the export that was called, if it was not run as a command. */
  readonly program: string;
  readonly args: readonly string[];
  readonly invoke: string | null;
  readonly host: { readonly node: string; readonly v8: string; readonly cpu: string; readonly cores: number };
  /** Rounds that count, and rounds before them. */
  readonly runs: number;
  readonly warmup: number;
  /** What results are compared with: V8, or the first engine that could run the program. Null if none could. */
  readonly reference: EngineName | null;
  /** Does the reference differ from itself, from run to run? Results are not compared then. */
  readonly varies: boolean;
  readonly configurations: readonly (MeasuredConfiguration | Unmeasured)[];
}

export function isMeasured(configuration: MeasuredConfiguration | Unmeasured): configuration is MeasuredConfiguration {
  return !('failure' in configuration);
}

/** `js`, `js, hotness`. */
export function titleOf({ engine, probe }: Configuration): string {
  const name = engine === 'native' ? 'V8' : engine;
  return probe === null ? name : `${name}, ${probe}`;
}
