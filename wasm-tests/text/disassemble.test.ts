/**
 * Disassembly is text that an assembler takes back.
 *
 * Every row of the instruction table is written down with immediates of its kind, assembled by wasm-tools (by WABT what only
 * that knows), and disassembled: it must come out as it went in.
 */

import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, test } from 'vitest';
import createWabt from 'wabt';
import { decodeModule } from '../../engine/binary/decode.ts';
import { MalformedError } from '../../engine/isa/errors.ts';
import { type Instruction, instructions } from '../../engine/isa/instructions.ts';
import { bodyOf, type DisassembledLine, disassemble, localsOf } from '../../engine/text/disassemble.ts';
import { f32Text, f64Text } from '../../engine/text/numbers.ts';

/** What stands around the code: at least two of everything. */
const HEADER = `
  (type (func))
  (type (func (param i32) (result i32 i64)))
  (type (struct (field (mut i8)) (field i64)))
  (type (array (mut i8)))
  (type (array (mut funcref)))
  (import "env" "f" (func (type 1)))
  (table 1 funcref) (table 1 funcref)
  (memory 1) (memory i64 1)
  (global i32 (i32.const 0)) (global i32 (i32.const 0))
  (tag (type 0)) (tag (param i32))
  (elem funcref) (elem funcref)
  (data "") (data "")`;

/** Immediates, one text or several, by the words of the instruction table. */
const operands: Readonly<Record<string, readonly string[]>> = {
  '': [''],
  label: ['0', '1'],
  labels: ['0 1 0', '1'],
  func: ['1'], // function 0 has a name, since it is imported
  type: ['2', '3'],
  table: ['0', '1'],
  memory: ['', '1'],
  local: ['0', '1'],
  global: ['0', '1'],
  tag: ['0', '1'],
  elem: ['1'],
  data: ['1'],
  types: ['(result i32)', '(result (ref null 2))', '(result externref)'],
  heap: ['func', 'any', '2', 'none', 'exn'],
  memarg: ['', 'offset=8', '1 offset=4294967296', 'align=1'],
  'memarg lane': ['0', 'offset=3 1', '1 offset=4294967296 align=1 0'],
  lane: ['0', '1'],
  lanes: ['0 1 2 3 4 5 6 7 8 9 10 11 12 13 30 31'],
  i32: ['0', '-2147483648', '2147483647'],
  i64: ['-9223372036854775808', '9223372036854775807', '4294967296'],
  f32: ['0.1', '-0', 'inf', '-inf', 'nan', '-nan', 'nan:0x1', '-nan:0x7fffff', '3.4028235e+38', '1e-45', '16777216'],
  f64: ['0.1', '-0', 'inf', '-inf', 'nan', '-nan:0x8000000000001', '5e-324', '1.7976931348623157e+308'],
  v128: ['i32x4 0x00000001 0xfffffffe 0x7f000000 0x00ff00ff'],
  'type table': ['(type 1)', '1 (type 0)'],
  'elem table': ['1', '1 0'],
  'data memory': ['1', '1 0'],
  'memory memory': ['', '0 1', '1 0'],
  'table table': ['', '0 1', '1 0'],
  'type field': ['2 0', '2 1'],
  'type count': ['3 2'],
  'type elem': ['4 1'],
  'type data': ['3 1'],
  'type type': ['3 3'],
  'castflags label heap heap': ['0 anyref (ref struct)', '1 (ref null 2) (ref 2)', '0 eqref structref'],
};

/** The immediates of an instruction; heap types of tests and casts stand in a reference type. */
function operandsOf({ name, immediates }: Instruction): readonly string[] {
  const texts = operands[immediates.join(' ')];
  if (texts === undefined) throw new Error(`the test has no immediates for ${name}`);
  if (name === 'ref.test' || name === 'ref.cast') return ['(ref any)', '(ref 2)'];
  if (name === 'ref.test null' || name === 'ref.cast null') return ['anyref', '(ref null 2)'];
  if (immediates[0] === 'memarg' && name.includes('8')) return texts.filter((text) => !text.includes('align=1'));
  return texts;
}

const structured = new Set(['block', 'loop', 'if', 'else', 'end', 'try_table']);
const plain = instructions.filter((i) => i.feature !== 'legacy-exceptions' && !structured.has(i.name));

function assemble(lines: readonly string[]): Promise<Uint8Array> {
  return parse(`(module ${HEADER} (func (local i32 i32 f64)\n${lines.join('\n')}\n))`);
}

function linesOf(bytes: Uint8Array, func = 1): DisassembledLine[] {
  return [...disassemble(decodeModule(bytes), func)];
}

/** Without the function's own `end`. */
function textsOf(bytes: Uint8Array): string[] {
  return linesOf(bytes)
    .map(({ depth, text }) => '  '.repeat(depth) + text)
    .slice(0, -1);
}

describe('instructions without blocks', () => {
  test.each(plain.map((i) => [i.name, i] as const))('%s', async (_name, instruction) => {
    const lines = operandsOf(instruction).map((text) => `${instruction.mnemonic} ${text}`.trim());
    expect(textsOf(await assemble(lines))).toEqual(lines);
  });
});

