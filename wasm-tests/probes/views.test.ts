import { describe, expect, it } from 'vitest';
import { type Frame, insertProbe, type Needs, ProbeError, type TypedValue, valtype } from '../../engine/index.ts';
import {
  FRAME_TEXT_NEEDS,
  frameText,
  localIndex,
  localName,
  MemoryView,
  type NamedLocal,
  namedLocals,
  placeText,
  STACK_TEXT_NEEDS,
  stackText,
  valueText,
} from '../../probes/index.ts';
import { loader, thrownBy, tiers } from '../contract/tiers.ts';
import type { Program } from '../support/program.ts';

const { EXTERNREF, F32, F64, FUNCREF, I32, I64, V128 } = valtype;

const PROGRAM = `(module
  (import "env" "visit" (func $visit (param i32)))
  (func $outer (export "outer") (param $n i32) (call $visit (local.get $n)))
  (func $inner (export "inner") (param $count i32) (param i64) (param $x f32) (result i32) (local $sum f64) (local externref)
    (local.set $sum (f64.const -0.5))
    (i32.const 40)
    (drop (i32.add (i32.const 1) (local.get $count)))))`;

/** What an action finds at the first event of a location. */
function seen<T>(
  p: Program,
  place: { func: string; pc: number },
  needs: Needs,
  look: (frame: Frame) => T,
): { value?: T } {
  const found: { value?: T } = {};
  insertProbe(p.instance, p.func(place.func), place.pc, {
    needs,
    fire: (frame) => {
      if (!('value' in found)) found.value = look(frame);
    },
  });
  return found;
}

const value = (type: number, of: unknown, bits?: bigint): TypedValue => ({ type, value: of, bits });

describe('a value as text', () => {
  it.each<[string, TypedValue]>([
    ['-1', value(I32, -1)],
    ['-9223372036854775808', value(I64, -(1n << 63n))],
    ['0.1', value(F32, Math.fround(0.1), 0x3dcccccdn)],
    ['16777216', value(F32, 16777216, 0x4b800000n)],
    ['1e-45', value(F32, 2 ** -149, 1n)],
    ['3.4028235e+38', value(F32, 3.4028234663852886e38, 0x7f7fffffn)],
    ['-0', value(F32, -0, 0x80000000n)],
    ['0.1', value(F64, 0.1, 0x3fb999999999999an)],
    ['-Infinity', value(F64, -Infinity, 0xfff0000000000000n)],
    ['NaN', value(F64, Number.NaN, 0x7ff8000000000000n)],
    ['NaN (0x7fa00000)', value(F32, Number.NaN, 0x7fa00000n)],
    ['00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e ff', value(V128, Uint8Array.from([...Array(15).keys(), 255]))],
    ['null', value(FUNCREF, null)],
    ['function inner', value(FUNCREF, function inner() {})],
    ['"text"', value(EXTERNREF, 'text')],
    ['object Map', value(EXTERNREF, new Map())],
    ['object (no class)', value(EXTERNREF, Object.create(null))],
    ['undefined', value(EXTERNREF, undefined)],
  ])('%s', (text, typed) => {
    expect(valueText(typed)).toBe(text);
  });

  it('of an f32 tells it from its neighbours', () => {
    const numbers = new Float32Array(1);
    const bits = new Uint32Array(numbers.buffer);
    for (let i = 0; i < 5000; i++) {
      bits[0] = Math.imul(i, 0x9e3779b1) & 0x7fffffff;
      const [number] = numbers as unknown as [number];
      if (!Number.isFinite(number)) continue;
      expect(Math.fround(Number(valueText(value(F32, number, BigInt(bits[0]))))), `bits ${bits[0]}`).toBe(number);
    }
  });
});

