/** Functions that are large in every direction: they validate, run, and give what V8 gives. */

import { describe, expect, test } from 'vitest';
import { type Immediate, writeInstruction } from '../../engine/binary/instruction-writer.ts';
import { ModuleBuilder } from '../../engine/binary/module-builder.ts';
import { ByteWriter } from '../../engine/binary/writer.ts';
import type { InstrName } from '../../engine/isa/instructions.ts';
import { I32, I64, type ValType } from '../../engine/isa/valtype.ts';
import { type Call, loadBytes } from './support.ts';

interface HostWebAssembly {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Record<string, Call> };
}
const host = (globalThis as unknown as { WebAssembly: HostWebAssembly }).WebAssembly;

type Step = readonly [InstrName, ...Immediate[]];

function code(steps: readonly Step[]): Uint8Array {
  const writer = new ByteWriter();
  for (const [name, ...immediates] of steps) writeInstruction(writer, name, ...immediates);
  return writer.toBytes();
}

interface Large {
  readonly params?: readonly ValType[];
  readonly results?: readonly ValType[];
  readonly locals?: readonly (readonly [number, ValType])[];
  readonly steps: readonly Step[];
  /** Lists of arguments to call it with. */
  readonly calls: readonly (readonly unknown[])[];
}

function expectAsInV8({ params = [], results = [I32], locals = [], steps, calls }: Large): void {
  const builder = new ModuleBuilder();
  const type = builder.type(params, results);
  builder.export('f', 'function', builder.func({ type, locals, code: code(steps) }));
  const bytes = builder.toBytes();
  const p = loadBytes(bytes);
  const oracle = new host.Instance(new host.Module(bytes)).exports.f as Call;
  expect(calls.map((args) => p.call('f', ...args))).toEqual(calls.map((args) => oracle(...args)));
}

const times = <T>(count: number, make: (i: number) => readonly T[]): T[] =>
  Array.from({ length: count }, (_, i) => make(i)).flat();

describe('a function', () => {
  test('of 50,000 instructions', () => {
    const steps = times<Step>(25_000, (i) => [['i32.const', i], [i % 3 === 0 ? 'i32.add' : 'i32.xor']]);
    expectAsInV8({ params: [I32], steps: [['local.get', 0], ...steps], calls: [[0], [-77]] });
  });

  test('with 20,000 operands on its stack', () => {
    const push = times<Step>(20_000, (i) => [['i32.const', i]]);
    expectAsInV8({ steps: [...push, ...times<Step>(19_999, () => [['i32.sub']])], calls: [[]] });
  });

  test('with 50,000 locals', () => {
    expectAsInV8({
      params: [I64],
      results: [I64, I32],
      locals: [
        [25_000, I64],
        [24_999, I32],
      ],
      steps: [
        ['local.get', 0],
        ['local.set', 25_000],
        ['i32.const', 9],
        ['local.set', 49_999],
        ['local.get', 25_000],
        ['local.get', 49_999],
        ['local.get', 25_001],
        ['i32.add'],
      ],
      calls: [[5n], [-1n]],
    });
  });

  test.each(['block', 'loop'] as const)('with 10,000 nested instructions %s', (name) => {
    const depth = 10_000;
    expectAsInV8({
      params: [I32],
      steps: [
        ...times<Step>(depth, () => [[name, 'empty']]),
        ['local.get', 0],
        ['i32.const', 1],
        ['i32.add'],
        ['local.set', 0],
        ...times<Step>(depth, () => [['end']]),
        ['local.get', 0],
      ],
      calls: [[41]],
    });
  });

  test('with 10,000 nested ifs, branched out of at any depth', () => {
    const depth = 10_000;
    const targets = [0, 1, 4999, depth - 1];
    expectAsInV8({
      params: [I32, I32],
      steps: [
        ...times<Step>(depth, () => [
          ['local.get', 0],
          ['if', 'empty'],
        ]),
        ['local.get', 1],
        ['br_table', targets],
        ...times<Step>(depth, (i) => [
          ...(i % 1000 === 0 ? ([['local.get', 1], ['i32.const', i], ['i32.add'], ['local.set', 1]] as Step[]) : []),
          ['else'],
          ['nop'],
          ['end'],
        ]),
        ['local.get', 1],
      ],
      calls: [0, 1, 2, 3].flatMap((n) => [
        [1, n],
        [0, n],
      ]),
    });
  });

  test('with values over 2,000 nested blocks', () => {
    const depth = 2000;
    expectAsInV8({
      params: [I32],
      steps: [
        ...times<Step>(depth, (i) => [
          ['i32.const', i],
          ['block', { type: I32 }],
        ]),
        ['i32.const', 1],
        ['local.get', 0],
        ['br_table', [0, 999, depth - 1, 5]],
        ...times<Step>(depth, () => [['end'], ['i32.add']]),
      ],
      calls: [[0], [1], [2], [3], [-1]],
    });
  });

  test('with a br_table of 10,000 targets', () => {
    const count = 10_000;
    expectAsInV8({
      params: [I32],
      steps: [
        ...times<Step>(101, () => [['block', 'empty']]),
        ['local.get', 0],
        ['br_table', [...Array.from({ length: count }, (_, i) => (i * 7) % 100), 100]],
        ...times<Step>(101, (i) => [['end'], ['i32.const', i], ['return']]),
        ['unreachable'],
      ],
      calls: [0, 1, 99, 5000, count - 1, count, -1].map((n) => [n]),
    });
  });

  test('with 1,000 parameters and as many results, called and tail called', () => {
    const all = Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? I32 : I64));
    const args = all.map((type, i) => (type === I32 ? i : BigInt(i)));
    const get = times<Step>(1000, (i) => [['local.get', i]]);
    const builder = new ModuleBuilder();
    const type = builder.type(all, all);
    const swap = builder.func({ type, code: code([...get]) });
    const call = builder.func({ type, code: code([...get, ['call', swap]]) });
    const tail = builder.func({ type, code: code([['i32.const', 1], ...get, ['return_call', call]]) });
    const branch = builder.func({ type, code: code([['i32.const', 1], ...get, ['br', 0]]) });
    for (const [name, func] of Object.entries({ swap, call, tail, branch })) builder.export(name, 'function', func);
    const p = loadBytes(builder.toBytes());
    for (const name of ['swap', 'call', 'tail', 'branch']) expect(p.call(name, ...args)).toEqual(args);
  });
});

test('a module of 20,000 functions that call each other in a chain', () => {
  const count = 20_000;
  const builder = new ModuleBuilder();
  const type = builder.type([I32], [I32]);
  for (let i = 0; i < count; i++) {
    const next: Step[] = i === count - 1 ? [] : [['call', i + 1]];
    builder.func({ type, code: code([['local.get', 0], ['i32.const', 1], ['i32.add'], ...next]) });
  }
  builder.export('f', 'function', 0);
  const p = loadBytes(builder.toBytes(), { machine: { maxFrames: count, stackSlots: 1 << 18 } });
  expect(p.call('f', 5)).toBe(5 + count);
});
