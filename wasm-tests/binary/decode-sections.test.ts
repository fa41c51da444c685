import { describe, expect, test } from 'vitest';
import { decodeModule } from '../../engine/binary/decode.ts';
import { InstructionReader } from '../../engine/binary/instruction-reader.ts';
import { readLocals } from '../../engine/binary/locals.ts';
import { ModuleBuilder } from '../../engine/binary/module-builder.ts';
import { EXTERNREF, F32, F64, FUNCREF, HEAP, I32, I64, refType, typeName, V128 } from '../../engine/isa/valtype.ts';
import type { ConstExpr, Module } from '../../engine/module/module.ts';
import { definedType } from '../../engine/module/types.ts';
import { decodeHex, failure, hex } from './support.ts';

/** i32.const 0 */
const ZERO = hex('41 00');

const bytesOf = (module: Module, range: ConstExpr | undefined): string =>
  range === undefined ? '' : Buffer.from(module.bytes.subarray(range.start, range.end)).toString('hex');

test('an empty module has nothing', () => {
  const module = decodeHex('');
  expect(module.sections).toEqual([]);
  expect(module.importCounts).toEqual({ function: 0, table: 0, memory: 0, global: 0, tag: 0 });
  expect(module.features.size).toBe(0);
});

test('sections are listed with their ranges, custom ones in between', () => {
  const module = decodeHex('00 02 01 61  01 04 01 60 00 00  00 03 01 62 ff');
  expect(module.sections).toEqual([
    { id: 0, name: 'custom', start: 10, end: 12 },
    { id: 1, name: 'type', start: 14, end: 18 },
    { id: 0, name: 'custom', start: 20, end: 23 },
  ]);
  expect(module.customs).toEqual([
    { name: 'a', start: 12, end: 12 },
    { name: 'b', start: 22, end: 23 },
  ]);
});

test('imports of every kind enter the index space of their kind', () => {
  const builder = new ModuleBuilder();
  builder.type([I32], [I64]);
  builder.import('m', 'f', 'function', [0]);
  builder.import('m', 't', 'table', hex('70 01 02 05'));
  builder.import('m', 'mem', 'memory', hex('01 01 03'));
  builder.import('m', 'g', 'global', hex('7f 01'));
  builder.import('m', 'e', 'tag', hex('00 01'));
  builder.import('m', 'f2', 'function', [0]);
  builder.type([], []);
  const module = decodeModule(builder.toBytes());
  const [f, e] = module.types;
  expect(module.imports).toEqual([
    { module: 'm', name: 'f', index: 0, type: { kind: 'function', type: f } },
    { module: 'm', name: 't', index: 0, type: { kind: 'table', element: FUNCREF, min: 2, max: 5, is64: false } },
    { module: 'm', name: 'mem', index: 0, type: { kind: 'memory', min: 1, max: 3, is64: false, isShared: false } },
    { module: 'm', name: 'g', index: 0, type: { kind: 'global', type: I32, isMutable: true } },
    { module: 'm', name: 'e', index: 0, type: { kind: 'tag', type: e } },
    { module: 'm', name: 'f2', index: 1, type: { kind: 'function', type: f } },
  ]);
  expect(module.importCounts).toEqual({ function: 2, table: 1, memory: 1, global: 1, tag: 1 });
  expect(module.globalTypes).toEqual([{ type: I32, isMutable: true }]);
  expect(module.tagTypes).toEqual([{ type: e }]);
  expect([...module.features.keys()].sort()).toEqual(['exceptions', 'mutable-globals']);
});

test('functions know their index, type index and bytes', () => {
  const builder = new ModuleBuilder();
  builder.type([], []);
  builder.type([I32], [I32]);
  builder.import('m', 'f', 'function', [0]);
  builder.func({ type: 1, locals: [[2, I64]], code: hex('20 00') });
  builder.func({ type: 0, code: [] });
  const module = decodeModule(builder.toBytes());
  expect([...module.funcTypes]).toEqual([0, 1, 0]);
  expect(module.bodies.map(({ index, typeIndex }) => [index, typeIndex])).toEqual([
    [1, 1],
    [2, 0],
  ]);
  expect(module.bodies.map((body) => bytesOf(module, body))).toEqual(['01027e20000b', '000b']);
});

test('limits up to 64 bits, shared memories', () => {
  const builder = new ModuleBuilder();
  builder.table(EXTERNREF, { min: 1 });
  builder.table(FUNCREF, { min: 0, max: 2 ** 53 - 1, is64: true });
  builder.memory({ min: 1, max: 2, isShared: true });
  builder.memory({ min: 2n ** 64n - 1n, is64: true });
  const module = decodeModule(builder.toBytes());
  expect(module.tableTypes).toEqual([
    { element: EXTERNREF, min: 1, max: undefined, is64: false },
    { element: FUNCREF, min: 0, max: 2 ** 53 - 1, is64: true },
  ]);
  expect(module.memoryTypes).toEqual([
    { min: 1, max: 2, is64: false, isShared: true },
    { min: 2 ** 64, max: undefined, is64: true, isShared: false },
  ]);
  expect([...module.features.keys()].sort()).toEqual(['memory64', 'multi-memory', 'reference-types', 'threads']);
});

