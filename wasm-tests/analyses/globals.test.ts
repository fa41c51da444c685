import { describe, expect, test } from 'vitest';
import type { GlobalsResult, ModuleGlobals } from '../../analyses/globals/data.ts';
import { Engine } from '../../engine/index.ts';
import { type Golden, goldenFolder, goldens, runGolden, unsupportedFeature } from '../golden/golden.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import { wat } from './support/programs.ts';
import { type BytesOptions, kindOf, runBytes } from './support/run.ts';

async function globalsOf(text: string, options: BytesOptions = {}): Promise<ModuleGlobals> {
  const { results } = runBytes(await wat(text), [{ name: 'globals' }], options);
  return (results[0] as GlobalsResult).modules[0] as ModuleGlobals;
}

describe.each(tierNames)('in tier %s', (tier) => {
  test('reads, writes, changes and values', async () => {
    const { globals, functions } = await globalsOf(
      `(module
        (global $flag (mut i32) (i32.const 0))
        (global $f (export "float") (mut f64) (f64.const 0))
        (global $unused i64 (i64.const -5))
        (global $r (mut funcref) (ref.null func))
        (global $v (mut v128) (v128.const i64x2 1 2))
        (func (export "main")
          (global.set $flag (i32.const 0))
          (global.set $flag (i32.const 1))
          (global.set $flag (i32.add (global.get $flag) (i32.const 1)))
          (global.set $f (f64.const -0))
          (global.set $f (f64.const nan))
          (global.set $f (f64.const nan))
          (global.set $r (ref.null func))
          (global.set $v (v128.const i64x2 1 2))
          (global.set $v (v128.const i64x2 1 3))))`,
      { tier },
    );
    expect(globals).toMatchObject([
      { index: 0, name: 'flag', type: '(mut i32)', reads: 1, writes: 3, changes: 2, written: ['0', '1', '2'] },
      { index: 1, name: 'f', type: '(mut f64)', reads: 0, writes: 3, changes: 2, written: ['-0', 'NaN'] },
      { index: 2, name: 'unused', type: 'i64', reads: 0, writes: 0, changes: 0, written: [] },
      { index: 3, writes: 1, changes: 0 },
      { index: 4, writes: 2, changes: 1 },
    ]);
    expect(globals[3]?.written).toBeUndefined();
    expect(globals[4]?.written).toBeUndefined();
    expect(globals.slice(0, 4).map(({ last }) => last)).toEqual(
      ['2', 'NaN', '-5', 'null'].map((value) => [{ value, instances: 1 }]),
    );
    expect(
      functions[0]?.instructions.slice(0, 3).map(({ access, count, changes }) => [access, count, changes]),
    ).toEqual([
      ['write', 1, 0],
      ['write', 1, 1],
      ['read', 1, 0],
    ]);
  });

  test.skipIf(goldenFolder === undefined).each(
    goldens()
      .filter((golden) => unsupportedFeature(golden) === undefined)
      .map((golden): [string, Golden] => [golden.name, golden]),
  )('counts of an independent engine: %s', (_, golden) => {
    const engine = engineIn(tier);
    const analysis = kindOf('globals').start(engine);
    runGolden(golden, () => {}, engine);
    const [module] = (analysis.result() as GlobalsResult).modules;
    expect(module?.globals.map(({ index, reads, writes }) => [index, reads, writes])).toEqual(golden.globals);
  });
});

test('many different values are not listed', async () => {
  const count = (n: number): string => `(module (global $g (mut i32) (i32.const -1)) (func (export "main") (local i32)
    (loop $l (global.set $g (local.get 0))
      (br_if $l (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const ${n}))))))`;
  expect((await globalsOf(count(64))).globals[0]?.written).toHaveLength(64);
  expect((await globalsOf(count(65))).globals[0]?.written).toBeUndefined();
});

test('merging: values of both, until they are too many', async () => {
  const { merge } = kindOf('globals');
  const bytes =
    await wat(`(module (global $g (mut i32) (i32.const 0)) (func (export "main") (param $from i32) (local $n i32)
    (loop $l
      (global.set $g (i32.add (local.get $from) (local.get $n)))
      (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 40))))))`);
  const run = (from: number): unknown =>
    runBytes(bytes, [{ name: 'globals' }], { calls: [{ name: 'main', args: [from] }] }).results[0];
  const merged = (a: number, b: number): GlobalsResult => merge?.(run(a), run(b)) as GlobalsResult;
  expect(merged(0, 10).modules[0]?.globals[0]).toMatchObject({ writes: 80, changes: 79 });
  expect(merged(0, 10).modules[0]?.globals[0]?.written).toHaveLength(50);
  expect(merged(0, 10).modules[0]?.globals[0]?.last).toEqual([
    { value: '39', instances: 1 },
    { value: '49', instances: 1 },
  ]);
  expect(merged(0, 100).modules[0]?.globals[0]?.written).toBeUndefined();
});

test('two instances of one module count together, and each has its own value', async () => {
  const engine = new Engine();
  const analysis = kindOf('globals').start(engine);
  const { Module, Instance } = engine.WebAssembly;
  const module = new Module(
    (await wat(
      '(module (global $g (mut i32) (i32.const 0)) (func (export "set") (param i32) (global.set $g (local.get 0))))',
    )) as never,
  );
  for (const value of [7, 8]) (new Instance(module).exports.set as (n: number) => void)(value);
  const [only] = (analysis.result() as GlobalsResult).modules;
  expect(only).toMatchObject({ instances: 2, globals: [{ writes: 2, changes: 2, written: ['7', '8'] }] });
  expect(only?.globals[0]?.last.map(({ value }) => value)).toEqual(['7', '8']);
});
