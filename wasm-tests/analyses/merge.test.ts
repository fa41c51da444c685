/** Results of several runs merge to what one run of everything would have given. */

import { describe, expect, test } from 'vitest';
import { type CoverageResult, coveredFlags, mergeCoverage } from '../../analyses/index.ts';
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
function runOf(bytes: Uint8Array, args: readonly number[]): CoverageResult {
  const { coverage, call } = covered(bytes);
  for (const arg of args) call('choose', arg);
  return JSON.parse(JSON.stringify(coverage.result())) as CoverageResult;
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
    const [together] = runOf(bytes, [...a, ...b]).modules;
    const merged = mergeCoverage(runOf(bytes, a), runOf(bytes, b));
    expect(merged.modules).toEqual([{ ...together, instances: 2 }]);
  });

  test('keeps results of different modules apart', async () => {
    const other = await wat('(module $other (func (export "choose") (param i32)))');
    const [a, b] = [runOf(await wat(PROGRAM), [0]), runOf(other, [0])];
    expect(mergeCoverage(a, b).modules).toEqual([...a.modules, ...b.modules]);
  });
});

test('flags and runs say the same', () => {
  expect([...coveredFlags(5, [])]).toEqual([1, 1, 1, 1, 1]);
  expect([...coveredFlags(5, [[1, 9, 0, 4]])]).toEqual([0, 0, 0, 0, 0]);
  expect([
    ...coveredFlags(5, [
      [1, 1, 0, 0],
      [5, 6, 2, 3],
    ]),
  ]).toEqual([0, 1, 0, 0, 1]);
});
