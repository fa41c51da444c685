/** The result of the memory-trace analysis. */

import type { AnalysisResult } from '../result.ts';

export interface TracedAccess {
  /** Number of the access among those that the filters let through, from 0. */
  readonly number: number;
  /** Place of the module in `modules`. */
  readonly module: number;
  /** Index and name of the function. */
  readonly func: number;
  readonly name: string;
  readonly pc: number;
  readonly mnemonic: string;
  readonly access: 'read' | 'write';
  /** Index of the memory. */
  readonly memory: number;
  /** Effective address of the first byte. */
  readonly address: number;
  /** Bytes; of bulk operations the length. */
  readonly width: number;
  /** The value that is loaded or stored, as text; undefined for `memory.copy`, `memory.init` and loads that trap. */
  readonly value: string | undefined;
  /** It was out of bounds: the instruction trapped and accessed nothing. */
  readonly traps: boolean;
}

export interface MemoryTraceResult extends AnalysisResult {
  /** Which accesses were kept where there were more than the limit: the first or the last. */
  readonly keep: 'first' | 'last';
  readonly limit: number;
  /** Accesses that the filters let through. With `keep=first` the trace ends with the limit, and this does not grow any more. */
  readonly seen: number;
  /** Accesses that are not in `accesses`: earlier ones with `keep=last`. With `keep=first` it is 0 or, once the trace has ended, undefined. */
  readonly dropped: number | undefined;
  /** In the order in which they happened. */
  readonly accesses: readonly TracedAccess[];
}
