/** What the engine decodes and does not execute is refused by name, but only in modules that are right otherwise. */

import { describe, expect, test } from 'vitest';
import { ModuleBuilder } from '../../engine/binary/module-builder.ts';
import { instructions } from '../../engine/isa/instructions.ts';
import { I32 } from '../../engine/isa/valtype.ts';
import { assemble } from '../support/wast-assemble.ts';
import { bytesOf, isValidInV8, offsetsOf, verdict } from './support.ts';

type Case = readonly [feature: string, first: (typeof instructions)[number]['name'], body: string];

const around = '(tag $e (param i32)) (type $s (struct (field i32))) (type $a (array (mut i8))) (memory 1) (func $f)';
const cases: readonly Case[] = [
  ['exceptions', 'throw', 'i32.const 1 throw $e'],
  ['exceptions', 'throw_ref', '(local exnref) local.get 0 throw_ref'],
  ['exceptions', 'try_table', 'block try_table (catch_all 0) nop end end'],
  ['gc', 'struct.new', 'i32.const 1 struct.new $s drop'],
  ['gc', 'struct.get', '(param (ref $s)) (result i32) local.get 0 struct.get $s 0'],
  ['gc', 'array.len', '(param (ref $a)) (result i32) local.get 0 array.len'],
  ['gc', 'ref.eq', '(param eqref) (result i32) local.get 0 local.get 0 ref.eq'],
  ['gc', 'ref.i31', 'i32.const 1 ref.i31 drop'],
  ['gc', 'ref.test', '(param anyref) (result i32) local.get 0 ref.test (ref $s)'],
  [
    'gc',
    'br_on_cast',
    '(param anyref) block (result (ref i31)) local.get 0 br_on_cast 0 anyref (ref i31) drop unreachable end drop',
  ],
];

describe('instructions that no tier executes', () => {
  test.each(cases)('of %s: %s', async (feature, name, body) => {
    const bytes = await bytesOf(`(module ${around} (func ${body}))`);
    expect(verdict(bytes)).toMatchObject({
      kind: 'unsupported',
      detail: feature,
      offset: offsetsOf(bytes, -1, name)[0],
    });
  });

  test('of legacy-exceptions', async () => {
    const text = '(module (tag $e) (func (try (do nop) (catch $e) (catch_all))))';
    const assembled = await assemble({ form: 'text', bytes: Buffer.from(text) } as never, 'wabt');
    if (!assembled.ok) throw new Error(assembled.message);
    expect(verdict(assembled.bytes)).toMatchObject({
      kind: 'unsupported',
      detail: 'legacy-exceptions',
      offset: offsetsOf(assembled.bytes, -1, 'try')[0],
    });
  });

  test('of threads', async () => {
    const bytes = await bytesOf('(module (memory 1 1) (func (param i32) (result i32) local.get 0 i32.atomic.load))');
    const at = Buffer.from(bytes).indexOf(Buffer.of(0xfe, 0x10));
    expect(verdict(bytes)).toMatchObject({ kind: 'unsupported', detail: 'threads', offset: at });
    expect(isValidInV8(bytes)).toBe(true);
  });
});

describe('declarations that no tier executes', () => {
  test('memories and tables with 64-bit addresses', async () => {
    for (const text of ['(memory i64 1)', '(import "e" "m" (memory i64 1))', '(table i64 1 funcref)']) {
      const bytes = await bytesOf(`(module ${text})`);
      expect(verdict(bytes), text).toMatchObject({
        kind: 'unsupported',
        detail: 'memory64',
        offset: expect.any(Number),
      });
      const code = await bytesOf(`(module ${text} (func (result i32)))`);
      expect(verdict(code), text).toMatchObject({ kind: 'invalid' });
    }
  });

  test('shared memories', async () => {
    const builder = new ModuleBuilder();
    builder.memory({ min: 1, max: 1, isShared: true });
    // Header, id, size, count.
    expect(verdict(builder.toBytes())).toEqual({ kind: 'unsupported', detail: 'threads', offset: 11 });
  });
});

