/** The result of the tables analysis. */

import { mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';
import { type FunctionSites, mergeSites } from '../sites/data.ts';

export type TableOperation = 'get' | 'set' | 'grow' | 'fill' | 'copy' | 'init' | 'call';

/** Executions of an operation on a table; those that trap are included. */
export interface OperationCount {
  readonly operation: TableOperation;
  readonly times: number;
  /** Elements concerned: of `get`, `set` and `call` one each; of `grow` those asked for, whether it succeeded or not. */
  readonly elements: number;
}

/** Indirect calls of one function through one element. */
export interface ElementCalls {
  /** Place in the table; it may lie behind its end, where the call traps. */
  readonly element: number;
  /** What was there: the name of a function, `null`, or `out of bounds`. */
  readonly target: string;
  /** Index of the function in this module; undefined for a function of another module or of the host, and where there is none. */
  readonly func: number | undefined;
  readonly calls: number;
}

export interface TableUse {
  /** Index of the table in the module. */
  readonly table: number;
  readonly name: string | undefined;
  /** Elements when it was first seen and at the time of the result; of several instances, those of the largest. */
  readonly initialSize: number;
  readonly finalSize: number;
  /** Operations that were executed, by name. `table.copy` counts for the table that it writes. */
  readonly operations: readonly OperationCount[];
  /** Elements that were called, by element, then by target. */
  readonly calls: readonly ElementCalls[];
}

/** What an instruction did. */
export interface InstructionTable {
  /** Index of the table. */
  readonly table: number;
  readonly operation: TableOperation;
  readonly times: number;
  readonly elements: number;
  /** For indirect calls: the elements that it called, by element, then by target. */
  readonly calls: readonly ElementCalls[];
}

export interface ModuleTables extends ModuleResult {
  /** All tables of the module, imports included. */
  readonly tables: readonly TableUse[];
  /** Instructions on tables that were executed, of the chosen functions. */
  readonly functions: readonly FunctionSites<InstructionTable>[];
}

export type TablesResult = AnalysisResult<ModuleTables>;

/** Counts add up; sizes are the larger ones. */
export function mergeTables(a: TablesResult, b: TablesResult): TablesResult {
  return mergeModules<ModuleTables, TablesResult>(a, b, (x, y) => ({
    tables: mergeLists(
      x.tables,
      y.tables,
      ({ table }) => table,
      (t, u) => ({
        ...t,
        initialSize: Math.max(t.initialSize, u.initialSize),
        finalSize: Math.max(t.finalSize, u.finalSize),
        operations: mergeOperations([...t.operations, ...u.operations]),
        calls: mergeCalls([...t.calls, ...u.calls]),
      }),
    ),
    functions: mergeSites(x.functions, y.functions, (p, q) => ({
      ...p,
      times: p.times + q.times,
      elements: p.elements + q.elements,
      calls: mergeCalls([...p.calls, ...q.calls]),
    })),
  }));
}

/** Sums by operation. */
export function mergeOperations(counts: readonly OperationCount[]): OperationCount[] {
  return mergeLists(
    counts,
    [],
    ({ operation }) => operation,
    (x, y) => ({ ...x, times: x.times + y.times, elements: x.elements + y.elements }),
  );
}

/** Sums by element and target. */
export function mergeCalls(calls: readonly ElementCalls[]): ElementCalls[] {
  return mergeLists(
    calls,
    [],
    ({ element, target, func }) => `${element} ${func ?? ''} ${target}`,
    (x, y) => ({ ...x, calls: x.calls + y.calls }),
  ).sort((a, b) => a.element - b.element); // stable: of equal elements, the order of the keys stays
}
