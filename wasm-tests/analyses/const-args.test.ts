import { describe, expect, test } from 'vitest';
import type { ConstArgsResult, ModuleArguments } from '../../analyses/const-args/data.ts';
import { ENTRY_PC, Engine } from '../../engine/index.ts';
import { type Golden, goldenFolder, goldens, runGolden, unsupportedFeature } from '../golden/golden.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import { instantiate, wat } from './support/programs.ts';
import { type BytesOptions, kindOf, runBytes } from './support/run.ts';

async function argumentsOf(text: string, options: BytesOptions = {}): Promise<ModuleArguments> {
  const { results } = runBytes(await wat(text), [{ name: 'const-args' }], options);
  return (results[0] as ConstArgsResult).modules[0] as ModuleArguments;
}

/** Calls and the constant values, by name of the function. */
function brief({ functions }: ModuleArguments): Record<string, [number, (string | undefined)[]]> {
  return Object.fromEntries(functions.map((f) => [f.name, [f.calls, f.parameters.map(({ value }) => value)]]));
}

describe.each(tierNames)('in tier %s', (tier) => {
  test('calls of all kinds, and values bit for bit', async () => {
    const found = await argumentsOf(
      `(module
        (table funcref (elem $ints))
        (func $ints (param $same i32) (param $other i64))
        (func $floats (param f32 f64 f64))
        (func $others (param v128 v128 externref))
        (func $tail (param i32) (return_call $ints (local.get 0) (i64.const 3)))
        (func $never (param i32))
        (func (export "main")
          (call $ints (i32.const 1) (i64.const 1))
          (call_indirect (param i32 i64) (i32.const 1) (i64.const 2) (i32.const 0))
          (call $tail (i32.const 1))
          (call $floats (f32.const nan) (f64.const 0) (f64.const 1.5))
          (call $floats (f32.const nan:0x200000) (f64.const -0) (f64.const 1.5))
          (call $others (v128.const i64x2 1 2) (v128.const i64x2 1 2) (ref.null extern))
          (call $others (v128.const i64x2 1 2) (v128.const i64x2 1 3) (ref.null extern))))`,
      { tier },
    );
    expect(brief(found)).toEqual({
      ints: [3, ['1', undefined]],
      floats: [2, [undefined, undefined, '1.5']],
      others: [2, ['01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00', undefined, 'null']],
      tail: [1, ['1']],
      main: [1, []],
    });
    expect(found.functions[0]?.parameters.map(({ name, type }) => [name, type])).toEqual([
      ['same', 'i32'],
      ['other', 'i64'],
    ]);
  });

  test('recursion and a trap in it', async () => {
    const found = await argumentsOf(
      `(module (func $down (export "main") (param i32 i32)
        (if (i32.eqz (local.get 0)) (then unreachable))
        (local.set 1 (i32.const 9))
        (call $down (i32.sub (local.get 0) (i32.const 1)) (i32.const 4))))`,
      { tier, calls: [{ name: 'main', args: [3, 4] }] },
    );
    expect(brief(found)).toEqual({ down: [4, [undefined, '4']] });
  });

  test.skipIf(goldenFolder === undefined).each(
    goldens()
      .filter((golden) => golden.calls !== undefined && unsupportedFeature(golden) === undefined)
      .map((golden): [string, Golden] => [golden.name, golden]),
  )('calls that an independent engine counted: %s', (_, golden) => {
    const engine = engineIn(tier);
    const analysis = kindOf('const-args').start(engine);
    runGolden(golden, () => {}, engine);
    const [module] = (analysis.result() as ConstArgsResult).modules;
    expect(module?.functions.map(({ index, calls }) => [index, calls])).toEqual(golden.calls?.entries);
  });
});

test('once no parameter is left that was constant, only a count stays', async () => {
  const engine = new Engine();
  const analysis = kindOf('const-args').start(engine);
  const program = instantiate(engine, await wat('(module (func (export "f") (param i32)))'));
  const probes = (): number => program.instance.funcs[0]?.probes?.byUnit.get(ENTRY_PC)?.entries.length ?? 0;
  program.call('f', 1);
  program.call('f', 1);
  expect(probes()).toBe(2);
  program.call('f', 2);
  expect(probes()).toBe(1);
  program.call('f', 1);
  const [module] = (analysis.result() as ConstArgsResult).modules;
  expect(brief(module as ModuleArguments)).toEqual({ f: [4, [undefined]] });
});

test('merging: the same in both, and references only if they are null', async () => {
  const { merge } = kindOf('const-args');
  const bytes = await wat(
    '(module (func (export "f") (param i32 f64 externref)) (func (export "g") (param externref)))',
  );
  const run = (...args: unknown[]): unknown => {
    const calls = [
      { name: 'f', args },
      { name: 'g', args: [null] },
    ];
    return runBytes(bytes, [{ name: 'const-args' }], { calls }).results[0];
  };
  const merged = merge?.(run(1, 2, 'x'), run(1, 3, 'x')) as ConstArgsResult;
  expect(brief(merged.modules[0] as ModuleArguments)).toEqual({
    f: [2, ['1', undefined, undefined]],
    g: [2, ['null']],
  });
});