describe('a module with an unsupported instruction', () => {
  const unsupported = 'i32.const 1 ref.i31 drop';

  test('and malformed code behind it, in the same function or a later one, is malformed', async () => {
    for (const [first, second] of [
      [[0x41, 1, 0xfb, 0x1c, 0x1a, 0xff], []],
      [[0x41, 1, 0xfb, 0x1c, 0x1a], [0xff]],
      [[0x41, 1, 0xfb, 0x1c, 0x1a], [0x41]],
      [[0x41, 1, 0xfb, 0x1c, 0x1a, 0x0b], []],
      [[0xfe, 0x03, 0x00, 0xff], []],
    ] as const) {
      const builder = new ModuleBuilder();
      const type = builder.type([], []);
      builder.func({ type, code: first });
      builder.func({ type, code: second });
      expect(verdict(builder.toBytes()), String([...first, '/', ...second])).toMatchObject({ kind: 'malformed' });
    }
  });

  test.each(cases)('may open or close blocks in front of its end (%s: %s)', async (feature, _, body) => {
    const bytes = await bytesOf(`(module ${around} (func ${body}) (func block loop end end))`);
    expect(verdict(bytes)).toMatchObject({ kind: 'unsupported', detail: feature });
    // One end less.
    const broken = bytes.slice();
    broken[offsetsOf(bytes, -1, 'end').at(-1) as number] = 0x01;
    expect(verdict(broken)).toMatchObject({ kind: 'malformed' });
  });

  test('and an invalid function elsewhere is invalid', async () => {
    const wrong = '(func $wrong (result i32))';
    for (const text of [`(func ${unsupported}) ${wrong}`, `${wrong} (func ${unsupported})`]) {
      expect(verdict(await bytesOf(`(module ${text})`)), text).toMatchObject({ kind: 'invalid' });
    }
  });

  test('and something invalid in another section is invalid', async () => {
    for (const text of [
      '(memory 65537)',
      '(export "a" (func 0)) (export "a" (func 0))',
      '(start 9)',
      '(global i32 (i64.const 1))',
      '(elem (i32.const 0) func 0)',
      '(data (i32.const 0) "")',
    ]) {
      const bytes = await bytesOf(`(module (func ${unsupported}) ${text})`);
      expect(verdict(bytes), text).toMatchObject({ kind: 'invalid' });
    }
  });

  test('in a constant expression is unsupported, unless another one is invalid', async () => {
    const bytes = await bytesOf('(module (global i31ref (ref.i31 (i32.const 1))) (global i32 (i32.const 1)))');
    expect(verdict(bytes)).toMatchObject({ kind: 'unsupported', detail: 'gc' });
    for (const other of [
      '(global i32 (i64.const 1))',
      '(elem funcref (ref.func 9))',
      '(memory 1) (data (f32.const 0) "")',
    ]) {
      const text = `(module (global i31ref (ref.i31 (i32.const 1))) ${other})`;
      expect(verdict(await bytesOf(text)), text).toMatchObject({ kind: 'invalid' });
    }
    const segments = '(module (elem i31ref (ref.i31 (i32.const 1))) (elem funcref (ref.func 9)))';
    expect(verdict(await bytesOf(segments))).toMatchObject({ kind: 'invalid' });
  });

  test('names the first of several', async () => {
    const bytes = await bytesOf(`(module ${around} (func ${unsupported}) (func i32.const 1 throw $e))`);
    expect(verdict(bytes)).toMatchObject({ detail: 'gc', offset: offsetsOf(bytes, 1, 'ref.i31')[0] });
  });
});

test('every row that is decoded only is refused in code', () => {
  for (const i of instructions.filter((row) => row.isDecodedOnly)) {
    const builder = new ModuleBuilder();
    const type = builder.type([I32], []);
    builder.item(1, [0x5f, 1, 0x7f, 0]);
    const opcode = i.opcode > 0xff ? [i.opcode >> 12, i.opcode & 0xfff] : [i.opcode];
    // Immediates that fit any of their kinds: zeros; a block or a list of clauses is empty.
    const immediates = i.immediates.map((kind) => (kind === 'block' ? 0x40 : kind === 'heap' ? 0x6b : 0));
    builder.func({ type, code: [...opcode, ...immediates, 0x00, ...(i.effects.has('label') ? [0x0b] : [])] });
    const found = verdict(builder.toBytes());
    if (/^(catch|catch_all|delegate)$/.test(i.name)) expect(found, i.name).toMatchObject({ kind: 'malformed' });
    else expect(found, i.name).toMatchObject({ kind: 'unsupported', detail: i.feature });
  }
});
