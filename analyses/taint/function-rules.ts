/** What is a source or a sink at calls of one function, and what a function of the host does with memory. */

import type { FuncInstance } from '../../engine/index.ts';
import type { CallMemory, MemoryRange } from '../wasi/memory-effects.ts';

/** Memory that a function is given, or gives back, by a pointer among its arguments. */
export interface PointedRange {
  /** Index of the argument. */
  readonly argument: number;
  readonly ranges: (call: CallMemory, result: unknown) => readonly MemoryRange[];
}

export interface PointedSource extends PointedRange {
  readonly label: number;
}

export interface PointedSink extends PointedRange {
  readonly sink: string;
}

export class FunctionRules {
  /** Function name, or `module.field` of an import. */
  name: string;
  /** Labels that parameters have at the entry, besides those of the arguments. */
  readonly argLabels: number[] = [];
  /** Label that results have, besides their own. */
  resultLabel = 0;
  /** Names of the sinks that arguments are. */
  readonly argSinks: (string | undefined)[] = [];
  resultSink: string | undefined;
  /** Written before the function returns, if it is the host's; there when it is entered, if it is not. */
  readonly written: PointedSource[] = [];
  /** Read when it is called. */
  readonly read: PointedSink[] = [];
  /** Of what changes in memory during a call of a function of the host that has no known effects; 0: nobody looks. */
  changesLabel = 0;
  /** Name of the call, if it is one of WASI. */
  wasi: string | undefined;
  /** Label of the data that a call of WASI writes. */
  wasiLabel = 0;
  /** Name of the sink that the data is which a call of WASI reads. */
  wasiSink: string | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** Does a call have to know the values of the arguments? */
  get readsValues(): boolean {
    return this.wasi !== undefined || this.read.length > 0 || this.written.length > 0;
  }

  get hasSinks(): boolean {
    return this.argSinks.length > 0;
  }
}

/** The rules of all functions of a run: those that nothing was said of have empty ones. */
export class RuleBook {
  private readonly byFunction = new Map<FuncInstance, FunctionRules>();

  /** `name` is for one that is not known yet. */
  of(func: FuncInstance, name: string): FunctionRules {
    let rules = this.byFunction.get(func);
    if (rules === undefined) {
      rules = new FunctionRules(name);
      this.byFunction.set(func, rules);
    }
    return rules;
  }
}