test('blocks are indented, with their types and labels', async () => {
  const lines = [
    'block',
    '  block (result i32)',
    '    loop (type 1) (param i32) (result i32 i64)',
    '      br 2',
    '      br_table 0 1 2 3',
    '    end',
    '    if (result (ref null 2))',
    '      unreachable',
    '    else',
    '      try_table (result i32) (catch 1 0) (catch_ref 0 1) (catch_all 2) (catch_all_ref 0)',
    '        nop',
    '      end',
    '    end',
    '  end',
    'end',
    'try_table',
    'end',
  ];
  expect(textsOf(await assemble(lines))).toEqual(lines);
});

test('legacy exceptions', async () => {
  const lines = [
    'try (result i32)',
    '  try',
    '    nop',
    '  delegate 1',
    'catch 0',
    '  rethrow 0',
    'catch_all',
    '  nop',
    'end',
  ];
  const text = `(module (tag) (func\n${lines.join('\n')}\n))`;
  const parsed = (await createWabt()).parseWat('legacy.wat', text, { exceptions: true });
  const bytes = Uint8Array.from(parsed.toBinary({}).buffer);
  const shown = linesOf(bytes, 0).map(({ depth, text: line }) => '  '.repeat(depth) + line);
  expect(shown.slice(0, -1)).toEqual(lines);
});

test('names stand before the index', async () => {
  const bytes = await parse(`(module
    (type $binary (func (param i32 i32) (result i32)))
    (import "env" "imported" (func (param i32)))
    (table $handlers 1 funcref) (memory $small 1) (memory $big 1)
    (global $level (mut i32) (i32.const 0))
    (tag $oops (param i32))
    (type $point (struct (field $x (mut i32)) (field $y i32)))
    (elem $es funcref) (data $ds "")
    (func $main (param $first i32) (local $second i64)
      block $outer
        loop $again
          local.get $first local.set $second local.get 0
          br $outer br_if $again br_table $again $outer 2
          call $main call 0 return_call $main
          call_indirect $handlers (type $binary)
          global.set $level throw $oops
          struct.get $point $y i32.load $big offset=4 memory.grow $big memory.init $big $ds
          memory.copy $big $small table.init $handlers $es ref.func $main
          try_table (catch $oops $again) end
        end
      end))`);
  const texts = linesOf(bytes).map(({ text }) => text);
  expect(texts).toEqual([
    'block $outer',
    'loop $again',
    'local.get $first (;0;)',
    'local.set $second (;1;)',
    'local.get $first (;0;)',
    'br $outer (;1;)',
    'br_if $again (;0;)',
    'br_table $again (;0;) $outer (;1;) 2',
    'call $main (;1;)',
    'call $env.imported (;0;)',
    'return_call $main (;1;)',
    'call_indirect (type $binary (;0;))',
    'global.set $level (;0;)',
    'throw $oops (;0;)',
    'struct.get $point (;1;) $y (;1;)',
    'i32.load $big (;1;) offset=4',
    'memory.grow $big (;1;)',
    'memory.init $big (;1;) $ds (;0;)',
    'memory.copy $big (;1;) $small (;0;)',
    'table.init $es (;0;)',
    'ref.func $main (;1;)',
    'try_table (catch $oops (;0;) $again (;0;))',
    'end',
    'end',
    'end',
    'end',
  ]);
});

test('every line tells its pc and its offset in the module', async () => {
  const bytes = await assemble(['i32.const 128', 'drop', 'f64.const 1', 'drop']);
  const module = decodeModule(bytes);
  const body = bodyOf(module, 1);
  expect(body).toBeDefined();
  const lines = linesOf(bytes);
  // 1 count of runs, 2 bytes for each of two runs of locals.
  expect(lines.map(({ pc }) => pc)).toEqual([5, 8, 9, 18, 19]);
  for (const { pc, offset, op } of lines) {
    expect(offset - pc).toBe(body?.start);
    expect(instructions[op]?.opcode).toBe(bytes[offset]);
  }
  expect(localsOf(module, 1).map(({ count }) => count)).toEqual([2, 1]);
});

test('functions without code are refused', async () => {
  const module = decodeModule(await assemble([]));
  expect(() => disassemble(module, 0)).toThrow(RangeError);
  expect(() => disassemble(module, 2)).toThrow('function 2 has no body');
  expect(bodyOf(module, 0)).toBeUndefined();
});

test('malformed code is shown up to where it breaks', async () => {
  const bytes = await assemble(['nop', 'nop', 'drop']);
  const [, second] = linesOf(bytes);
  bytes[second?.offset ?? 0] = 0xff;
  const lines = disassemble(decodeModule(bytes), 1);
  expect(lines.next().value).toMatchObject({ text: 'nop' });
  expect(() => lines.next()).toThrow(MalformedError);
});

test('floats are read back as the bits they came from', () => {
  const view = new DataView(new ArrayBuffer(8));
  let seed = 12345;
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    return seed;
  };
  for (let i = 0; i < 20_000; i++) {
    view.setInt32(0, random());
    view.setInt32(4, random());
    const single = view.getFloat32(0);
    if (!Number.isNaN(single))
      expect(Math.fround(Number(f32Text(view.getInt32(0)).replace('inf', 'Infinity')))).toBe(single);
    const double = view.getFloat64(0);
    if (Number.isNaN(double)) continue;
    expect(Number(f64Text(view.getInt32(4), view.getInt32(0)).replace('inf', 'Infinity'))).toBe(double);
  }
});
