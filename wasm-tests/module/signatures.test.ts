/** The validator pops and pushes what the instruction table says, for every executed row with a fixed signature. */

import { setFlagsFromString } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { type Immediate, type ImmediateValues, writeInstruction } from '../../engine/binary/instruction-writer.ts';
import { ModuleBuilder } from '../../engine/binary/module-builder.ts';
import { ByteWriter } from '../../engine/binary/writer.ts';
import { type ImmediateKind, type Instruction, instructions } from '../../engine/isa/instructions.ts';
import {
  EXTERNREF,
  F32,
  F64,
  FUNCREF,
  HEAP,
  I32,
  I64,
  typeName,
  V128,
  type ValType,
} from '../../engine/isa/valtype.ts';
import { isValidInV8, offsetsOf, verdict } from './support.ts';

setFlagsFromString('--experimental-wasm-relaxed-simd');

const rows = instructions.filter((i) => !i.isDecodedOnly && !i.isContextual);
const types = [I32, I64, F32, F64, V128, FUNCREF, EXTERNREF];

const defaults: Partial<ImmediateValues> = {
  memarg: { align: 0, offset: 0 },
  memory: 0,
  data: 0,
  elem: 0,
  lane: 0,
  lanes: new Uint8Array(16),
  v128: new Uint8Array(16),
  i32: 0,
  i64: 0n,
  f32: 0,
  f64: 0n,
};

function immediatesOf(i: Instruction, changed: Partial<ImmediateValues> = {}): Immediate[] {
  return i.immediates.map((kind: ImmediateKind) => {
    const value = changed[kind] ?? defaults[kind];
    if (value === undefined) throw new Error(`no immediate of kind ${kind}`);
    return value;
  });
}

function pushOf(writer: ByteWriter, type: ValType): void {
  if (type === I32) writeInstruction(writer, 'i32.const', 0);
  else if (type === I64) writeInstruction(writer, 'i64.const', 0n);
  else if (type === F32) writeInstruction(writer, 'f32.const', 0);
  else if (type === F64) writeInstruction(writer, 'f64.const', 0n);
  else if (type === V128) writeInstruction(writer, 'v128.const', new Uint8Array(16));
  else writeInstruction(writer, 'ref.null', type === FUNCREF ? HEAP.func : HEAP.extern);
}

interface Use {
  readonly operands?: readonly ValType[];
  readonly results?: readonly ValType[];
  readonly immediates?: Partial<ImmediateValues>;
  readonly isUnreachable?: boolean;
  readonly withoutMemory?: boolean;
}

interface Built {
  readonly bytes: Uint8Array;
  /** Module offset of the instruction, and of the end of the function. */
  readonly at: number;
  readonly endAt: number;
}

/** A module whose function executes the instruction on these operands. */
function using(i: Instruction, use: Use = {}): Built {
  const { operands = i.params, results = i.results, isUnreachable = false, withoutMemory = false } = use;
  const builder = new ModuleBuilder();
  const type = builder.type([], results);
  const writer = new ByteWriter();
  if (isUnreachable) writeInstruction(writer, 'unreachable');
  for (const operand of operands) pushOf(writer, operand);
  const before = writer.length;
  writeInstruction(writer, i.name, ...immediatesOf(i, use.immediates));
  const length = writer.length - before;
  builder.func({ type, code: writer.toBytes() });
  if (!withoutMemory) builder.memory({ min: 1 });
  builder.item(9, [5, 0x70, 0]);
  builder.dataCount(1).passiveData([1]);
  const bytes = builder.toBytes();
  const endAt = offsetsOf(bytes, 0, 'end').at(-1) as number;
  return { bytes, at: endAt - length, endAt };
}

/** The engine refuses, at this offset; V8 refuses as well. */
function expectInvalid({ bytes, ...places }: Built, place: 'at' | 'endAt', what: string, detail: RegExp): void {
  expect(verdict(bytes), what).toEqual({
    kind: 'invalid',
    detail: expect.stringMatching(detail),
    offset: places[place],
    func: 0,
  });
  expect(isValidInV8(bytes), `${what} in V8`).toBe(false);
}

function expectValid({ bytes }: Built, what: string): void {
  expect(verdict(bytes), what).toEqual({ kind: 'valid', detail: '', offset: undefined });
  expect(isValidInV8(bytes), `${what} in V8`).toBe(true);
}

const others = (type: ValType): ValType[] => types.filter((t) => t !== type);