describe.each(tiers)('views in tier $name', (tier) => {
  const load = loader(tier);
  const loadProgram = (visit: (n: number) => void = () => {}): Program =>
    load(PROGRAM, { imports: { env: { visit } } });

  it('parameters and locals with names', () => {
    const p = loadProgram();
    const at = { func: 'inner', pc: p.pc('inner', 'drop') };
    const { module } = p.instance;
    const found = seen(p, at, { locals: true }, (frame): NamedLocal[] => namedLocals(frame));
    p.call('inner', 2, 3n, 1.5);
    expect(found.value).toEqual([
      { index: 0, name: 'count', isParameter: true, type: I32, value: 2, bits: undefined },
      { index: 1, name: undefined, isParameter: true, type: I64, value: 3n, bits: undefined },
      { index: 2, name: 'x', isParameter: true, type: F32, value: 1.5, bits: 0x3fc00000n },
      { index: 3, name: 'sum', isParameter: false, type: F64, value: -0.5, bits: 0xbfe0000000000000n },
      { index: 4, name: undefined, isParameter: false, type: EXTERNREF, value: null, bits: undefined },
    ]);
    expect(localName(module, p.func('inner'), 3)).toBe('sum');
    expect(localName(module, p.func('inner'), 9)).toBe(undefined);
    expect(localIndex(module, p.func('inner'), 'x')).toBe(2);
    expect(localIndex(module, p.func('inner'), 'y')).toBe(undefined);
  });

  it('a frame as text: place, locals, operands with the topmost first', () => {
    const p = loadProgram();
    const pc = p.pc('inner', 'i32.add');
    const found = seen(p, { func: 'inner', pc }, FRAME_TEXT_NEEDS, frameText);
    p.call('inner', 2, -3n, 1.5);
    const { start } = p.instance.module.bodies[1] as { start: number };
    expect(found.value).toBe(
      [
        `inner (function 2) at pc ${pc}, module offset 0x${(start + pc).toString(16)}: i32.add`,
        '  param 0 $count: i32 = 2',
        '  param 1: i64 = -3',
        '  param 2 $x: f32 = 1.5',
        '  local 3 $sum: f64 = -0.5',
        '  local 4: externref = null',
        '  operand 0: i32 = 2',
        '  operand 1: i32 = 1',
        '  operand 2: i32 = 40',
      ].join('\n'),
    );
  });

  it('a frame at its entry', () => {
    const p = loadProgram();
    const found = seen(p, { func: 'outer', pc: 0 }, {}, placeText);
    p.call('outer', 2);
    expect(found.value).toBe('outer (function 1) at its entry');
  });

  it('a stack as text, with host functions in between', () => {
    const p: Program = loadProgram(function visit(n) {
      if (n > 0) p.call('outer', n - 1);
      else p.call('inner', 1, 1n, 1);
    });
    const found = seen(p, { func: 'inner', pc: 0 }, STACK_TEXT_NEEDS, stackText);
    p.call('outer', 1);
    const { start } = p.instance.module.bodies[0] as { start: number };
    const pc = p.pc('outer', 'call');
    const outer = `outer (function 1) at pc ${pc}, module offset 0x${(start + pc).toString(16)}: call`;
    expect(found.value?.split('\n')).toEqual([
      '#0 inner (function 2) at its entry',
      '#1 host function visit',
      `#2 ${outer}`,
      '#3 host function visit',
      `#4 ${outer}`,
      '#5 the host',
    ]);
  });

  it('what the probe has not declared cannot be described', () => {
    const p = loadProgram();
    seen(p, { func: 'inner', pc: 0 }, {}, frameText);
    expect(thrownBy(() => p.call('inner', 1, 1n, 1))).toBeInstanceOf(ProbeError);
  });
});

/** A text as a string of the text format, in bytes of UTF-8. */
function escaped(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
}

