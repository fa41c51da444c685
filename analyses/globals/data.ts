/** The result of the globals analysis. */

import { mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';
import { type FunctionSites, mergeSites } from '../sites/data.ts';

/** Different values that are kept of a global: enough for flags and states, not for pointers. */
export const MAX_DIFFERENT = 64;

export interface ValueCount {
  /** As text: floats with all digits, references as what they are. */
  readonly value: string;
  /** Number of instances. */
  readonly instances: number;
}

export interface GlobalUse {
  /** Index of the global in the module. */
  readonly index: number;
  readonly name: string | undefined;
  /** Its type in the text format, `(mut i32)`. */
  readonly type: string;
  /** Executions of `global.get` and of `global.set`. */
  readonly reads: number;
  readonly writes: number;
  /** Writes of another value than the global had. */
  readonly changes: number;
  /**
   * The different values that were written, as text, sorted; undefined where there were more than 64, and for references and
   * vectors, which are not compared.
   */
  readonly written: readonly string[] | undefined;
  /** Values at the time of the result, of all instances. */
  readonly last: readonly ValueCount[];
}

/** What a `global.get` or `global.set` did. */
export interface InstructionGlobal {
  /** Index of the global. */
  readonly global: number;
  readonly access: 'read' | 'write';
  readonly count: number;
  /** Writes of another value than the global had; 0 for reads. */
  readonly changes: number;
}

export interface ModuleGlobals extends ModuleResult {
  /** All globals of the module, imports included. */
  readonly globals: readonly GlobalUse[];
  /** Accesses that were executed, of the chosen functions. */
  readonly functions: readonly FunctionSites<InstructionGlobal>[];
}

export type GlobalsResult = AnalysisResult<ModuleGlobals>;

/** Counts add up; values written are those of both. */
export function mergeGlobals(a: GlobalsResult, b: GlobalsResult): GlobalsResult {
  return mergeModules<ModuleGlobals, GlobalsResult>(a, b, (x, y) => ({
    globals: mergeLists(x.globals, y.globals, ({ index }) => index, mergeUse),
    functions: mergeSites(x.functions, y.functions, (p, q) => ({
      ...p,
      count: p.count + q.count,
      changes: p.changes + q.changes,
    })),
  }));
}

function mergeUse(a: GlobalUse, b: GlobalUse): GlobalUse {
  return {
    ...a,
    reads: a.reads + b.reads,
    writes: a.writes + b.writes,
    changes: a.changes + b.changes,
    written: limited(a.written === undefined || b.written === undefined ? undefined : [...a.written, ...b.written]),
    last: mergeLists(
      a.last,
      b.last,
      ({ value }) => value,
      (x, y) => ({ ...x, instances: x.instances + y.instances }),
    ),
  };
}

/** Different texts, sorted; undefined where there are too many. */
export function limited(values: readonly string[] | undefined): string[] | undefined {
  if (values === undefined) return undefined;
  const different = [...new Set(values)].sort();
  return different.length > MAX_DIFFERENT ? undefined : different;
}
