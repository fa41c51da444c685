/** What the process of one run is told, and what it answers: both go from process to process as JSON. */

import type { TierName } from '../../engine/index.ts';
import type { ProgramOptions } from '../program.ts';

/** What runs the program: V8's own WebAssembly, or a tier of ours. */
export type EngineName = 'native' | TierName;

/** What is done with a probe: it observes the run; it is replaced by empty probes; its events are counted, and the places noted in a file. */
export type ProbeUse = 'full' | 'empty' | 'count';

export interface Order {
  readonly program: ProgramOptions;
  /** File of the module in the binary format. */
  readonly wasmFile: string;
  readonly symbols: string | undefined;
  readonly engine: EngineName;
  readonly threshold: number | undefined;
  readonly probe:
    | {
        /** As `--probe` has it. */
        readonly text: string;
        readonly use: ProbeUse;
        /** The log of what the probe inserts: `count` writes it, `empty` reads it. */
        readonly logFile: string;
      }
    | undefined;
}

export interface Ending {
  readonly kind: 'returned' | 'exit' | 'trap' | 'error';
  /** Exit code, for `exit`. */
  readonly code?: number;
  /** What the trap or error says. */
  readonly message?: string;
}

/** What the engine compiled, and what it had to give up again. */
export interface Compiled {
  readonly functions: number;
  readonly loops: number;
  readonly refused: number;
  readonly timeMs: number;
  /** Functions whose code became wrong. */
  readonly invalidations: number;
  /** Activations that left code in the middle. */
  readonly deoptimisations: number;
  /** Why nothing can be compiled at all, if that is so. */
  readonly disabled?: string;
}

/** What a probe did in a run that counts. */
export interface Counted {
  readonly events: number;
  readonly insertions: number;
  /** Insertions and removals while the program ran. */
  readonly changes: number;
}

export interface Measured {
  readonly ending: Ending;
  /** From the bytes of the module to its instance: decoding, validating, inserting of probes. */
  readonly loadMs: number;
  /** From there to the end of the program. */
  readonly runMs: number;
  /** Detaching and the report in the default format, where there is one. */
  readonly reportMs?: number;
  /** The most memory that the process had, in bytes. */
  readonly peakBytes: number;
  readonly compiled?: Compiled;
  readonly counted?: Counted;
}

/** `failure`: why the program could not be run at all; `isUsage`: it is the user who can put that right. */
export type Answer = Measured | { readonly failure: string; readonly isUsage: boolean };
