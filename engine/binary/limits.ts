/**
 * Implementation limits: the numbers of the JavaScript API's "Implementation-defined Limits", which browsers and V8
 * share. A module above one is well-formed, and refused with an `InvalidError`.
 */

import { InvalidError } from '../isa/errors.ts';

export const LIMITS = {
  /** Bytes of a module. */
  moduleSize: 1_073_741_824,
  types: 1_000_000,
  recGroups: 1_000_000,
  recGroupSize: 1_000_000,
  subtypingDepth: 63,
  params: 1_000,
  results: 1_000,
  structFields: 10_000,
  imports: 1_000_000,
  exports: 1_000_000,
  functions: 1_000_000,
  tables: 100_000,
  memories: 100_000,
  globals: 1_000_000,
  tags: 1_000_000,
  elementSegments: 10_000_000,
  /** Functions or expressions of one element segment. */
  elementSegmentSize: 10_000_000,
  dataSegments: 100_000,
  /** Bytes of a function's body, local declarations included. */
  functionSize: 7_654_321,
  /** Locals of a function, parameters included. */
  locals: 50_000,
  /** Labels of a br_table, the default not counted. */
  brTableSize: 65_520,
} as const;

/** Throws when there are more of something than the engine takes. */
export function checkLimit(what: string, count: number, limit: number, offset: number): void {
  if (count > limit) throw new InvalidError(`too many ${what}: ${count}, the limit is ${limit}`, offset);
}
