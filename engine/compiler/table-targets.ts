/** What a call through a table can arrive at, as long as nobody writes the table. */

import { isDefinedSubtype } from '../module/types.ts';
import { FuncInstance } from '../runtime/function.ts';
import type { TableInstance } from '../runtime/table.ts';

/** A function in a table. */
export interface TableTarget {
  readonly index: number;
  readonly func: FuncInstance;
}

/** After so many writes that made code wrong, no more code relies on what is in a table. */
const MAX_CHANGES = 3;

interface Known {
  readonly version: number;
  readonly byType: Map<number, readonly TableTarget[]>;
}

const known = new WeakMap<TableInstance, Known>();
const changes = new WeakMap<TableInstance, number>();

/** The elements of a table that a call with the type of this canonical number does not trap at. */
export function targetsIn(table: TableInstance, type: number): readonly TableTarget[] {
  let found = known.get(table);
  if (found?.version !== table.version) {
    found = { version: table.version, byType: new Map() };
    known.set(table, found);
  }
  let targets = found.byType.get(type);
  if (targets === undefined) {
    targets = table.elements.flatMap((func, index) =>
      func instanceof FuncInstance && (func.type === type || isDefinedSubtype(func.type, type))
        ? [{ index, func }]
        : [],
    );
    found.byType.set(type, targets);
  }
  return targets;
}

/** A write of the table made code wrong that relied on its elements. */
export function noteChange(table: TableInstance): void {
  changes.set(table, (changes.get(table) ?? 0) + 1);
}

/** May code rely on the elements of a table? */
export function isSettled(table: TableInstance): boolean {
  return (changes.get(table) ?? 0) < MAX_CHANGES;
}