test('a table with an initial value', () => {
  const module = decodeHex('04 0a 01 40 00 64 70 00 05 d2 00 0b');
  expect(module.tables.map((t) => [typeName(t.type.element), t.type.min, bytesOf(module, t.init), t.offset])).toEqual([
    ['(ref func)', 5, 'd2000b', 11],
  ]);
  expect(module.features.has('function-references')).toBe(true);
});

test('globals with constant expressions, nested and extended ones too', () => {
  const builder = new ModuleBuilder();
  builder.global(I32, true, hex('41 01 41 02 6a'));
  builder.global(F64, false, hex('44 0b 0b 0b 0b 0b 0b 0b 0b'));
  builder.global(V128, false, hex('fd 0c 0b 0b 0b 0b 0b 0b 0b 0b 0b 0b 0b 0b 0b 0b 0b 0b'));
  builder.global(I32, false, hex('02 7f 41 0b 0b'));
  const module = decodeModule(builder.toBytes());
  expect(module.globals.map((g) => bytesOf(module, g.init))).toEqual([
    '410141026a0b',
    '440b0b0b0b0b0b0b0b0b',
    `fd0c${'0b'.repeat(17)}`,
    '027f410b0b0b',
  ]);
  expect(module.globalTypes.map((g) => g.type)).toEqual([I32, F64, V128, I32]);
  expect(module.features.get('extended-const')).toBe((module.globals[0]?.init.start ?? 0) + 4);
  expect(module.features.has('simd')).toBe(true);
});

test('tags and their function types', () => {
  const builder = new ModuleBuilder();
  builder.type([I32, F32], []);
  builder.tag(0);
  const module = decodeModule(builder.toBytes());
  expect(module.tags).toEqual([{ typeIndex: 0, type: { type: module.types[0] }, offset: 19 }]);
  expect(module.features.get('exceptions')).toBe(19);
});

test('exports of every kind, and the start function', () => {
  const builder = new ModuleBuilder();
  builder.global(I32, true, ZERO);
  builder.export('f', 'function', 1).export('t', 'table', 2).export('m', 'memory', 3).export('e', 'tag', 5);
  builder.export('g', 'global', 0).start(300);
  const module = decodeModule(builder.toBytes());
  expect(module.exports.map(({ name, kind, index }) => [name, kind, index])).toEqual([
    ['f', 'function', 1],
    ['t', 'table', 2],
    ['m', 'memory', 3],
    ['e', 'tag', 5],
    ['g', 'global', 0],
  ]);
  expect(module.start).toBe(300);
  expect(module.features.has('mutable-globals')).toBe(true);
});

describe('element segments', () => {
  const nonNull = refType(HEAP.func, false);
  const none = { table: 0, offsetExpr: '', funcs: undefined, exprs: undefined };
  test.each([
    ['00 41 00 0b 02 03 04', { ...none, mode: 'active', type: nonNull, offsetExpr: '41000b', funcs: [3, 4] }],
    ['01 00 01 05', { ...none, mode: 'passive', type: nonNull, funcs: [5] }],
    ['02 01 41 00 0b 00 01 05', { mode: 'active', type: nonNull, table: 1, offsetExpr: '41000b', funcs: [5] }],
    ['03 00 01 05', { ...none, mode: 'declarative', type: nonNull, funcs: [5] }],
    ['04 41 00 0b 01 d2 01 0b', { ...none, mode: 'active', type: FUNCREF, offsetExpr: '41000b', exprs: ['d2010b'] }],
    ['05 6f 02 d0 6f 0b 23 00 0b', { ...none, mode: 'passive', type: EXTERNREF, exprs: ['d06f0b', '23000b'] }],
    ['06 01 41 00 0b 70 00', { mode: 'active', type: FUNCREF, table: 1, offsetExpr: '41000b', exprs: [] }],
    ['07 64 70 01 d2 00 0b', { ...none, mode: 'declarative', type: nonNull, exprs: ['d2000b'] }],
  ])('%s', (text, expected) => {
    const builder = new ModuleBuilder();
    builder.item(9, hex(text));
    const module = decodeModule(builder.toBytes());
    const [segment] = module.elements;
    expect({
      ...segment,
      offsetExpr: bytesOf(module, segment?.offsetExpr),
      funcs: segment?.funcs && [...segment.funcs],
      exprs: segment?.exprs?.map((e) => bytesOf(module, e)),
    }).toEqual({ ...expected, offset: 11 });
  });
});

describe('data segments', () => {
  test.each([
    ['00 41 00 0b 02 aa bb', { mode: 'active', memory: 0, offsetExpr: '41000b', content: 'aabb' }],
    ['01 03 aa bb cc', { mode: 'passive', memory: 0, offsetExpr: '', content: 'aabbcc' }],
    ['02 01 41 00 0b 00', { mode: 'active', memory: 1, offsetExpr: '41000b', content: '' }],
  ])('%s', (text, expected) => {
    const builder = new ModuleBuilder();
    builder.item(11, hex(text));
    builder.dataCount(1);
    const module = decodeModule(builder.toBytes());
    const [segment] = module.data;
    expect({
      mode: segment?.mode,
      memory: segment?.memory,
      offsetExpr: bytesOf(module, segment?.offsetExpr),
      content: bytesOf(module, segment),
    }).toEqual(expected);
    expect([module.dataCount, segment?.offset]).toEqual([1, 14]);
  });
});

