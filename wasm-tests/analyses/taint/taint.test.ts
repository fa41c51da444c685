/** Taint by hand: what carries it, what does not, and where it is told. */

import { describe, expect, test } from 'vitest';
import type { Flow, TaintResult } from '../../../analyses/index.ts';
import { type TierName, tierNames } from '../../support/tiers.ts';
import { wat } from '../support/programs.ts';
import { type BytesOptions, runBytes } from '../support/run.ts';

type Options = Readonly<Record<string, boolean | string | readonly string[]>>;

async function taintOf(text: string, options: Options, run: BytesOptions = {}): Promise<TaintResult> {
  const { results, outcome } = runBytes(await wat(text), [{ name: 'taint', options }], run);
  expect(outcome).toEqual({ kind: 'returned' });
  return results[0] as TaintResult;
}

function flowsOf(result: TaintResult): string[] {
  return result.modules.flatMap(({ flows }) => flows.map(brief));
}

function brief({ source, sink, operand, count }: Flow): string {
  return `${source} -> ${sink}, ${operand}${count === 1 ? '' : ` x${count}`}`;
}

const HEAD = `
  (import "env" "secret" (func $secret (result i32)))
  (import "env" "other" (func $other (result i32)))
  (import "env" "put" (func $put (param i32)))
  (import "env" "put64" (func $put64 (param i64)))
  (memory (export "memory") 1)
  (global $g (mut i32) (i32.const 0))
  (table $t 8 funcref)
  (elem declare func $same)
  (func $same (param i32) (result i32) (local.get 0))
  (type $unary (func (param i32) (result i32)))`;

const env = { secret: () => 5, other: () => 7, put: () => undefined, put64: () => undefined };

/** Does the secret reach `put`, and is it nothing else that does? */
async function reaches(body: string, tier: TierName, locals = ''): Promise<boolean> {
  const options = { source: ['result:import:env.secret'], sink: ['import:env.put', 'import:env.put64'] };
  const text = `(module ${HEAD} ${HELPERS} (func (export "main") ${locals} ${body}))`;
  const flows = flowsOf(await taintOf(text, options, { tier, imports: { env } }));
  if (flows.length === 0) return false;
  expect(flows).toHaveLength(1);
  expect(flows[0]).toMatch(/^result:env\.secret -> args:env\.put(64)?, argument 0$/);
  return true;
}

const carried: Readonly<Record<string, string>> = {
  'an operand': '(call $put (call $secret))',
  arithmetic: '(call $put (i32.add (i32.const 1) (i32.mul (call $secret) (i32.const 3))))',
  'a conversion': '(call $put64 (i64.extend_i32_u (call $secret)))',
  'a comparison': '(call $put (i32.lt_s (call $secret) (i32.const 3)))',
  'a local': '(local.set $a (call $secret)) (local.set $b (local.get $a)) (call $put (local.get $b))',
  'a tee': '(drop (local.tee $a (call $secret))) (call $put (local.get $a))',
  'a global': '(global.set $g (call $secret)) (call $put (global.get $g))',
  memory: '(i32.store (i32.const 8) (call $secret)) (call $put (i32.load8_u (i32.const 11)))',
  'memory, unaligned':
    '(i64.store offset=3 (i32.const 4091) (i64.extend_i32_s (call $secret))) (call $put (i32.load16_u (i32.const 4100)))',
  'memory.copy, overlapping':
    '(i32.store (i32.const 8) (call $secret)) (memory.copy (i32.const 10) (i32.const 8) (i32.const 8)) (call $put (i32.load8_u (i32.const 13)))',
  'memory.fill': '(memory.fill (i32.const 100) (call $secret) (i32.const 50)) (call $put (i32.load (i32.const 140)))',
  'the size of a memory': '(drop (memory.grow (i32.sub (call $secret) (i32.const 4)))) (call $put (memory.size))',
  'a chosen value': '(call $put (select (call $secret) (i32.const 1) (i32.const 1)))',
  'a condition of a choice': '(call $put (select (i32.const 2) (i32.const 1) (call $secret)))',
  'an address of a load': '(call $put (i32.load (call $secret)))',
  'an argument and a result': '(call $put (call $same (call $secret)))',
  'a call through a table':
    '(table.set $t (i32.const 2) (ref.func $same)) (call $put (call_indirect $t (type $unary) (call $secret) (i32.const 2)))',
  'a tail call': '(call $put (call $tail (call $secret)))',
  'a recursion': '(call $put (call $deep (i32.const 20) (call $secret)))',
  'several results': '(call $pair (call $secret)) (drop) (call $put)',
  'a branch with a value': '(call $put (block (result i32) (i32.const 1) (drop (br 0 (call $secret))) (i32.const 2)))',
  'a branch over operands':
    '(call $put (block (result i32) (i32.const 9) (i32.const 8) (br_if 0 (call $secret) (i32.const 1)) (drop) (drop) (drop) (i32.const 2)))',
  'a br_table with a value':
    '(call $put (block (result i32) (i32.const 4) (br_table 0 0 (call $secret) (i32.const 1))))',
  'the result of an if': '(call $put (if (result i32) (i32.const 1) (then (call $secret)) (else (i32.const 3))))',
  'a parameter of a loop':
    '(call $secret) (loop (param i32) (result i32) (i32.const 1) (i32.add) (br_if 0 (i32.lt_s (local.tee $a (i32.add (local.get $a) (i32.const 1))) (i32.const 3)))) (call $put)',
  'a vector':
    '(v128.store (i32.const 64) (i32x4.replace_lane 2 (v128.const i32x4 1 2 3 4) (call $secret))) (call $put (i32.load (i32.const 72)))',
  'a lane that is loaded':
    '(i32.store (i32.const 8) (call $secret)) (call $put (i32x4.extract_lane 1 (v128.load32_lane 1 (i32.const 8) (v128.const i32x4 0 0 0 0))))',
  'the lanes that stay':
    '(call $put (i32x4.extract_lane 0 (v128.load32_lane 1 (i32.const 8) (i32x4.splat (call $secret)))))',
  'a float': '(call $put (i32.trunc_f64_s (f64.sqrt (f64.convert_i32_s (call $secret)))))',
};

