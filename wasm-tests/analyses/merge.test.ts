/** Results of several runs merge to what one run of everything would have given. */

import { describe, expect, test } from 'vitest';
import { type CoverageResult, coveredFlags, type ModuleCoverage, mergeCoverage } from '../../analyses/index.ts';
import { covered, wat } from './support/programs.ts';

const PROGRAM = `
  (module $merged
    (func $choose (export "choose") (param i32) (result i32)
      (block $2 (block $1 (block $0 (br_table $0 $1 $2 (local.get 0)))
        (return (i32.const 10)))
        (return (i32.const 20)))
      (i32.div_u (i32.const 30) (i32.const 1)))
    (func $unused nop))`;

/** Coverage of one run as it comes back from a file. */
function runOf(bytes: Uint8Array, args: readonly number[]): ModuleCoverage {
  const { coverage, call } = covered(bytes);
  for (const arg of args) call('choose', arg);
  const result = JSON.parse(JSON.stringify(coverage.result())) as CoverageResult;
  return result.modules[0] as ModuleCoverage;
}

describe('merging', () => {
  test.each([
    [[0], [1]],
    [[0], [2]],
    [[0, 1], [2]],
    [[2], []],
    [[], []],
  ])('%j and %j', async (a, b) => {
    const bytes = await wat(PROGRAM);
    const { instance } = covered(bytes);
    const together = runOf(bytes, [...a, ...b]);
    const merged = mergeCoverage(instance.module, [runOf(bytes, a), runOf(bytes, b)]);
    expect(merged).toEqual({ ...together, instances: 2 });
  });

  test('refuses results of another module', async () => {
    const bytes = await wat(PROGRAM);
    const { instance } = covered(await wat('(module (func (export "choose") (param i32)))'));
    expect(() => mergeCoverage(instance.module, [runOf(bytes, [0])])).toThrow(/another module/);
  });
});

test('flags and runs say the same', () => {
  const pcs = [1, 3, 5, 6, 9];
  expect([...coveredFlags(pcs, [])]).toEqual([1, 1, 1, 1, 1]);
  expect([...coveredFlags(pcs, [[1, 9]])]).toEqual([0, 0, 0, 0, 0]);
  expect([
    ...coveredFlags(pcs, [
      [1, 1],
      [5, 6],
    ]),
  ]).toEqual([0, 1, 0, 0, 1]);
});
