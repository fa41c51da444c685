/** The instruction table is well-formed: what no type can tell of its rows. */

import { describe, expect, test } from 'vitest';
import {
  type ImmediateKind,
  type InstrName,
  type Instruction,
  instructions,
  isPrefix,
  opByByte,
  opByPrefix,
} from '../../engine/isa/instructions.ts';

/** Each kind of immediate, with a row that has it first. */
const immediateKinds: Readonly<Record<ImmediateKind, InstrName>> = {
  block: 'block',
  label: 'br',
  labels: 'br_table',
  func: 'call',
  type: 'call_ref',
  table: 'table.get',
  memory: 'memory.size',
  local: 'local.get',
  global: 'global.get',
  tag: 'throw',
  data: 'data.drop',
  elem: 'elem.drop',
  field: 'struct.get',
  count: 'array.new_fixed',
  heap: 'ref.null',
  castflags: 'br_on_cast',
  catches: 'try_table',
  types: 'select t',
  memarg: 'i32.load',
  lane: 'i8x16.extract_lane_s',
  lanes: 'i8x16.shuffle',
  i32: 'i32.const',
  i64: 'i64.const',
  f32: 'f32.const',
  f64: 'f64.const',
  v128: 'v128.const',
};

const effects = new Set(
  'trap label branch exit call throw grow tablegrow tableread tablewrite globalread globalwrite heapread heapwrite alloc'.split(
    ' ',
  ),
);

/** Rows with a fixed type whose meaning is no expression over operands: every tier has a rule of its own for them. */
const ruleBased = new Set<string>([
  'nop',
  'memory.size',
  'memory.grow',
  'memory.init',
  'memory.fill',
  'data.drop',
  'elem.drop',
  'i32.const',
  'i64.const',
  'f32.const',
  'f64.const',
]);

const names = (rows: readonly Instruction[]): string[] => rows.map((i) => i.name);

describe('the instruction table', () => {
  test('has each opcode once', () => {
    const opcodes = instructions.map((i) => i.opcode);
    expect(opcodes.filter((opcode, index) => opcodes.indexOf(opcode) !== index)).toEqual([]);
  });

  test('has each name once', () => {
    const all = names(instructions);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  });

  test('has only opcodes that the look-ups of the decoder find', () => {
    const lost = instructions.filter((i) => {
      if (i.opcode <= 0xff) return opByByte[i.opcode] !== i.op || isPrefix(i.opcode);
      return opByPrefix(i.opcode >> 12, i.opcode & 0xfff) !== i.op;
    });
    expect(names(lost)).toEqual([]);
  });

  test('has dense numbers in the order of the rows', () => {
    expect(instructions.map((i) => i.op)).toEqual(instructions.map((_, index) => index));
  });

  test('has signatures of known letters with at most one result, or a star', () => {
    const odd = instructions.filter((i) => i.signature !== '*' && !/^[iIfFva]*:[iIfFva]?$/.test(i.signature));
    expect(names(odd)).toEqual([]);
  });

  test('has only known immediates, and each kind of them', () => {
    const kinds = Object.keys(immediateKinds);
    expect(names(instructions.filter((i) => i.immediates.some((kind) => !kinds.includes(kind))))).toEqual([]);
    const missing = Object.entries(immediateKinds).filter(([kind, name]) => {
      return !instructions.find((i) => i.name === name)?.immediates.includes(kind as ImmediateKind);
    });
    expect(missing).toEqual([]);
  });

  test('has only known effects', () => {
    expect(names(instructions.filter((i) => [...i.effects].some((effect) => !effects.has(effect))))).toEqual([]);
  });

  test('has an effective address exactly where there is a memarg, and its width as an effect', () => {
    const accesses = instructions.filter((i) => i.immediates.includes('memarg'));
    const odd = accesses.filter((i) => {
      const widths = [i.access.reads, i.access.writes].filter((width) => width !== undefined);
      return widths.length !== 1 || ![1, 2, 4, 8, 16].includes(widths[0] as number) || !i.effects.has('trap');
    });
    expect(names(odd)).toEqual([]);
    expect(names(accesses.filter((i) => !i.signature.startsWith('a')))).toEqual([]);
    const meansMemory = instructions.filter((i) => /\bm\.|\bea\b|^(load|store)/.test(i.meaning));
    expect(names(meansMemory)).toEqual(names(accesses));
  });

  test('has a meaning for each row with a fixed type, but for those that every tier has a rule for', () => {
    const without = instructions.filter((i) => !i.isContextual && i.meaning === '');
    expect(new Set(names(without))).toEqual(ruleBased);
  });

  test('has no meaning for a row whose type depends on context', () => {
    expect(names(instructions.filter((i) => i.isContextual && i.meaning !== ''))).toEqual([]);
  });

  test('has meanings over the operands that the signature gives', () => {
    const odd = instructions.filter((i) => {
      if (i.meaning === '' || /^[a-z-]+( [iu]\d+)?$/.test(i.meaning)) return false;
      const used = new Set([...i.meaning.matchAll(/(?<![\w.])([abc])[0-3]?\b(?!\()/g)].map((match) => match[1]));
      const operands = ['a', 'b', 'c'].slice(0, i.params.length);
      // The address enters as `ea`. Lanes joined from two vectors are all called `a`.
      const expected = i.immediates.includes('memarg') ? operands.slice(1) : operands;
      if (i.meaning.includes('.join ')) expected.length = 1;
      return [...used].sort().join() !== expected.join();
    });
    expect(names(odd)).toEqual([]);
  });

  test('traps in a scalar meaning exactly where the effects say so', () => {
    const traps = /\b(div|rem)[SU](32|64)\(|\btrunc[SU](32|64)\(|\bm\./;
    const scalar = instructions.filter((i) => i.meaning !== '' && !i.feature.endsWith('simd'));
    expect(names(scalar.filter((i) => traps.test(i.meaning) !== i.effects.has('trap')))).toEqual([]);
  });
});
