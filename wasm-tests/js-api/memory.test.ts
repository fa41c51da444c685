import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WASI } from 'node:wasi';
import { describe, expect, test } from 'vitest';
import { internals, WebAssembly as ours } from '../../engine/index.ts';
import { hostMemoryLimits } from '../../engine/runtime/host.ts';
import { implementations, native, wat } from './support.ts';

const exporting = await wat(`(module (memory (export "m") 1 3)
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))) (func (export "size") (result i32) (memory.size))
  (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "store") (param i32 i32) (i32.store8 (local.get 0) (local.get 1))))`);
const importing = await wat(`(module (import "e" "m" (memory 1)) (export "m" (memory 0))
  (import "e" "h" (func $h))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "afterHost") (param i32) (result i32) (i32.store8 (i32.const 0) (i32.const 1)) (call $h)
    (i32.load8_u (local.get 0))))`);
const empty = await wat(
  '(module (memory (export "m") 0) (func (export "load") (result i32) (i32.load (i32.const 0))))',
);
const whole = await wat(
  '(module (memory (export "m") 65536) (func (export "load") (result i32) (i32.load8_u (i32.const -1))))',
);
const limited = async (min: number, max: string): Promise<Uint8Array> =>
  wat(`(module (import "e" "m" (memory ${min} ${max})))`);

describe.each(implementations)('WebAssembly.Memory of $name', ({ W }) => {
  test('is seen by host and module alike, across growth from both sides', () => {
    const { m, grow, size, load, store } = new W.Instance(new W.Module(exporting)).exports;
    expect(m).toBeInstanceOf(W.Memory);
    expect(m).toBeInstanceOf(native.Memory);
    const before = m.buffer;
    expect(m.buffer).toBe(before);
    new Uint8Array(before)[70] = 9;
    expect(load(70)).toBe(9);
    store(71, 8);
    expect(new Uint8Array(before)[71]).toBe(8);
    expect(grow(1)).toBe(1);
    expect(before.byteLength).toBe(0);
    expect(m.buffer.byteLength).toBe(2 * 65536);
    expect(new Uint8Array(m.buffer)[71]).toBe(8);
    expect(m.grow(1)).toBe(2);
    expect(size()).toBe(3);
    store(3 * 65536 - 1, 7);
    expect(load(3 * 65536 - 1)).toBe(7);
    expect(new Uint8Array(m.buffer)[3 * 65536 - 1]).toBe(7);
    expect(grow(1)).toBe(-1);
    expect(() => m.grow(1)).toThrow(RangeError);
    expect(() => load(3 * 65536)).toThrow(new W.RuntimeError('memory access out of bounds'));
    expect(grow(0)).toBe(3);
  });

  test('keeps its identity when it is imported, and may grow in a host function', () => {
    const m = new W.Memory({ initial: 1, maximum: 8 });
    const h = (): void => {
      const bytes = new Uint8Array(m.buffer);
      bytes[0] = (bytes[0] as number) + 1;
      m.grow(1);
      new Uint8Array(m.buffer)[65536] = 5;
    };
    const { exports } = new W.Instance(new W.Module(importing), { e: { m, h } });
    expect(exports.m).toBe(m);
    expect(exports.afterHost(0)).toBe(2);
    expect(exports.afterHost(65536)).toBe(5);
    expect(exports.grow(6)).toBe(-1);
    expect(exports.grow(5)).toBe(3);
    expect(m.buffer.byteLength).toBe(8 * 65536);
  });

  test('is shared by modules', () => {
    const a = new W.Instance(new W.Module(exporting)).exports;
    const b = new W.Instance(new W.Module(importing), { e: { m: a.m, h: () => {} } }).exports;
    expect(b.m).toBe(a.m);
    expect(b.grow(1)).toBe(1);
    a.store(65536, 3);
    expect(b.afterHost(65536)).toBe(3);
    expect(b.grow(2)).toBe(-1);
  });

  test('may be empty and may grow from nothing', () => {
    const { m, load } = new W.Instance(new W.Module(empty)).exports;
    expect(m.buffer.byteLength).toBe(0);
    expect(load).toThrow(new W.RuntimeError('memory access out of bounds'));
    expect(m.grow(1)).toBe(0);
    expect(load()).toBe(0);
  });

  test('may have the whole address space', () => {
    const { m, load } = new W.Instance(new W.Module(whole)).exports;
    expect(m.buffer.byteLength).toBe(65536 ** 2);
    new Uint8Array(m.buffer)[65536 ** 2 - 1] = 77;
    expect(load()).toBe(77);
  });

  test.each([
    ['1 4', { initial: 1, maximum: 3 }, true],
    ['1 4', { initial: 1, maximum: 4 }, true],
    ['1 4', { initial: 1, maximum: 5 }, false],
    ['1 4', { initial: 1 }, false],
    ['1', { initial: 1 }, true],
    ['1', { initial: 1, maximum: 1 }, true],
    ['2', { initial: 1, maximum: 9 }, false],
    ['0 65536', { initial: 0, maximum: 65536 }, true],
    ['0 65535', { initial: 0, maximum: 65536 }, false],
  ])('(memory %s) is linked with %j: %s', async (limits, descriptor, links) => {
    const [min, max = ''] = limits.split(' ');
    const module = new W.Module(await limited(Number(min), max));
    const link = () => new W.Instance(module, { e: { m: new W.Memory(descriptor) } });
    if (links) expect(link()).toBeInstanceOf(W.Instance);
    else expect(link).toThrow(W.LinkError);
  });
});

