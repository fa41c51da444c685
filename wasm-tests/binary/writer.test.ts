import { describe, expect, test } from 'vitest';
import { decodeModule } from '../../engine/binary/decode.ts';
import { writeInstruction } from '../../engine/binary/instruction-writer.ts';
import { ModuleBuilder } from '../../engine/binary/module-builder.ts';
import { ByteReader } from '../../engine/binary/reader.ts';
import { readHeapType, readStorageType } from '../../engine/binary/value-types.ts';
import { ByteWriter, encodeSections, rewriteBodies } from '../../engine/binary/writer.ts';
import { DEFINED, F32, F64, HEAP, I8, I16, I32, I64, refType, V128 } from '../../engine/isa/valtype.ts';
import { hostWasm } from '../../engine/runtime/host.ts';
import { packageFile, realModules } from './support.ts';

test('every value type and heap type is read back', () => {
  const heaps = [...Object.values(HEAP), DEFINED | 0, DEFINED | 63, DEFINED | 64, DEFINED | 999_999];
  const types = [I32, I64, F32, F64, V128, I8, I16, ...heaps.flatMap((h) => [refType(h, true), refType(h, false)])];
  const same = (index: number): number => index;
  for (const type of types) {
    const reader = new ByteReader(new ByteWriter().valType(type).toBytes());
    expect([readStorageType(reader, same), reader.isAtEnd]).toEqual([type, true]);
  }
  for (const heap of heaps) {
    expect(readHeapType(new ByteReader(new ByteWriter().heapType(heap).toBytes()), same)).toBe(heap);
  }
});

test('a writer grows as needed', () => {
  const writer = new ByteWriter();
  for (let i = 0; i < 1000; i++) writer.u8(i & 0xff);
  writer.bytes(new Uint8Array(5000).fill(7));
  const bytes = writer.toBytes();
  expect([bytes.length, writer.length, bytes[999], bytes[1000], bytes[5999]]).toEqual([6000, 6000, 999 & 0xff, 7, 7]);
});

test('a wrong number of immediates is refused', () => {
  expect(() => writeInstruction(new ByteWriter(), 'call_indirect', 0)).toThrow('call_indirect has 2 immediates');
});

test('what is built runs on the host, so the format is right', () => {
  const builder = new ModuleBuilder();
  const type = builder.type([I32, I32], [I32]);
  const code = new ByteWriter();
  writeInstruction(code, 'local.get', 0);
  writeInstruction(code, 'local.get', 1);
  writeInstruction(code, 'i32.sub');
  writeInstruction(code, 'i32.const', -1000);
  writeInstruction(code, 'i32.mul');
  builder.export('f', 'function', builder.func({ type, locals: [[1, F64]], code: code.toBytes() }));
  const instance = new hostWasm.Instance(new hostWasm.Module(builder.toBytes()));
  const { f } = (instance as { exports: { f: (a: number, b: number) => number } }).exports;
  expect(f(7, 5)).toBe(-2000);
});

describe.each(realModules)('%s', (path) => {
  const bytes = packageFile(path);
  const module = decodeModule(bytes);

  test('is the same, written section by section', () => {
    const written = encodeSections(
      module.sections.map(({ id, start, end }) => ({ id, content: bytes.subarray(start, end) })),
    );
    const again = decodeModule(written);
    expect(again.sections.map((s) => [s.id, s.end - s.start])).toEqual(
      module.sections.map((s) => [s.id, s.end - s.start]),
    );
    expect([again.exports, again.imports, again.types].map((x) => x.length)).toEqual(
      [module.exports, module.imports, module.types].map((x) => x.length),
    );
  });

  test('still compiles on the host with a nop in front of every function', () => {
    const written = rewriteBodies(module, (_body, body) => {
      const reader = new ByteReader(body);
      for (let runs = reader.u32(); runs > 0; runs--) {
        reader.u32();
        reader.u8();
      }
      return [...body.subarray(0, reader.pos), 0x01, ...body.subarray(reader.pos)];
    });
    const again = decodeModule(written);
    expect(again.bodies.map((b) => b.end - b.start)).toEqual(module.bodies.map((b) => b.end - b.start + 1));
    expect(() => new hostWasm.Module(written)).not.toThrow();
  });
});
