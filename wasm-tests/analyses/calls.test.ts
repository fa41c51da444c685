/** Calls: exact counts of entries, targets and failures. */

import { describe, expect, test } from 'vitest';
import type { CallsResult } from '../../analyses/index.ts';
import { bytesOf, goldenFolder, goldens, unsupportedFeature } from '../golden/golden.ts';
import { tierNames } from '../support/tiers.ts';
import { wat } from './support/programs.ts';
import { runBytes } from './support/run.ts';

const TABLE = `
  (module
    (type $unary (func (param i32) (result i32)))
    (import "env" "host" (func $host (param i32) (result i32)))
    (table 4 funcref)
    (elem (i32.const 0) $twice $host $other)
    (func $twice (type $unary) (i32.mul (local.get 0) (i32.const 2)))
    (func $other)
    (func $tail (type $unary) (return_call $twice (local.get 0)))
    (func (export "main") (type $unary)
      (drop (call $tail (i32.const 1)))
      (drop (call $host (i32.const 1)))
      (call_indirect (type $unary) (i32.const 7) (local.get 0))))`;

const imports = { env: { host: (n: number) => n } };

function run(bytes: Uint8Array, args: readonly number[], options: object = {}): CallsResult {
  const [first, ...others] = tierNames.map((tier) => {
    const results = args.map((arg) => ({ name: 'main', args: [arg] }));
    return runBytes(bytes, [{ name: 'calls', options: { ...options } }], { tier, imports, calls: results }).results[0];
  });
  for (const other of others) expect(other).toEqual(first);
  return first as CallsResult;
}

test('counts entries, targets of direct, indirect and tail calls, and calls to the host', async () => {
  const [module] = run(await wat(TABLE), [0, 1, 1]).modules;
  expect(module?.functions.map(({ index, entries }) => [index, entries])).toEqual([
    [1, 4],
    [3, 3],
    [4, 3],
  ]);
  const sites = module?.sites.map(({ mnemonic, isTail, targets }) => [
    mnemonic,
    isTail,
    targets.map(({ index, isHost, count }) => [index, isHost, count]),
  ]);
  expect(sites).toEqual([
    ['return_call', true, [[1, false, 3]]],
    ['call', false, [[3, false, 3]]],
    ['call', false, [[0, true, 3]]],
    [
      'call_indirect',
      false,
      [
        [0, true, 2],
        [1, false, 1],
      ],
    ],
  ]);
});

test.each([
  [2, 'signature'],
  [3, 'null'],
  [4, 'outOfBounds'],
  [-1, 'outOfBounds'],
])('tells why an indirect call of element %i trapped', async (element, reason) => {
  const [module] = run(await wat(TABLE), [element]).modules;
  const failed = { null: 0, outOfBounds: 0, signature: 0, [reason]: 1 };
  expect(module?.sites.at(-1)).toMatchObject({ mnemonic: 'call_indirect', targets: [], failed });
});

test('is about the chosen functions', async () => {
  const [module] = run(await wat(TABLE), [0], { only: ['#1'] }).modules;
  expect(module?.functions.map(({ index, entries }) => [index, entries])).toEqual([[1, 2]]);
  expect(module?.sites).toEqual([]);
});

describe.skipIf(goldenFolder === undefined)('counts as another engine does', () => {
  const measured = goldens().filter((golden) => golden.calls !== undefined && unsupportedFeature(golden) === undefined);
  test.each(measured.map((golden) => [golden.name, golden] as const))('%s', (_name, golden) => {
    for (const tier of tierNames) {
      const { results } = runBytes(bytesOf(golden), [{ name: 'calls' }], { tier, calls: [{ name: golden.entry }] });
      const [module] = (results[0] as CallsResult).modules;
      expect(module?.functions.map(({ index, entries }) => [index, entries])).toEqual(golden.calls?.entries);
      const sites = module?.sites.map(({ func, pc, mnemonic, targets }) => [
        func,
        pc,
        mnemonic,
        targets.map(({ index, count }) => [index, count]),
      ]);
      expect(sites).toEqual(golden.calls?.sites);
    }
  });
});
