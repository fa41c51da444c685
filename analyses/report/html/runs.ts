/** Values along lines, as a value and how often it follows, again and again: neighbours are mostly equal. */

export type Runs<T> = readonly (T | number)[];

export function runsOf<T>(values: Iterable<T>): Runs<T> {
  const runs: (T | number)[] = [];
  let length = 0;
  let current: T | undefined;
  for (const value of values) {
    if (length > 0 && Object.is(value, current)) {
      length++;
      continue;
    }
    if (length > 0) runs.push(current as T, length);
    current = value;
    length = 1;
  }
  if (length > 0) runs.push(current as T, length);
  return runs;
}

/** A run: the line that it begins at, and how many lines it has. */
export interface Run<T> {
  readonly value: T;
  readonly start: number;
  readonly length: number;
}

export function* eachRun<T>(runs: Runs<T>): Generator<Run<T>> {
  let start = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const length = runs[i + 1] as number;
    yield { value: runs[i] as T, start, length };
    start += length;
  }
}

/** The value of each line. */
export function expanded<T>(runs: Runs<T>): T[] {
  const values: T[] = [];
  for (const { value, length } of eachRun(runs)) for (let i = 0; i < length; i++) values.push(value);
  return values;
}
