import { describe, expect, test } from 'vitest';
import type { ModuleTables, TablesResult } from '../../analyses/tables/data.ts';
import { type Golden, goldenFolder, goldens, runGolden, unsupportedFeature } from '../golden/golden.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import { wat } from './support/programs.ts';
import { type BytesOptions, kindOf, runBytes } from './support/run.ts';

async function tablesOf(text: string, options: BytesOptions = {}): Promise<ModuleTables> {
  return (runBytes(await wat(text), [{ name: 'tables' }], options).results[0] as TablesResult)
    .modules[0] as ModuleTables;
}

describe.each(tierNames)('in tier %s', (tier) => {
  test('which elements are called, by whom, and what was in them then', async () => {
    const { tables, functions } = await tablesOf(
      `(module
        (import "env" "host" (func $host))
        (table $t (export "t") 3 funcref)
        (elem (i32.const 0) $a $b $host)
        (type $void (func))
        (func $a) (func $b)
        (func $call (param i32) (call_indirect (type $void) (local.get 0)))
        (func (export "main")
          (call $call (i32.const 0)) (call $call (i32.const 0)) (call $call (i32.const 2))
          (table.set (i32.const 0) (ref.func $b))
          (call $call (i32.const 0))
          (call_indirect (type $void) (i32.const 1)))
        (elem declare func $b))`,
      { tier, imports: { env: { host: function shout() {} } } },
    );
    expect(tables[0]).toMatchObject({
      name: 't',
      initialSize: 3,
      finalSize: 3,
      operations: [
        { operation: 'call', times: 5, elements: 5 },
        { operation: 'set', times: 1, elements: 1 },
      ],
      calls: [
        { element: 0, target: 'a', func: 1, calls: 2 },
        { element: 0, target: 'b', func: 2, calls: 1 },
        { element: 1, target: 'b', func: 2, calls: 1 },
        { element: 2, target: 'host function shout', calls: 1 },
      ],
    });
    const [call, main] = functions;
    expect(call?.instructions[0]?.calls.map(({ element, calls }) => [element, calls])).toEqual([
      [0, 2],
      [0, 1],
      [2, 1],
    ]);
    expect(main?.instructions.map(({ operation, times }) => [operation, times])).toEqual([
      ['set', 1],
      ['call', 1],
    ]);
  });

  test('get, grow, fill, copy and init with their numbers of elements', async () => {
    const { tables } = await tablesOf(
      `(module
        (table $a 4 10 funcref) (table $b 2 externref) (table $c 5 funcref)
        (elem $e func 0 0 0)
        (func (export "main")
          (drop (table.get $a (i32.const 1)))
          (drop (table.grow $a (ref.null func) (i32.const 3)))
          (drop (table.grow $a (ref.null func) (i32.const 100)))
          (table.fill $b (i32.const 0) (ref.null extern) (i32.const 2))
          (table.copy $a $c (i32.const 0) (i32.const 0) (i32.const 5))
          (table.init $c $e (i32.const 0) (i32.const 1) (i32.const 2))))`,
      { tier },
    );
    expect(tables.map(({ initialSize, finalSize }) => [initialSize, finalSize])).toEqual([
      [4, 7],
      [2, 2],
      [5, 5],
    ]);
    expect(tables.map(({ operations }) => operations.map((o) => [o.operation, o.times, o.elements]))).toEqual([
      [
        ['copy', 1, 5],
        ['get', 1, 1],
        ['grow', 2, 103],
      ],
      [['fill', 1, 2]],
      [['init', 1, 2]],
    ]);
  });

  test.each([
    ['null', 1],
    ['out of bounds', -1],
  ])('a call that traps counts: %s', async (target, index) => {
    const { tables } = await tablesOf(
      `(module (table 2 funcref) (func (export "main") (call_indirect (i32.const ${index}))))`,
      { tier },
    );
    expect(tables[0]?.calls).toEqual([{ element: index >>> 0, target, func: undefined, calls: 1 }]);
  });

  test.skipIf(goldenFolder === undefined).each(
    goldens()
      .filter((golden) => golden.calls !== undefined && unsupportedFeature(golden) === undefined)
      .map((golden): [string, Golden] => [golden.name, golden]),
  )('targets of indirect calls that an independent engine saw: %s', (_, golden) => {
    const engine = engineIn(tier);
    const analysis = kindOf('tables').start(engine);
    runGolden(golden, () => {}, engine);
    const [module] = (analysis.result() as TablesResult).modules;
    const ours = (module?.functions ?? []).flatMap(({ index, instructions }) =>
      instructions
        .filter(({ operation }) => operation === 'call')
        .map(({ pc, mnemonic, calls }) => {
          const targets = new Map<number, number>();
          for (const { func, calls: count } of calls) {
            if (func !== undefined) targets.set(func, (targets.get(func) ?? 0) + count);
          }
          return [index, pc, mnemonic, [...targets].sort(([f], [g]) => f - g)];
        }),
    );
    const theirs = golden.calls?.sites.filter(
      ([, , opcode, targets]) => opcode.endsWith('call_indirect') && targets.length > 0,
    );
    expect(ours).toEqual(theirs);
  });
});
