import { describe, expect, test } from 'vitest';
import type { OptionValue } from '../../analyses/index.ts';
import { type InstructionValues, meanOf, type ValuesResult } from '../../analyses/values/data.ts';
import { Engine } from '../../engine/index.ts';
import { everyInstruction, type InstructionEvent } from '../../probes/index.ts';
import { type Golden, goldenFolder, goldens, runGolden, unsupportedFeature } from '../golden/golden.ts';
import { tierNames } from '../support/tiers.ts';
import { wat } from './support/programs.ts';
import { type BytesOptions, kindOf, runBytes } from './support/run.ts';

type Options = Readonly<Record<string, OptionValue>>;

async function valuesOf(text: string, options: Options, run: BytesOptions = {}): Promise<ValuesResult> {
  return runBytes(await wat(text), [{ name: 'values', options }], run).results[0] as ValuesResult;
}

function instructionsOf({ modules }: ValuesResult): InstructionValues[] {
  return modules[0]?.functions.flatMap((f) => f.instructions) ?? [];
}

const LOOP = `
  (module
    (memory 1)
    (func $pair (param i64 f64 externref))
    (func (export "main") (param $n i32) (local $i i32)
      (loop $l
        (call $pair (i64.mul (i64.extend_i32_s (local.get $i)) (i64.const 0x1000000000000)) (f64.const 0.5) (ref.null extern))
        (drop (i32.div_s (i32.sub (i32.const 2) (local.get $i)) (i32.const 4)))
        (drop (f32.sqrt (f32.convert_i32_s (i32.sub (local.get $i) (i32.const 1)))))
        (drop (f32.neg (f32.sqrt (f32.const -1))))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))))`;

describe.each(tierNames)('in tier %s', (tier) => {
  const run = { tier, calls: [{ name: 'main', args: [5] }] };

  test('range, mean and frequent values of each operand, in the order of the text format', async () => {
    const [div] = instructionsOf(await valuesOf(LOOP, { at: ['i32.div_s'] }, run));
    expect(div?.count).toBe(5);
    const [dividend, divisor] = div?.operands ?? [];
    expect(dividend).toMatchObject({ operand: 0, kind: 'number', count: 5, min: '-2', max: '2', sums: ['0'] });
    expect(divisor).toMatchObject({
      operand: 1,
      min: '4',
      max: '4',
      frequent: { values: [{ value: '4', count: 5, error: 0 }], unlisted: 0 },
    });
    expect(meanOf(divisor as never)).toBe(4);
  });

  test('the arguments of a call: i64 exactly, floats, and references, which are counted only', async () => {
    const [call] = instructionsOf(await valuesOf(LOOP, { at: ['=call'] }, run));
    expect(call?.operands).toMatchObject([
      { kind: 'i64', count: 5, min: '0', max: '1125899906842624', sums: ['2814749767106560'] },
      { kind: 'number', min: '0.5', max: '0.5', sums: ['2.5'] },
      { kind: 'other', count: 5, sums: [], frequent: { values: [], unlisted: 5 } },
    ]);
  });

  test('NaNs are in no range', async () => {
    const [neg] = instructionsOf(await valuesOf(LOOP, { at: ['f32.neg'] }, run));
    expect(neg?.operands[0]).toMatchObject({ count: 5, nans: 5, frequent: { values: [{ value: 'NaN', count: 5 }] } });
    expect(neg?.operands[0]?.min).toBeUndefined();
    expect(meanOf(neg?.operands[0] as never)).toBeUndefined();
  });

  test('frequent values with few counters have errors', async () => {
    const [div] = instructionsOf(await valuesOf(LOOP, { at: ['i32.div_s'], keep: 2 }, run));
    expect(div?.operands[0]?.frequent).toEqual({
      values: [
        { value: '-2', count: 3, error: 2 },
        { value: '-1', count: 2, error: 1 },
      ],
      unlisted: 2,
    });
  });
});

