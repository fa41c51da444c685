import binaryen from 'binaryen';
import { describe, expect, test } from 'vitest';
import initWabt from 'wabt';
import { decodeModule } from '../../engine/binary/decode.ts';
import { ModuleBuilder } from '../../engine/binary/module-builder.ts';
import { functionName, type ModuleNames, readNames } from '../../engine/binary/names.ts';
import { type Bytes, ByteWriter } from '../../engine/binary/writer.ts';
import { hex } from './support.ts';

const subsection = (id: number, content: Bytes): Uint8Array => new ByteWriter().u8(id).sized(content).toBytes();

function nameMap(entries: Record<number, string>): Uint8Array {
  const items = Object.entries(entries).map(([i, name]) => new ByteWriter().u32(Number(i)).name(name).toBytes());
  return new ByteWriter().vector(items).toBytes();
}

function indirectMap(entries: Record<number, Record<number, string>>): Uint8Array {
  const items = Object.entries(entries).map(([i, names]) =>
    new ByteWriter().u32(Number(i)).bytes(nameMap(names)).toBytes(),
  );
  return new ByteWriter().vector(items).toBytes();
}

const NAME_SECTION_CONTENT = 8 + 2 + 5;

/** Reads a name section of these parts; its content begins at offset 15 (as long as it has less than 123 bytes). */
function namesOf(...parts: Bytes[]): ModuleNames {
  const content = new ByteWriter();
  for (const part of parts) content.bytes(part);
  return readNames(decodeModule(new ModuleBuilder().custom('name', content.toBytes()).toBytes()));
}

const plain = (map: ReadonlyMap<number, unknown>): unknown =>
  Object.fromEntries([...map].map(([k, v]) => [k, v instanceof Map ? plain(v) : v]));

test('every kind of name is read', () => {
  const names = namesOf(
    subsection(0, new ByteWriter().name('mödule').toBytes()),
    subsection(1, nameMap({ 0: 'main', 300: 'ünïcode 🦄' })),
    subsection(2, indirectMap({ 1: { 0: 'x', 5: 'y' }, 2: {} })),
    subsection(3, indirectMap({ 1: { 0: 'loop' } })),
    subsection(4, nameMap({ 1: 'type' })),
    subsection(5, nameMap({ 2: 'table' })),
    subsection(6, nameMap({ 3: 'memory' })),
    subsection(7, nameMap({ 4: 'global' })),
    subsection(8, nameMap({ 5: 'elem' })),
    subsection(9, nameMap({ 6: 'data' })),
    subsection(10, indirectMap({ 7: { 1: 'field' } })),
    subsection(11, nameMap({ 8: 'tag' })),
  );
  expect(names.problem).toBeUndefined();
  expect(names.module).toBe('mödule');
  expect(plain(names.functions)).toEqual({ 0: 'main', 300: 'ünïcode 🦄' });
  expect(plain(names.locals)).toEqual({ 1: { 0: 'x', 5: 'y' }, 2: {} });
  expect(plain(names.labels)).toEqual({ 1: { 0: 'loop' } });
  expect([names.types, names.tables, names.memories, names.globals].map(plain)).toEqual([
    { 1: 'type' },
    { 2: 'table' },
    { 3: 'memory' },
    { 4: 'global' },
  ]);
  expect([names.elements, names.data, names.fields, names.tags].map(plain)).toEqual([
    { 5: 'elem' },
    { 6: 'data' },
    { 7: { 1: 'field' } },
    { 8: 'tag' },
  ]);
});

test('a module without a name section has no names and no problem', () => {
  const names = readNames(decodeModule(new ModuleBuilder().toBytes()));
  expect([names.module, names.functions.size, names.problem]).toEqual([undefined, 0, undefined]);
});

test('names are read once', () => {
  const module = decodeModule(new ModuleBuilder().custom('name', hex('00 02 01 61')).toBytes());
  expect(readNames(module)).toBe(readNames(module));
});

