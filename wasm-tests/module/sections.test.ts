/** Validation of what stands outside of code: limits, exports, start, segments, tables, types. */

import { describe, expect, test } from 'vitest';
import { encodeLimits, ModuleBuilder } from '../../engine/binary/module-builder.ts';
import { ByteWriter } from '../../engine/binary/writer.ts';
import { FUNCREF, I32 } from '../../engine/isa/valtype.ts';
import { bytesOf, isValidInV8, type Verdict, verdict } from './support.ts';

function expectInvalid(bytes: Uint8Array, detail: RegExp, more: Partial<Verdict> = {}): void {
  expect(verdict(bytes)).toMatchObject({ kind: 'invalid', detail: expect.stringMatching(detail), ...more });
  expect(isValidInV8(bytes)).toBe(false);
}

function expectValid(bytes: Uint8Array): void {
  expect(verdict(bytes)).toMatchObject({ kind: 'valid' });
  expect(isValidInV8(bytes)).toBe(true);
}

describe('limits', () => {
  const defined = (min: number, max?: number): Uint8Array => {
    const builder = new ModuleBuilder();
    builder.memory(max === undefined ? { min } : { min, max });
    return builder.toBytes();
  };
  const imported = (min: number, max?: number): Uint8Array => {
    const builder = new ModuleBuilder();
    builder.import('a', 'b', 'memory', encodeLimits(max === undefined ? { min } : { min, max }));
    return builder.toBytes();
  };
  const table = (min: number, max?: number): Uint8Array => {
    const builder = new ModuleBuilder();
    builder.table(FUNCREF, max === undefined ? { min } : { min, max });
    return builder.toBytes();
  };

  test.each([
    [0, undefined],
    [65536, undefined],
    [0, 0],
    [0, 65536],
    [65536, 65536],
  ])('of a memory may be %s and %s', (min, max) => {
    expectValid(defined(min, max));
    expectValid(imported(min, max));
  });

  test.each([
    [65537, undefined, /^memory size/],
    [0, 65537, /^memory size/],
    [2 ** 32 - 1, undefined, /^memory size/],
    [2, 1, /^size minimum must not be greater than maximum/],
  ])('of a memory may not be %s and %s', (min, max, detail) => {
    expectInvalid(defined(min, max), detail);
    expectInvalid(imported(min, max), detail);
  });

  test('of a table must be in order; their size matters when it is made', () => {
    for (const [min, max] of [[0], [0, 0], [10, 10], [0, 2 ** 32 - 1]] as const) expectValid(table(min, max));
    expectInvalid(table(11, 10), /^size minimum must not be greater than maximum/);
    expect(verdict(table(2 ** 32 - 1))).toMatchObject({ kind: 'valid' });
  });

  test('name the offset of the definition', () => {
    const bytes = defined(2, 1);
    // Header, id, size, count: the limits begin at 11.
    expect(verdict(bytes)).toMatchObject({ offset: 11 });
  });

  test('a shared memory must have a maximum', () => {
    const builder = new ModuleBuilder();
    builder.memory({ min: 1, isShared: true });
    expectInvalid(builder.toBytes(), /^shared memory must have maximum/);
  });

  test('locals and parameters together are 50,000 at most', () => {
    const withLocals = (params: number, locals: number): Uint8Array => {
      const builder = new ModuleBuilder();
      const type = builder.type(new Array<number>(params).fill(I32), []);
      builder.func({ type, locals: [[locals, I32]], code: [] });
      return builder.toBytes();
    };
    expectValid(withLocals(0, 50_000));
    expectValid(withLocals(1000, 49_000));
    expectInvalid(withLocals(0, 50_001), /^too many locals/);
    expectInvalid(withLocals(1000, 49_001), /^too many locals/);
  });
});

describe('exports', () => {
  const around = '(memory 1) (table 1 funcref) (global i32 (i32.const 0)) (func)';

  test.each(['func', 'memory', 'table', 'global'])('of a %s must exist', async (kind) => {
    expectValid(
      await bytesOf(`(module ${around} (export "a" (${kind} 0)) (export "b" (${kind} 0)) (export "" (${kind} 0)))`),
    );
    expectInvalid(await bytesOf(`(module ${around} (export "a" (${kind} 0)) (export "b" (${kind} 1)))`), /^unknown/);
  });

  test('must have names of their own', async () => {
    const bytes = await bytesOf(`(module ${around} (export "xyz" (func 0)) (export "xyz" (memory 0)))`);
    expectInvalid(bytes, /^duplicate export name "xyz"/);
    // The second entry, which begins with the length of the name.
    const second = Buffer.from(bytes).lastIndexOf('\u0003xyz');
    expect(verdict(bytes).offset).toBe(second);
  });
});

describe('the start function', () => {
  const start = (text: string, index: number): Promise<Uint8Array> =>
    bytesOf(`(module (import "e" "f" (func)) ${text} (start ${index}))`);

  test('takes nothing and gives nothing, and may be imported', async () => {
    expectValid(await start('', 0));
    expectValid(await start('(func)', 1));
    expectInvalid(await start('(func (param i32))', 1), /^start function/);
    expectInvalid(await start('(func (result i32) (i32.const 0))', 1), /^start function/);
    expectInvalid(await start('', 1), /^unknown function 1/);
  });
});

