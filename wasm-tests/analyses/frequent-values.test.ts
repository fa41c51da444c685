import { describe, expect, test } from 'vitest';
import { type FrequentValues, mergeFrequent } from '../../analyses/sketch/data.ts';
import { FrequentBigints, FrequentNumbers } from '../../analyses/sketch/space-saving.ts';
import { Random } from '../fuzz/random.ts';

/** Few values often, many values rarely. */
function stream(seed: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: 5000 }, () => (random.below(3) === 0 ? random.below(500) : random.below(4)));
}

function exact(values: readonly number[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  return counts;
}

/** Every count is within its error, and what is not listed is as rare as it says. */
function expectBounds(found: FrequentValues, counts: ReadonlyMap<string, number>): void {
  const listed = new Set(found.values.map(({ value }) => value));
  for (const { value, count, error } of found.values) {
    expect(count).toBeGreaterThanOrEqual(counts.get(value) ?? 0);
    expect(count - error).toBeLessThanOrEqual(counts.get(value) ?? 0);
  }
  for (const [value, count] of counts) if (!listed.has(value)) expect(count).toBeLessThanOrEqual(found.unlisted);
}

function numbers(values: readonly number[], size: number): FrequentValues {
  const frequent = new FrequentNumbers(size);
  for (const value of values) frequent.add(value);
  return frequent.result();
}

function bigints(values: readonly number[], size: number): FrequentValues {
  const frequent = new FrequentBigints(size);
  for (const value of values) frequent.add(BigInt(value));
  return frequent.result();
}

describe.each([
  ['numbers', numbers],
  ['bigints', bigints],
] as const)('%s', (_, count) => {
  test('are counted exactly as long as there are counters', () => {
    expect(count([3, 1, 3, 2, 3, 2], 3)).toEqual({
      values: [
        { value: '3', count: 3, error: 0 },
        { value: '2', count: 2, error: 0 },
        { value: '1', count: 1, error: 0 },
      ],
      unlisted: 0,
    });
    expect(count([], 3)).toEqual({ values: [], unlisted: 0 });
  });

  test.each([1, 2, 8, 16])('with %i counters, counts are within their errors', (size) => {
    for (const seed of [1, 2, 3]) {
      const values = stream(seed);
      expectBounds(count(values, size), exact(values));
    }
  });

  test('whatever is more than its part of the stream is found', () => {
    const values = stream(7);
    const found = count(values, 16).values.map(({ value }) => value);
    for (const [value, times] of exact(values)) if (times > values.length / 16) expect(found).toContain(value);
  });

  test('merged, counts are within their errors, in any order and grouping', () => {
    const [a, b, c] = [stream(1), stream(2), [1, 1, 7]] as const;
    const [x, y, z] = [count(a, 8), count(b, 8), count(c, 8)] as const;
    const merged = mergeFrequent(mergeFrequent(x, y), z);
    expectBounds(merged, exact([...a, ...b, ...c]));
    expect(mergeFrequent(x, mergeFrequent(y, z))).toEqual(merged);
    expect(mergeFrequent(z, mergeFrequent(y, x))).toEqual(merged);
  });
});

test('NaNs are one value, and so are 0 and -0', () => {
  expect(numbers([Number.NaN, Number.NaN, 0, -0, -0], 4).values).toEqual([
    { value: '0', count: 3, error: 0 },
    { value: 'NaN', count: 2, error: 0 },
  ]);
});

test('the extremes of 64 bits are kept', () => {
  const frequent = new FrequentBigints(2);
  for (const value of [-(2n ** 63n), 2n ** 63n - 1n]) frequent.add(value);
  expect(
    frequent
      .result()
      .values.map(({ value }) => value)
      .sort(),
  ).toEqual(['-9223372036854775808', '9223372036854775807']);
});
