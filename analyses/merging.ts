/**
 * Merging of results: runs of one program, or shards of a test suite, become one result. Every merge has to be
 * associative, and must not depend on the order of the results.
 */

import type { AnalysisResult, ModuleResult } from './result.ts';

/** Results that are not about the same thing, or were made with options that give other figures. */
export class MergeError extends Error {
  override readonly name = 'MergeError';
}

/** Merges results module by module; modules that only one of them knows are kept. */
export function mergeModules<M extends ModuleResult, R extends AnalysisResult<M>>(
  a: R,
  b: R,
  merge: (a: M, b: M) => Omit<M, keyof ModuleResult>,
): R {
  const modules = mergeLists(
    a.modules,
    b.modules,
    (m) => m.sha256,
    (x, y) => ({ ...x, ...merge(x, y), name: commonName(x.name, y.name), instances: x.instances + y.instances }),
  );
  // Digests are unique; the names before them put the list into an order that people can use.
  return {
    ...a,
    modules: mergeLists(
      modules,
      [],
      (m) => `${m.name ?? ''}\n${m.sha256}`,
      (x) => x,
    ),
  };
}

/** Runs may call one module by different names, such as that of its file and its own: the same of them in any order. */
function commonName(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

type Key = string | number;

function compareKeys(a: Key, b: Key): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Merges lists whose items have keys, equal keys by `merge`; the result is in the order of the keys. */
export function mergeLists<T>(
  a: readonly T[],
  b: readonly T[],
  keyOf: (item: T) => Key,
  merge: (a: T, b: T) => T,
): T[] {
  const merged = new Map<Key, T>();
  for (const item of [...a, ...b]) {
    const key = keyOf(item);
    const known = merged.get(key);
    merged.set(key, known === undefined ? item : merge(known, item));
  }
  return [...merged].sort(([x], [y]) => compareKeys(x, y)).map(([, item]) => item);
}

/** Sums of two lists of counts, place by place; what only the longer one has is kept. */
export function addCounts(a: readonly number[], b: readonly number[]): number[] {
  const [longer, shorter] = a.length >= b.length ? [a, b] : [b, a];
  return longer.map((count, i) => count + (shorter[i] ?? 0));
}

/** Sums of two records of counts. */
export function addRecords(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const sums = mergeLists(
    Object.entries(a),
    Object.entries(b),
    ([key]) => key,
    ([key, x], [, y]): [string, number] => [key, x + y],
  );
  return Object.fromEntries(sums);
}