describe('segments', () => {
  const around = '(memory 1) (table $t 1 funcref) (table $x 1 externref) (func $f)';

  test.each([
    '(data "passive")',
    '(data (i32.const 0) "active")',
    '(elem func $f)',
    '(elem declare func $f)',
    '(elem (i32.const 0) func $f $f)',
    '(elem (table $t) (i32.const 0) funcref (ref.func $f) (ref.null func))',
    '(elem (table $x) (i32.const 0) externref (ref.null extern))',
  ])('may be %s', async (segment) => {
    expectValid(await bytesOf(`(module ${around} ${segment})`));
  });

  test.each([
    ['(data (memory 1) (i32.const 0) "")', /^unknown memory 1/],
    ['(elem (table 9) (i32.const 0) func $f)', /^unknown table 9/],
    ['(elem (i32.const 0) func 9)', /^unknown function 9/],
    ['(elem func 9)', /^unknown function 9/],
    ['(elem declare func 9)', /^unknown function 9/],
    ['(elem funcref (ref.func 9))', /^unknown function 9/],
    ['(elem (table $x) (i32.const 0) func $f)', /^type mismatch/],
    ['(elem (table $t) (i32.const 0) externref (ref.null extern))', /^type mismatch/],
    ['(elem externref (ref.func $f))', /^type mismatch/],
    ['(data (i64.const 0) "")', /^type mismatch/],
    ['(elem (f32.const 0) func $f)', /^type mismatch/],
  ])('may not be %s', async (segment, detail) => {
    expectInvalid(await bytesOf(`(module ${around} ${segment})`), detail);
  });

  test('need the memory or the table', async () => {
    expectInvalid(await bytesOf('(module (data (i32.const 0) ""))'), /^unknown memory 0/);
    expectInvalid(await bytesOf('(module (elem (i32.const 0) func))'), /^unknown table 0/);
    expectValid(await bytesOf('(module (data "") (elem func))'));
  });
});

describe('functions and types', () => {
  test('a body with bytes behind its end is malformed', () => {
    const builder = new ModuleBuilder();
    builder.type([], []);
    builder.rawFunc(0, [0, 0x0b, 0x01, 0x0b]);
    const bytes = builder.toBytes();
    expect(verdict(bytes)).toMatchObject({
      kind: 'malformed',
      detail: 'END opcode expected',
      offset: bytes.length - 2,
    });
    expect(isValidInV8(bytes)).toBe(false);
  });

  test('a body without its end is malformed', () => {
    const builder = new ModuleBuilder();
    builder.type([], []);
    builder.rawFunc(0, [0, 0x01]);
    expect(verdict(builder.toBytes())).toMatchObject({ kind: 'malformed' });
  });

  test('an else without its if, and an opcode that is none, are malformed', () => {
    for (const code of [[0x05], [0x02, 0x40, 0x05, 0x0b], [0xff], [0x27], [0xfc, 0x7f], [0xfd, 0x9a, 0x01]]) {
      const builder = new ModuleBuilder();
      builder.type([], []);
      builder.func({ type: 0, code });
      const bytes = builder.toBytes();
      expect(verdict(bytes), String(code)).toMatchObject({ kind: 'malformed' });
      expect(isValidInV8(bytes)).toBe(false);
    }
  });

  test('a block type must be the index of a function type', async () => {
    const unknown = new ModuleBuilder();
    unknown.type([], []);
    unknown.func({ type: 0, code: [0x02, 0x05, 0x0b] });
    const bytes = unknown.toBytes();
    expectInvalid(bytes, /^unknown type 5/, { func: 0, offset: bytes.length - 4 });
    const struct = new ModuleBuilder();
    struct.type([], []);
    struct.item(1, [0x5f, 0]);
    struct.func({ type: 0, code: [0x02, 0x01, 0x0b] });
    expect(verdict(struct.toBytes())).toMatchObject({
      kind: 'invalid',
      detail: expect.stringMatching(/^unknown type/),
    });
  });

  test('the index of a function in errors counts imports', async () => {
    const bytes = await bytesOf('(module (import "e" "f" (func)) (func) (func (result i32)))');
    expect(verdict(bytes)).toMatchObject({ kind: 'invalid', func: 2, offset: bytes.length - 1 });
  });

  test('a table of non-null references needs an initial value of its type', async () => {
    const types = '(type $v (func)) (func $f)';
    expect(verdict(await bytesOf(`(module ${types} (table 1 (ref $v) (ref.func $f)))`))).toMatchObject({
      kind: 'valid',
    });
    expect(verdict(await bytesOf(`(module ${types} (table 1 funcref (ref.func $f)))`))).toMatchObject({
      kind: 'valid',
    });
    const builder = new ModuleBuilder();
    builder.item(4, new ByteWriter().u8(0x64).u8(0x70).bytes([0, 1]).toBytes());
    expect(verdict(builder.toBytes())).toMatchObject({
      kind: 'invalid',
      detail: expect.stringMatching(/^type mismatch/),
    });
    expect(verdict(await bytesOf(`(module ${types} (table 1 externref (ref.func $f)))`))).toMatchObject({
      kind: 'invalid',
    });
  });

  test('a tag has no results', async () => {
    expectValid(await bytesOf('(module (import "e" "t" (tag)) (tag (param i32)))'));
    expectInvalid(await bytesOf('(module (tag (result i32)))'), /^non-empty tag result type/);
    expectInvalid(await bytesOf('(module (import "e" "t" (tag (result i32))))'), /^non-empty tag result type/);
  });
});