describe('of the signature of', () => {
  test.each(rows)('$name, the validator pops each operand and pushes each result', (i) => {
    expectValid(using(i), 'right operands');
    for (const [k, param] of i.params.entries()) {
      for (const other of others(param)) {
        const what = `${typeName(other)} as operand ${k}`;
        expectInvalid(using(i, { operands: i.params.with(k, other) }), 'at', what, /^type mismatch/);
      }
    }
    if (i.params.length > 0) {
      expectInvalid(using(i, { operands: i.params.slice(1) }), 'at', 'too few operands', /^type mismatch/);
    }
    expectInvalid(using(i, { operands: [I32, ...i.params] }), 'endAt', 'an operand below', /surplus|type mismatch/);
    for (const [k, result] of i.results.entries()) {
      for (const other of others(result)) {
        const what = `${typeName(other)} as result ${k}`;
        expectInvalid(using(i, { results: i.results.with(k, other) }), 'endAt', what, /^type mismatch/);
      }
    }
    expectInvalid(using(i, { results: [...i.results, I32] }), 'endAt', 'a result too many', /^type mismatch/);
    if (i.results.length > 0) expectInvalid(using(i, { results: [] }), 'endAt', 'a result too few', /surplus/);
  });

  test.each(rows)('$name, in unreachable code what is missing fits and what is there must', (i) => {
    expectValid(using(i, { operands: [], isUnreachable: true }), 'no operands');
    const last = i.params.at(-1);
    if (last !== undefined) {
      expectValid(using(i, { operands: [last], isUnreachable: true }), 'the last operand');
      for (const other of others(last)) {
        expectInvalid(using(i, { operands: [other], isUnreachable: true }), 'at', typeName(other), /^type mismatch/);
      }
    }
    const [result] = i.results;
    if (result === undefined) return;
    for (const other of others(result)) {
      const what = `${typeName(other)} as result`;
      expectInvalid(using(i, { operands: [], results: [other], isUnreachable: true }), 'endAt', what, /^type mismatch/);
    }
  });
});

const has = (kind: ImmediateKind) => (i: Instruction) => i.immediates.includes(kind);

describe('of the immediates of', () => {
  test.each(rows.filter(has('memarg')))('$name, alignment, offset and memory are checked', (i) => {
    const natural = Math.log2((i.access.reads ?? i.access.writes) as number);
    expectValid(using(i, { immediates: { memarg: { align: natural, offset: 0xffffffff } } }), 'the largest');
    const tooWide = using(i, { immediates: { memarg: { align: natural + 1, offset: 0 } } });
    expectInvalid(tooWide, 'at', 'alignment', /^alignment must not be larger than natural/);
    const far = using(i, { immediates: { memarg: { align: 0, offset: 2 ** 32 } } });
    expect(verdict(far.bytes)).toMatchObject({ kind: 'invalid', offset: far.at });
    expectInvalid(using(i, { withoutMemory: true }), 'at', 'no memory', /^unknown memory 0/);
    const second = using(i, { immediates: { memarg: { align: 0, offset: 0, memory: 1 } } });
    expectInvalid(second, 'at', 'memory 1', /^unknown memory 1/);
  });

  test.each(rows.filter(has('lane')))('$name, the lane is checked', (i) => {
    const bits = Number(
      /(?:load|store)(\d+)_lane|^[if](\d+)x/
        .exec(i.name)
        ?.slice(1)
        .find((text) => text !== undefined),
    );
    const lanes = 128 / bits;
    expectValid(using(i, { immediates: { lane: lanes - 1 } }), 'the last lane');
    for (const lane of [lanes, 255]) expectInvalid(using(i, { immediates: { lane } }), 'at', `lane ${lane}`, /lane/);
  });

  test.each(rows.filter(has('lanes')))('$name, every lane is checked', (i) => {
    expectValid(using(i, { immediates: { lanes: new Uint8Array(16).fill(31) } }), 'the last lane');
    for (let k = 0; k < 16; k++) {
      const lanes = new Uint8Array(16);
      lanes[k] = 32;
      expectInvalid(using(i, { immediates: { lanes } }), 'at', `lane 32 at ${k}`, /lane/);
    }
  });

  test.each(rows.filter(has('data')))('$name, the segment is checked', (i) => {
    expectInvalid(using(i, { immediates: { data: 1 } }), 'at', 'segment 1', /^unknown data segment 1/);
  });

  test.each(rows.filter(has('elem')))('$name, the segment is checked', (i) => {
    expectInvalid(using(i, { immediates: { elem: 1 } }), 'at', 'segment 1', /^unknown elem segment 1/);
  });

  test.each(rows.filter(has('memory')))('$name, the memory is checked', (i) => {
    expectInvalid(using(i, { withoutMemory: true }), 'at', 'no memory', /^unknown memory 0/);
    const { bytes, at } = using(i, { immediates: { memory: 1 } });
    expect(verdict(bytes)).toMatchObject({ kind: 'invalid', offset: at, detail: 'unknown memory 1' });
  });
});

test('instructions that name data segments need the data count section', () => {
  for (const i of rows.filter(has('data'))) {
    const builder = new ModuleBuilder();
    const writer = new ByteWriter();
    for (const type of i.params) pushOf(writer, type);
    const before = writer.length;
    writeInstruction(writer, i.name, ...immediatesOf(i));
    const type = builder.type([], []);
    builder.func({ type, code: writer.toBytes() });
    builder.memory({ min: 1 });
    builder.passiveData([1]);
    const bytes = builder.toBytes();
    const end = offsetsOf(bytes, 0, 'end').at(-1) as number;
    const offset = end - (writer.length - before);
    expect(verdict(bytes)).toEqual({ kind: 'malformed', detail: 'data count section required', offset });
    expect(isValidInV8(bytes)).toBe(false);
  }
});
