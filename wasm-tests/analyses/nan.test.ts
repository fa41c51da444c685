import { describe, expect, test } from 'vitest';
import type { ModuleNans, NanResult } from '../../analyses/nan/data.ts';
import { Engine, instructions, valtype } from '../../engine/index.ts';
import { arityOf, everyInstruction, onAfter, structureOf } from '../../probes/index.ts';
import { tierNames } from '../support/tiers.ts';
import { instantiate, wat } from './support/programs.ts';
import { type BytesOptions, runBytes } from './support/run.ts';

async function nansOf(text: string, options: BytesOptions = {}): Promise<ModuleNans> {
  return (runBytes(await wat(text), [{ name: 'nan' }], options).results[0] as NanResult).modules[0] as ModuleNans;
}

/** Mnemonic, NaNs, first operands, in the order of the code. */
function brief({ functions }: ModuleNans): unknown[] {
  return functions.flatMap((f) => f.instructions.map(({ mnemonic, nans, first }) => [mnemonic, nans, first.operands]));
}

describe.each(tierNames)('in tier %s', (tier) => {
  test('where NaNs come from, and not where they go', async () => {
    const found = await nansOf(
      `(module (func (export "main") (local f64 f32) (local $i i32)
        (loop $l
          (local.set 0 (f64.div (f64.const 0) (f64.const -0)))
          (local.set 0 (f64.add (local.get 0) (f64.const 1)))
          (local.set 0 (f64.sqrt (f64.const -1)))
          (local.set 1 (f32.sub (f32.const inf) (f32.const inf)))
          (local.set 1 (f32.demote_f64 (local.get 0)))
          (local.set 1 (f32.mul (f32.const inf) (f32.const 2)))
          (local.set 1 (f32.reinterpret_i32 (i32.const 0xff800001)))
          (local.set 1 (f32.reinterpret_i32 (i32.const 0xff800000)))
          (local.set 0 (f64.reinterpret_i64 (i64.const -1)))
          (local.set 1 (f32.const nan))
          (local.set 0 (f64.const 0.5))
          (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))))`,
      { tier },
    );
    expect(brief(found)).toEqual([
      ['f64.div', 3, ['0', '-0']],
      ['f64.sqrt', 3, ['-1']],
      ['f32.sub', 3, ['Infinity', 'Infinity']],
      ['f32.reinterpret_i32', 3, ['-8388607']],
      ['f64.reinterpret_i64', 3, ['-1']],
      ['f32.const', 3, []],
    ]);
    expect(found.nans).toBe(18);
    expect(found.functions[0]?.instructions.map(({ first }) => first.order)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('lanes of vectors count one by one; one with a NaN operand does not', async () => {
    const found = await nansOf(
      `(module (func (export "main")
        (drop (f32x4.div (v128.const f32x4 0 1 nan 0) (v128.const f32x4 0 0 0 0)))
        (drop (f64x2.sqrt (v128.const f64x2 4 -4)))
        (drop (f32x4.min (v128.const f32x4 nan 1 1 1) (v128.const f32x4 0 0 0 0)))))`,
      { tier },
    );
    expect(brief(found)).toEqual([
      ['f32x4.div', 2, ['0', '0']],
      ['f64x2.sqrt', 1, ['-4']],
    ]);
  });
});

/** Numbers at the edges of what makes NaNs. */
const EDGES = ['0', '-0', '1', '-1', 'inf', '-inf', 'nan', '0x1p-1074', '1e38', '-3e38'];

test.each(
  instructions
    .filter(({ isContextual, results, params, isDecodedOnly }) => {
      const isFloat = (type: number): boolean => type === valtype.F32 || type === valtype.F64;
      return !isContextual && !isDecodedOnly && params.length > 0 && params.every(isFloat) && results.every(isFloat);
    })
    .map(({ mnemonic, params }): [string, readonly number[]] => [mnemonic, params]),
)('%s: NaNs are foretold as they come', async (mnemonic, params) => {
  const type = params[0] === valtype.F32 ? 'f32' : 'f64';
  const edges = EDGES.map((edge) => (type === 'f32' && edge === '0x1p-1074' ? '0x1p-149' : edge));
  const pairs = params.length === 1 ? edges.map((a) => [a]) : edges.flatMap((a) => edges.map((b) => [a, b]));
  const lines = pairs.map((values) => `(drop (${mnemonic} ${values.map((v) => `(${type}.const ${v})`).join(' ')}))`);
  const bytes = await wat(`(module (func (export "main") ${lines.join('\n')}))`);
  const expected = new Set<number>();
  const program = instantiate(new Engine(), bytes);
  const operands = new Map<number, boolean>();
  onAfter(program.instance, mnemonic, ({ location: { pc }, results }) => {
    if (Number.isNaN(results[0]?.value) && operands.get(pc) === false) expected.add(pc);
  });
  everyInstruction(
    program.instance,
    ({ frame, location }) => {
      const arity = arityOf(structureOf(program.instance.module, location.func), location).operands;
      const values = Array.from({ length: arity }, (_, i) => frame.operand(i).value);
      operands.set(location.pc, values.some(Number.isNaN));
    },
    { needs: { operands: 'all' } },
  );
  program.call('main');
  const { results } = runBytes(bytes, [{ name: 'nan' }]);
  const found = (results[0] as NanResult).modules[0]?.functions
    .flatMap((f) => f.instructions)
    .filter((i) => i.mnemonic === mnemonic);
  expect(found?.map(({ pc }) => pc) ?? []).toEqual([...expected]);
});