describe('a memory', () => {
  const TEXT = 'Grüße, 世界 🙂';
  const p = load();
  const memory = new MemoryView(p.instance);

  function load(): Program {
    return loader(tiers[0] as (typeof tiers)[0])(`(module
      (memory $first (export "memory") 1 4) (memory $second 0)
      (data (i32.const 16) "${escaped(TEXT)}\\00after")
      (data (i32.const 100) "\\00\\ff\\fe\\7f\\80\\01\\02\\03\\04")
      (data (i32.const 65530) "no end")
      (func (export "grow") (result i32) (memory.grow (i32.const 1))))`);
  }

  it('reads numbers of every width, at any address', () => {
    expect([memory.u8(101), memory.i8(101), memory.u16(101), memory.i16(101)]).toEqual([255, -1, 0xfeff, -257]);
    expect([memory.u32(101), memory.i32(101)]).toEqual([0x807ffeff, 0x807ffeff | 0]);
    expect([memory.u64(101), memory.i64(97)]).toEqual([0x04030201807ffeffn, BigInt.asIntN(64, 0x807ffeff00000000n)]);
    const view = memory.data;
    expect([memory.f32(101), memory.f64(101)]).toEqual([view.getFloat32(101, true), view.getFloat64(101, true)]);
  });

  it('takes addresses as operands give them: a signed i32 is an unsigned address', () => {
    expect(memory.u8(101n)).toBe(255);
    expect(thrownBy(() => memory.u8(-1))).toMatchObject({
      message: '1 bytes at 4294967295 are not in memory 0, which has 65536 bytes',
    });
    expect(() => memory.u8(-1n)).toThrow(ProbeError);
    expect(() => memory.u8(1.5)).toThrow(ProbeError);
    expect(memory.u8(65535)).toBe('d'.charCodeAt(0));
    expect(() => memory.u16(65535)).toThrow('2 bytes at 65535 are not in memory 0');
  });

  it('gives copies of bytes and typed arrays', () => {
    const bytes = memory.bytes(101, 4);
    expect([...bytes]).toEqual([255, 254, 127, 128]);
    bytes[0] = 7;
    expect(memory.u8(101)).toBe(255);
    expect([...memory.array('u16', 101, 2)]).toEqual([0xfeff, 0x807f]);
    expect([...memory.array('i64', 101, 1)]).toEqual([0x04030201807ffeffn]);
    expect(memory.array('f64', 0, 0)).toEqual(new Float64Array(0));
    expect(() => memory.array('f64', 65530, 1)).toThrow('8 bytes at 65530');
    expect(() => memory.bytes(0, -1)).toThrow(ProbeError);
  });

  it('reads text in UTF-8, up to a length or to a zero byte', () => {
    expect(memory.cString(16)).toBe(TEXT);
    expect(memory.utf8(16, 7)).toBe('Grüße');
    expect(memory.utf8(101, 2)).toBe('��');
    expect(memory.cString(16, 4)).toBe('Grü...');
    expect(memory.cString(100)).toBe('');
    expect(thrownBy(() => memory.cString(65530))).toMatchObject({
      message: 'the text at 65530 of memory 0 has no end: no zero byte follows',
    });
  });

  it('prints bytes in hexadecimal', () => {
    expect(memory.hex(96, 20)).toBe(
      [
        '00000060  00 00 00 00 00 ff fe 7f 80 01 02 03 04 00 00 00  ................',
        '00000070  00 00 00 00                                      ....',
      ].join('\n'),
    );
    expect(memory.hex(65530, 6)).toBe(`0000fffa  6e 6f 20 65 6e 64${' '.repeat(30)}  no end`);
  });

  it('that has grown is read as it is', () => {
    const q = load();
    const grown = new MemoryView(q.instance);
    expect(() => grown.u8(65536)).toThrow(ProbeError);
    q.call('grow');
    expect([grown.size, grown.u8(65536), grown.cString(65530)]).toEqual([131072, 0, 'no end']);
  });

  it('is chosen by index; one that there is not is an error', () => {
    expect(new MemoryView(p.instance, 1).size).toBe(0);
    expect(() => new MemoryView(p.instance, 1).u8(0)).toThrow('1 bytes at 0 are not in memory 1, which has 0 bytes');
    expect(() => new MemoryView(p.instance, 2)).toThrow('there is no memory 2: the instance has 2');
  });
});
