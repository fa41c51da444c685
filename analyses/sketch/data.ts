/** The most frequent values, as results have them. */

import { mergeLists } from '../merging.ts';
import { percent } from '../report/text.ts';

/** A value that was frequent. It came up `count` times or up to `error` times less. */
export interface FrequentValue {
  /** The value as decimal text. */
  readonly value: string;
  readonly count: number;
  /** 0: the count is exact. */
  readonly error: number;
}

export interface FrequentValues {
  /** The most frequent first; of equals, in the order of their texts. */
  readonly values: readonly FrequentValue[];
  /** Any value that is not listed came up at most so many times. 0: all values are listed. */
  readonly unlisted: number;
}

/**
 * Counts and errors add up. What one of them does not list may have come up as often as `unlisted` of that one says, which is
 * added to count and error: the meaning of both stays.
 */
export function mergeFrequent(a: FrequentValues, b: FrequentValues): FrequentValues {
  const inA = new Set(a.values.map(({ value }) => value));
  const inB = new Set(b.values.map(({ value }) => value));
  const raised = (values: readonly FrequentValue[], other: ReadonlySet<string>, by: number): FrequentValue[] =>
    values.map((v) => (other.has(v.value) ? v : { ...v, count: v.count + by, error: v.error + by }));
  const values = mergeLists(
    raised(a.values, inB, b.unlisted),
    raised(b.values, inA, a.unlisted),
    ({ value }) => value,
    (x, y) => ({ value: x.value, count: x.count + y.count, error: x.error + y.error }),
  );
  return { values: sorted(values), unlisted: a.unlisted + b.unlisted };
}

export function sorted(values: readonly FrequentValue[]): FrequentValue[] {
  return [...values].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
}

/** The `places` most frequent of `events` values on one line: `8 (97.0%), -64 (~2.1%)`; `~` where the count is not exact. */
export function frequentText({ values }: FrequentValues, events: number, places: number): string {
  return values
    .slice(0, places)
    .filter(({ count, error }) => count > error)
    .map(({ value, count, error }) => `${value} (${error > 0 ? '~' : ''}${percent({ covered: count, all: events })})`)
    .join(', ');
}
