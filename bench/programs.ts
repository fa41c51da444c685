/** The compute loops of `bench/programs/`: each exports `run(n)`. */

import { readFileSync } from 'node:fs';
import { assembleWat } from '../examples/build.ts';
import { projectPath } from './places.ts';

export interface BenchProgram {
  /** Name of the file without `.wat`. */
  readonly name: string;
  /** Argument of `run` with which the interpreter takes some tens of milliseconds. */
  readonly n: number;
  /** What `run(small.n)` gives: the same in every engine. */
  readonly small: { readonly n: number; readonly result: number | bigint };
}

export const programs: readonly BenchProgram[] = [
  { name: 'i32-loop', n: 500_000, small: { n: 1000, result: 11709286 } },
  { name: 'i64-hash', n: 150_000, small: { n: 1000, result: 8249093353350117611n } },
  { name: 'f64-loop', n: 300_000, small: { n: 1000, result: 221.74123064822456 } },
  { name: 'sieve', n: 4, small: { n: 1, result: 6542 } },
  { name: 'fib', n: 25, small: { n: 15, result: 610 } },
  { name: 'matrix', n: 64, small: { n: 8, result: 157680 } },
  { name: 'simd', n: 20, small: { n: 2, result: 22835109888 } },
];

/** The module of a program. */
export function programBytes({ name }: BenchProgram): Promise<Uint8Array> {
  const file = `${name}.wat`;
  return assembleWat(file, readFileSync(projectPath('bench', 'programs', file), 'utf8'));
}