describe('memories of the host', () => {
  test('their constructor is that of the namespace', () => {
    expect(ours.Memory).toBe(native.Memory);
  });

  test.each([0, 1, 2, 3, 127, 128, 129, 1000, 16383, 16384, 16385, 40000, 65535, 65536])(
    'a maximum of %d pages is found out',
    (maximum) => {
      for (const initial of new Set([0, Math.min(1, maximum)])) {
        expect(hostMemoryLimits(new native.Memory({ initial, maximum }))).toEqual({ max: maximum, isShared: false });
      }
    },
  );

  test('a missing maximum, and that a memory is shared, are found out', () => {
    expect(hostMemoryLimits(new native.Memory({ initial: 1 }))).toEqual({ max: undefined, isShared: false });
    const shared = new native.Memory({ initial: 1, maximum: 300, shared: true });
    expect(hostMemoryLimits(shared)).toEqual({ max: 300, isShared: true });
  });

  test('a memory that has grown keeps its maximum', () => {
    const memory = new native.Memory({ initial: 1, maximum: 5 });
    memory.grow(4);
    expect(internals.memoryOf(memory).type).toMatchObject({ max: 5, is64: false });
    expect(internals.memoryOf(memory)).toBe(internals.memoryOf(memory));
    expect(() => internals.memoryOf({ buffer: memory.buffer })).toThrow(TypeError);
  });

  test('node:wasi accepts an instance', async () => {
    const module = new ours.Module(
      await wat(`(module (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (memory (export "memory") 1)
        (data (i32.const 0) "\\08\\00\\00\\00\\06\\00\\00\\00hello\\n")
        (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))
          (call $exit (i32.load (i32.const 20)))))`),
    );
    const folder = mkdtempSync(join(tmpdir(), 'wiz-wasi-'));
    const stdout = openSync(join(folder, 'stdout'), 'w');
    try {
      const wasi = new WASI({ version: 'preview1', stdout, returnOnExit: true });
      const instance = new ours.Instance(module, wasi.getImportObject() as never);
      expect(wasi.start(instance)).toBe(6);
      expect(readFileSync(join(folder, 'stdout'), 'utf8')).toBe('hello\n');
    } finally {
      closeSync(stdout);
      rmSync(folder, { recursive: true });
    }
  });
});
