/** Constant expressions: which instructions, which globals, which types, and in which places. */

import { setFlagsFromString } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { ModuleBuilder } from '../../engine/binary/module-builder.ts';
import { ByteWriter } from '../../engine/binary/writer.ts';
import { instructions } from '../../engine/isa/instructions.ts';
import { bytesOf, isValidInV8, verdict } from './support.ts';

setFlagsFromString('--experimental-wasm-extended-const');

const around = `(import "e" "i" (global $i i32)) (import "e" "m" (global $m (mut i32))) (import "e" "x" (global $x externref))
  (memory 1) (table 1 funcref) (table $xt 1 externref) (func $f) (global $own i32 (i32.const 1)) (global $mine (mut i32) (i32.const 1))`;

const accepted: readonly (readonly [type: string, expr: string])[] = [
  ['i32', 'i32.const 1'],
  ['i64', 'i64.const 1'],
  ['f32', 'f32.const 1'],
  ['f64', 'f64.const 1'],
  ['v128', 'v128.const i64x2 1 2'],
  ['funcref', 'ref.null func'],
  ['externref', 'ref.null extern'],
  ['funcref', 'ref.func $f'],
  ['i32', 'global.get $i'],
  ['externref', 'global.get $x'],
  ['i32', 'i32.const 1 i32.const 2 i32.add'],
  ['i32', 'global.get $i i32.const 2 i32.sub i32.const 3 i32.mul'],
  ['i64', 'i64.const 1 i64.const 2 i64.add i64.const 3 i64.sub i64.const 4 i64.mul'],
];

const refused: readonly (readonly [type: string, expr: string, detail: RegExp])[] = [
  ['i32', '', /^type mismatch/],
  ['i32', 'i64.const 1', /^type mismatch/],
  ['i32', 'i32.const 1 i32.const 1', /^type mismatch/],
  ['externref', 'ref.null func', /^type mismatch/],
  ['i64', 'i32.const 1 i64.extend_i32_s', /^constant expression required/],
  ['i32', 'i32.const 1 i32.const 1 i32.and', /^constant expression required/],
  ['i32', 'i32.const 1 i32.const 1 i32.div_s', /^constant expression required/],
  ['i64', 'i64.const 1 i64.const 1 i64.xor', /^constant expression required/],
  ['f32', 'f32.const 1 f32.neg', /^constant expression required/],
  ['i32', 'nop i32.const 1', /^constant expression required/],
  ['i32', 'unreachable', /^constant expression required/],
  ['i32', 'i32.const 0 i32.load', /^constant expression required/],
  ['i32', 'memory.size', /^constant expression required/],
  ['i32', 'i32.const 1 drop i32.const 1', /^constant expression required/],
  ['i32', 'i32.const 1 return', /^constant expression required/],
  ['i32', 'ref.null func ref.is_null', /^constant expression required/],
  ['i32', 'block (result i32) i32.const 1 end', /^constant expression required/],
  ['i32', 'i32.add', /^type mismatch/],
  ['i32', 'i32.const 1 i64.const 1 i32.add', /^type mismatch/],
  ['i32', 'global.get $m', /^constant expression required: the global is mutable/],
  ['i32', 'global.get $mine', /^constant expression required: the global is mutable/],
  ['i32', 'global.get 99', /^unknown global 99/],
  ['i64', 'global.get $i', /^type mismatch/],
  ['funcref', 'ref.func 99', /^unknown function 99/],
];

/** Places for a constant expression of a type, with the type it must have there. */
const places: readonly (readonly [name: string, type: string, field: (expr: string) => string])[] = [
  ['a data offset', 'i32', (expr) => `(data (offset ${expr}) "a")`],
  ['an element offset', 'i32', (expr) => `(elem (offset ${expr}) func $f)`],
  ['an element of functions', 'funcref', (expr) => `(elem funcref (item ${expr}))`],
  [
    'an element of an active segment',
    'externref',
    (expr) => `(elem (table $xt) (i32.const 0) externref (item ${expr}))`,
  ],
];

describe('a constant expression', () => {
  test.each(accepted)('of type %s may be %s', async (type, expr) => {
    const bytes = await bytesOf(`(module ${around} (global ${type} ${expr}))`);
    expect(verdict(bytes)).toMatchObject({ kind: 'valid' });
    expect(isValidInV8(bytes)).toBe(true);
  });

  test.each(refused)('of type %s may not be "%s"', async (type, expr, detail) => {
    const bytes = await bytesOf(`(module ${around} (global ${type} ${expr}))`);
    expect(verdict(bytes)).toMatchObject({ kind: 'invalid', detail: expect.stringMatching(detail), func: undefined });
    expect(isValidInV8(bytes)).toBe(false);
  });

  test.each(places)('as %s follows the same rules', async (_, wanted, field) => {
    const rules = [
      ...accepted.map(([type, expr]) => ({ type, expr })),
      ...refused.map(([type, expr]) => ({ type, expr })),
    ];
    let valid = 0;
    for (const [n, { type, expr }] of rules.entries()) {
      const bytes = await bytesOf(`(module ${around} ${field(expr)})`);
      const found = verdict(bytes);
      expect(isValidInV8(bytes), expr).toBe(found.kind === 'valid');
      if (n < accepted.length) expect(found.kind, expr).toBe(type === wanted ? 'valid' : 'invalid');
      else if (type === wanted) expect(found.kind, expr).toBe('invalid');
      if (found.kind === 'valid') valid++;
    }
    expect(valid).toBeGreaterThan(0);
  });

  test('of a global sees the immutable globals before it, and none behind', async () => {
    const ok = await bytesOf('(module (global $a i32 (i32.const 1)) (global i32 (global.get $a)))');
    // V8 of Node 20 lets only imported globals be seen.
    expect(verdict(ok)).toMatchObject({ kind: 'valid' });
    for (const text of [
      '(module (global i32 (global.get 0)))',
      '(module (global i32 (global.get 1)) (global i32 (i32.const 1)))',
      '(module (global $a (mut i32) (i32.const 1)) (global i32 (global.get $a)))',
    ]) {
      const bytes = await bytesOf(text);
      expect(verdict(bytes), text).toMatchObject({ kind: 'invalid' });
      expect(isValidInV8(bytes)).toBe(false);
    }
  });

  test('names its offset in the module', async () => {
    const bytes = await bytesOf('(module (global i32 (i32.const 7) (i32.const 8) (i32.and)))');
    expect(verdict(bytes)).toMatchObject({ offset: bytes.indexOf(0x71) });
  });

  test('may hold no executed instruction beyond the constant ones', () => {
    const constant = new Set(
      'i32.const i64.const f32.const f64.const v128.const ref.null ref.func global.get i32.add i32.sub i32.mul i64.add i64.sub i64.mul end'.split(
        ' ',
      ),
    );
    for (const i of instructions) {
      // Without immediates, so that no bytes are needed behind the opcode.
      if (i.isDecodedOnly || i.immediates.length > 0 || constant.has(i.name) || i.name === 'else') continue;
      const writer = new ByteWriter();
      if (i.opcode > 0xff) writer.u8(i.opcode >> 12).u32(i.opcode & 0xfff);
      else writer.u8(i.opcode);
      const builder = new ModuleBuilder();
      builder.global(0x7f, false, writer.toBytes());
      expect(verdict(builder.toBytes()), i.name).toMatchObject({ detail: 'constant expression required' });
    }
  });
});
