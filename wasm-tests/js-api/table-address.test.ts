/** Tables with 64-bit addresses: sizes and indices are bigints. Versions of V8 that have them are the oracle. */

import { describe, expect, test } from 'vitest';
import { expected, implementations, loose, ours, outcomeOf, summary, wat } from './support.ts';

interface WideTable {
  readonly length: bigint;
  get(index?: unknown): unknown;
  set(index: unknown, value?: unknown): void;
  grow(delta: unknown, value?: unknown): bigint;
}

const wide = await wat(`(module (table (export "t") i64 2 4 externref)
  (func (export "size") (result i64) (table.size 0))
  (func (export "get") (param i64) (result externref) (table.get 0 (local.get 0))))`);
const importing = await wat('(module (import "a" "t" (table i64 1 5 externref)) (export "t" (table 0)))');
const narrow = await wat('(module (import "a" "t" (table 1 5 externref)))');

const NOT_IN_RANGE = 'TypeError: WebAssembly.Table(): Property';

/** The descriptor beyond the element type, what is done with the table, and what comes out. */
const cases: readonly (readonly [descriptor: object, run: (table: WideTable) => unknown, result: unknown])[] = [
  [{ initial: 2n }, (t) => t.length, 2n],
  [{ initial: '2' }, (t) => t.length, 2n],
  [{ initial: 1 }, (t) => t.length, 'TypeError: Cannot convert 1 to a BigInt'],
  [{}, (t) => t.length, "TypeError: WebAssembly.Table(): Property 'initial' is required"],
  [{ initial: -1n }, (t) => t.length, `${NOT_IN_RANGE} 'initial' must be in u64 range`],
  [{ initial: 2n ** 64n }, (t) => t.length, `${NOT_IN_RANGE} 'initial' must be in u64 range`],
  [
    { initial: 10_000_001n },
    (t) => t.length,
    "RangeError: WebAssembly.Table(): Property 'initial': value 10000001 is above the upper bound 10000000",
  ],
  [{ initial: 1n, maximum: 2n ** 64n - 1n }, (t) => t.length, 1n],
  [
    { initial: 5n, maximum: 2n },
    (t) => t.length,
    "RangeError: WebAssembly.Table(): Property 'maximum': value 2 is below the lower bound 5",
  ],
  [{ initial: 2n }, (t) => [t.set(1n, 'x'), t.get(1n), t.get('0')], [undefined, 'x', 7]],
  [{ initial: 2n }, (t) => t.get(1), 'TypeError: Cannot convert 1 to a BigInt'],
  [{ initial: 2n }, (t) => t.get(), 'TypeError: Cannot convert undefined to a BigInt'],
  [{ initial: 2n }, (t) => t.get(-1n), 'TypeError: WebAssembly.Table.get(): Argument 0 must be in u64 range'],
  [{ initial: 2n }, (t) => t.grow(3n), 2n],
  [{ initial: 2n }, (t) => t.grow(3), 'TypeError: Cannot convert 3 to a BigInt'],
  [
    { initial: 2n, maximum: 3n },
    (t) => t.grow(2n ** 64n - 1n),
    'RangeError: WebAssembly.Table.grow(): failed to grow table by 18446744073709551615',
  ],
  [{ address: 'i32', initial: 2 }, (t) => [t.length, t.grow(1)], [2, 2]],
  [{ address: undefined, initial: 2 }, (t) => t.length, 2],
  [
    { address: 'i16', initial: 2 },
    (t) => t.length,
    "TypeError: WebAssembly.Table(): Unknown address type 'i16'; pass 'i32' or 'i64'",
  ],
];

/** Does this namespace know the property? */
const capable = implementations.filter(({ W }) => {
  const table = outcomeOf(() => new (loose(W).Table)({ element: 'externref', address: 'i64', initial: 1n }));
  return 'value' in table;
});

describe.each(capable)('tables with 64-bit addresses of $name', ({ W }) => {
  test.each(cases)('%o', (descriptor, run, result) => {
    const { Table } = loose(W);
    const full = { element: 'externref', address: 'i64', ...descriptor };
    const outcome = outcomeOf(() => run(new Table(full, 7) as WideTable));
    const isError = typeof result === 'string' && result.includes('Error: ');
    expect(summary(outcome, true)).toEqual(isError ? expected(result, true) : result);
  });

  test('an index beyond the end is a RangeError', () => {
    const table = new (loose(W).Table)({ element: 'externref', address: 'i64', initial: 2n }) as WideTable;
    for (const index of [2n, 2n ** 32n, 2n ** 64n - 1n]) {
      expect(() => table.get(index)).toThrow(RangeError);
      expect(() => table.set(index, 1)).toThrow(RangeError);
    }
  });

  // Skipped where modules with such tables are refused.
  test.skipIf(!W.validate(wide))('are those of modules, and are imported as such only', () => {
    const { t, size, get } = new W.Instance(new W.Module(wide)).exports;
    expect([t.length, size()]).toEqual([2n, 2n]);
    t.set(1n, 'x');
    expect(get(1n)).toBe('x');
    expect(t.grow(2n, 'y')).toBe(2n);
    expect([size(), get(3n)]).toEqual([4n, 'y']);
    expect(() => t.grow(1n)).toThrow(RangeError);
    expect(new W.Instance(new W.Module(importing), { a: { t } }).exports.t).toBe(t);
    expect(() => new W.Instance(new W.Module(narrow), { a: { t } })).toThrow(W.LinkError);
    const other = new W.Table({ element: 'externref', initial: 1, maximum: 5 });
    expect(() => new W.Instance(new W.Module(importing), { a: { t: other } })).toThrow(W.LinkError);
  });
});

test('a table with 64-bit addresses is no import for one with 32-bit addresses', () => {
  const t = new (loose(ours).Table)({ element: 'externref', address: 'i64', initial: 1n, maximum: 5n });
  const link = () => new ours.Instance(new ours.Module(narrow), { a: { t } });
  expect(link).toThrow(ours.LinkError);
  expect(link).toThrow('cannot import a table with 64-bit addresses as one with 32-bit addresses');
});

test('the engine is among those that were tested', () => {
  expect(capable.map(({ name }) => name)).toContain('the engine');
});