describe('a broken name section', () => {
  test('keeps what was read in front of the break, and what stands in later subsections', () => {
    const broken = hex('02 00 01 61 01 05 62');
    const names = namesOf(subsection(1, broken), subsection(7, nameMap({ 4: 'global' })));
    expect(plain(names.functions)).toEqual({ 0: 'a' });
    expect(plain(names.globals)).toEqual({ 4: 'global' });
    expect(names.problem).toEqual({ detail: 'length out of bounds: 5 bytes', offset: NAME_SECTION_CONTENT + 2 + 5 });
  });

  test('loses only the name that is not UTF-8', () => {
    const names = namesOf(subsection(1, hex('03 00 01 61 01 01 ff 02 01 63')));
    expect(plain(names.functions)).toEqual({ 0: 'a', 2: 'c' });
    expect(names.problem).toEqual({ detail: 'malformed UTF-8 encoding', offset: NAME_SECTION_CONTENT + 2 + 6 });
  });

  test('may have a subsection that is longer than the section', () => {
    const names = namesOf(subsection(1, nameMap({ 0: 'a' })), hex('02 7f 00'));
    expect(plain(names.functions)).toEqual({ 0: 'a' });
    expect(names.problem).toEqual({ detail: 'length out of bounds: 127 bytes', offset: NAME_SECTION_CONTENT + 7 });
  });

  test('may have bytes left over in a subsection', () => {
    const names = namesOf(subsection(1, hex('01 00 01 61 00')), subsection(7, nameMap({ 4: 'global' })));
    expect(plain(names.functions)).toEqual({ 0: 'a' });
    expect(names.globals.size).toBe(1);
    expect(names.problem?.offset).toBe(NAME_SECTION_CONTENT + 6);
  });

  test('may claim a huge number of names', () => {
    const names = namesOf(subsection(1, hex('ff ff ff ff 0f 00 01 61')));
    expect(plain(names.functions)).toEqual({ 0: 'a' });
    expect(names.problem?.detail).toBe('unexpected end of section or function');
  });

  test('may be empty, or hold unknown subsections, which is no problem', () => {
    expect(namesOf().problem).toBeUndefined();
    const names = namesOf(subsection(99, hex('ff ff')), subsection(1, nameMap({ 0: 'a' })));
    expect([names.problem, names.functions.size]).toEqual([undefined, 1]);
  });

  test('keeps the first of two names for one function', () => {
    expect(plain(namesOf(subsection(1, hex('02 00 01 61 00 01 62'))).functions)).toEqual({ 0: 'a' });
  });
});

test('a function is called by its name, else its export, else its import, else its index', () => {
  const builder = new ModuleBuilder();
  builder.type([], []);
  builder.import('env', 'log', 'function', [0]);
  builder.import('env', 'named', 'function', [0]);
  builder.import('', '', 'function', [0]);
  for (let i = 0; i < 4; i++) builder.func({ type: 0, code: [] });
  builder.export('', 'function', 4).export('first', 'function', 4).export('second', 'function', 4);
  builder.export('hidden', 'function', 5).export('memory', 'memory', 6);
  builder.custom('name', subsection(1, nameMap({ 1: 'renamed', 5: 'inner', 6: '' })));
  const module = decodeModule(builder.toBytes());
  expect(Array.from({ length: 7 }, (_, i) => functionName(module, i))).toEqual([
    'env.log',
    'renamed',
    '.',
    'wasm-function[3]',
    'first',
    'inner',
    'wasm-function[6]',
  ]);
});

test('the names that wabt writes are read', async () => {
  const { parseWat } = await initWabt();
  const source = `(module $tool
    (import "env" "log" (func $log (param $text i32)))
    (func $add (param $left i32) (param i32) (result i32) (local $sum i32) (local.get 0))
    (func))`;
  const { buffer } = parseWat('names.wat', source).toBinary({ write_debug_names: true });
  const module = decodeModule(new Uint8Array(buffer));
  const names = readNames(module);
  expect(names.problem).toBeUndefined();
  expect(plain(names.functions)).toEqual({ 0: 'log', 1: 'add' });
  expect(plain(names.locals)).toEqual({ 0: { 0: 'text' }, 1: { 0: 'left', 2: 'sum' }, 2: {} });
  expect([0, 1, 2].map((i) => functionName(module, i))).toEqual(['log', 'add', 'wasm-function[2]']);
});

test('the names that binaryen writes are read, the extended ones too', () => {
  const source = `(module $tool
    (type $pair (struct (field $first i32) (field $second i64)))
    (memory $heap 1)
    (table $calls 1 funcref)
    (global $counter (mut i32) (i32.const 0))
    (tag $failure (param i32))
    (elem $handlers funcref (ref.func $main))
    (data $text "abc")
    (func $main (param $p (ref $pair)) (drop (local.get $p)) (throw $failure (i32.const 0))))`;
  const tree = binaryen.parseText(source);
  tree.setFeatures(binaryen.Features.All);
  binaryen.setDebugInfo(true);
  const names = readNames(decodeModule(tree.emitBinary()));
  tree.dispose();
  expect(names.problem).toBeUndefined();
  expect(names.module).toBe('tool');
  const { functions, memories, tables, globals, tags, elements, data } = names;
  expect([functions, memories, tables, globals, tags, elements, data].map(plain)).toEqual(
    ['main', 'heap', 'calls', 'counter', 'failure', 'handlers', 'text'].map((name) => ({ 0: name })),
  );
  expect(plain(names.locals)).toEqual({ 0: { 0: 'p' } });
  const [pair] = [...names.types].find(([, name]) => name === 'pair') ?? [];
  expect(names.fields.get(pair ?? -1) && plain(names.fields.get(pair ?? -1) ?? new Map())).toEqual({
    0: 'first',
    1: 'second',
  });
});