test('without a choice it looks at selectors, divisors and sizes', async () => {
  const result = await valuesOf(
    `(module (memory 1) (table 1 funcref) (elem (i32.const 0) $f) (func $f (param i64))
      (func (export "main")
        (block $b (br_table $b $b (i32.const 7)))
        (call_indirect (param i64) (i64.const 3) (i32.const 0))
        (drop (i64.rem_u (i64.const 9) (i64.const 5)))
        (memory.fill (i32.const 1) (i32.const 2) (i32.const 3))
        (drop (i32.add (i32.const 1) (i32.const 2)))))`,
    {},
  );
  const texts = instructionsOf(result).map(({ operands }) => operands.map(({ max }) => max));
  expect(texts).toEqual([['7'], ['3', '0'], ['9', '5'], ['1', '2', '3']]);
});

test('an unknown instruction is refused, with what was probably meant', () => {
  const start = (options: Options): unknown => kindOf('values').start(new Engine(), { options });
  expect(() => start({ at: ['i32.lod'] })).toThrow('option "at": "i32.lod" is neither a mnemonic nor a category');
  expect(() => start({ keep: 0 })).toThrow('option "keep" takes a whole number of at least 1, not 0');
});

test('merging keeps ranges and means, and refuses results about other instructions', async () => {
  const bytes = await wat(LOOP);
  const run = (n: number, at: string): unknown =>
    runBytes(bytes, [{ name: 'values', options: { at: [at] } }], { calls: [{ name: 'main', args: [n] }] }).results[0];
  const { merge } = kindOf('values');
  const merged = merge?.(run(1, '=call, i32.div_s'), run(3, '=call, i32.div_s')) as ValuesResult;
  const [call, div] = instructionsOf(merged);
  expect(call?.operands[0]).toMatchObject({ count: 4, min: '0', max: '562949953421312' });
  expect(meanOf(div?.operands[0] as never)).toBe((2 + 2 + 1 + 0) / 4);
  expect(() => merge?.(run(1, '=call'), run(1, 'i32.div_s'))).toThrow(
    'one result is about "=call", the other about "i32.div_s"',
  );
});

test.skipIf(goldenFolder === undefined).each(
  goldens()
    .filter((golden) => unsupportedFeature(golden) === undefined)
    .map((golden): [string, Golden] => [golden.name, golden]),
)('operands are those that a probe at every instruction sees: %s', (_, golden) => {
  const seen = new Map<string, (number | bigint)[][]>();
  const note = ({ frame, location: { func, pc, instruction } }: InstructionEvent): void => {
    if (!/^(i32|i64|f32|f64)\.(lt|gt|le|ge|eq|ne|add|mul)/.test(instruction.mnemonic)) return;
    const key = `${func} ${pc}`;
    const lists = seen.get(key) ?? instruction.params.map(() => []);
    seen.set(key, lists);
    for (const [i, list] of lists.entries()) {
      list.push(frame.operand(lists.length - 1 - i).value as number | bigint);
    }
  };
  const engine = new Engine();
  const analysis = kindOf('values').start(engine, {
    options: { at: ['/^(i32|i64|f32|f64)\\.(lt|gt|le|ge|eq|ne|add|mul)/'], keep: 4 },
  });
  runGolden(golden, (instance) => everyInstruction(instance, note, { needs: { operands: 'all' } }), engine);
  const [module] = (analysis.result() as ValuesResult).modules;
  const found = (module?.functions ?? []).flatMap(({ index, instructions }) =>
    instructions.map(({ pc, operands }) => {
      const lists = seen.get(`${index} ${pc}`) ?? [];
      for (const [i, { count, nans, min, max, frequent }] of operands.entries()) {
        const values = lists[i] ?? [];
        const ordered = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        expect([count, nans]).toEqual([values.length, values.length - ordered.length]);
        // As numbers, since 0 and -0 are the same value.
        expect([Number(min), Number(max)]).toEqual([Number(ordered[0]), Number(ordered.at(-1))]);
        for (const { value, count: most, error } of frequent.values) {
          const exact = values.filter((v) => String(v) === value).length;
          expect(exact).toBeLessThanOrEqual(most);
          expect(exact).toBeGreaterThanOrEqual(most - error);
        }
      }
      return pc;
    }),
  );
  expect(found.length).toBe(seen.size);
});