const notCarried: Readonly<Record<string, string>> = {
  'a constant': '(drop (call $secret)) (call $put (i32.const 3))',
  'a local that was overwritten':
    '(local.set $a (call $secret)) (local.set $a (i32.const 1)) (call $put (local.get $a))',
  'memory that was overwritten':
    '(i32.store (i32.const 8) (call $secret)) (i32.store (i32.const 8) (i32.const 1)) (call $put (i32.load (i32.const 8)))',
  'memory that was filled':
    '(i32.store (i32.const 8) (call $secret)) (memory.fill (i32.const 0) (i32.const 0) (i32.const 64)) (call $put (i32.load (i32.const 8)))',
  'the byte beside it': '(i32.store8 (i32.const 8) (call $secret)) (call $put (i32.load8_u (i32.const 9)))',
  'an address of a store': '(i32.store (call $secret) (i32.const 1)) (call $put (i32.load (i32.const 5)))',
  'what was not chosen': '(call $put (select (call $secret) (i32.const 1) (i32.const 0)))',
  'a condition of a branch': '(if (call $secret) (then (call $put (i32.const 1))))',
  'the other operand': '(call $secret) (i32.const 3) (call $put) (drop)',
  'a branch that is not taken':
    '(call $put (block (result i32) (i32.const 9) (i32.const 8) (br_if 0 (call $secret) (i32.const 0)) (drop) (drop)))',
  'another source': '(drop (call $secret)) (call $put (call $other))',
  'the other result': '(call $pair (call $secret)) (call $put) (drop)',
  'an operand of an earlier call': '(drop (call $same (call $secret))) (call $put (call $same (i32.const 1)))',
  'a parameter of an earlier activation': '(drop (call $zero (call $secret))) (call $put (call $zero (i32.const 1)))',
};

const HELPERS = `
  (func $tail (param i32) (result i32) (return_call $same (local.get 0)))
  (func $deep (param $n i32) (param $x i32) (result i32)
    (if (result i32) (local.get $n)
      (then (call $deep (i32.sub (local.get $n) (i32.const 1)) (local.get $x)))
      (else (local.get $x))))
  (func $pair (param i32) (result i32 i32) (local.get 0) (i32.const 1))
  (func $zero (param i32) (result i32) (local i32)
    (if (i32.eqz (local.get 1)) (then (local.set 1 (i32.const 3))))
    (i32.add (local.get 1) (i32.load (i32.const 2000))))`;

describe.each(tierNames)('in tier %s', (tier) => {
  test.each(Object.entries(carried))('taint is carried by %s', async (_, body) => {
    expect(await reaches(body, tier, LOCALS)).toBe(true);
  });

  test.each(Object.entries(notCarried))('taint is not carried by %s', async (_, body) => {
    expect(await reaches(body, tier, LOCALS)).toBe(false);
  });
});

const LOCALS = '(local $a i32) (local $b i32)';