describe('features are noted where they are used first', () => {
  const feature = (build: (builder: ModuleBuilder) => unknown): [string, number][] => {
    const builder = new ModuleBuilder();
    build(builder);
    return [...decodeModule(builder.toBytes()).features];
  };

  test('the first version needs none', () => {
    const used = feature((b) => {
      b.type([I32, I64, F32, F64], [I32]);
      b.import('m', 'f', 'function', [0]);
      b.table(FUNCREF, { min: 1, max: 1 });
      b.memory({ min: 1 });
      b.global(I32, true, ZERO);
      b.item(9, hex('00 41 00 0b 01 00'));
      b.data(ZERO, [1]);
    });
    expect(used).toEqual([]);
  });

  test.each<[string, (builder: ModuleBuilder) => unknown, number]>([
    ['multi-value', (b) => b.type([], [I32, I32]), 11],
    ['reference-types', (b) => b.type([FUNCREF], []), 13],
    ['reference-types', (b) => b.table(EXTERNREF, { min: 0 }), 11],
    ['function-references', (b) => b.table(refType(HEAP.func, false), { min: 0 }), 11],
    ['gc', (b) => b.global(refType(HEAP.any, true), false, hex('d0 6e')), 11],
    ['exceptions', (b) => b.global(refType(HEAP.exn, true), false, ZERO), 11],
    ['gc', (b) => b.item(1, hex('5f 00')), 11],
    ['gc', (b) => b.item(1, hex('50 00 60 00 00')), 11],
    ['gc', (b) => b.item(1, hex('4e 01 60 00 00')), 11],
    ['simd', (b) => b.type([V128], []), 13],
    ['bulk-memory', (b) => b.passiveData([]), 11],
    ['bulk-memory', (b) => b.item(9, hex('01 00 00')), 11],
    ['bulk-memory', (b) => b.dataCount(0), 10],
    ['reference-types', (b) => b.global(EXTERNREF, false, hex('d0 6f')), 11],
    ['memory64', (b) => b.table(FUNCREF, { min: 0, is64: true }), 12],
    ['threads', (b) => b.memory({ min: 0, max: 1, isShared: true }), 11],
    ['mutable-globals', (b) => b.import('', '', 'global', hex('7f 01')), 14],
  ])('%s', (name, build, offset) => {
    expect(new Map(feature(build)).get(name)).toBe(offset);
  });
});

describe('local declarations', () => {
  const locals = (text: string, paramCount = 0): unknown => {
    const reader = new InstructionReader(hex(text), Int32Array.of(70));
    return [readLocals(reader, paramCount), reader.pos];
  };

  test('are runs of a count and a type', () => {
    expect(locals('03 02 7f 00 7e 01 63 00 0b')).toEqual([
      [
        { count: 2, type: I32 },
        { count: 0, type: I64 },
        { count: 1, type: refType((1 << 28) | 70, true) },
      ],
      8,
    ]);
  });

  test.each([
    [
      'beyond 2^32 - 1 in one run and another',
      '02 ff ff ff ff 0f 7f 02 7e',
      'MalformedError: too many locals: 4294967297 @ 7',
    ],
    ['beyond the limit of V8', '01 d1 86 03 7f', 'InvalidError: too many locals: 50001, the limit is 50000 @ 0'],
    ['a type index that does not exist', '01 01 63 01', 'InvalidError: unknown type 1 @ 3'],
    ['a count without a type', '01 01', 'MalformedError: unexpected end of section or function @ 2'],
  ])('are refused: %s', (_what, text, message) => {
    expect(failure(() => locals(text))).toBe(message);
  });

  test('parameters count against the limit', () => {
    expect(failure(() => locals('01 d0 86 03 7f'))).toBe('accepted');
    expect(failure(() => locals('01 d0 86 03 7f', 1))).toContain('too many locals: 50001');
  });
});

test('types keep their structure', () => {
  const module = decodeHex('01 14 04 60 02 7f 7e 01 7d 5f 02 78 01 7f 00 5e 77 01 50 00 5f 00');
  expect([...module.types].map((n) => definedType(n))).toEqual([
    { isFinal: true, supers: [], composite: { kind: 'func', params: [I32, I64], results: [F32] } },
    {
      isFinal: true,
      supers: [],
      composite: {
        kind: 'struct',
        fields: [
          { type: 0x78, isMutable: true },
          { type: I32, isMutable: false },
        ],
      },
    },
    { isFinal: true, supers: [], composite: { kind: 'array', element: { type: 0x77, isMutable: true } } },
    { isFinal: false, supers: [], composite: { kind: 'struct', fields: [] } },
  ]);
});
