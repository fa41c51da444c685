import { describe, expect, test } from 'vitest';
import { implementations, wat } from './support.ts';

const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const rich = await wat(`(module
  (import "env" "f" (func (param i32))) (import "env" "g" (global i32)) (import "a" "m" (memory 1))
  (import "a" "t" (table 1 funcref)) (import "a" "x" (tag (param i32)))
  (func (export "f")) (global (export "g") i32 (i32.const 0)) (export "m" (memory 0)) (export "t" (table 0))
  (export "x" (tag 0)) (export "" (func 0)) (export "1" (func 1)))`);

describe.each(implementations)('WebAssembly.Module of $name', ({ W }) => {
  test('takes an ArrayBuffer and every kind of view, and copies the bytes', () => {
    const padded = Uint8Array.of(9, 9, ...rich, 9);
    const sources = [rich.slice().buffer, padded.subarray(2, -1), new Uint16Array(empty.slice().buffer)];
    for (const source of sources) expect(new W.Module(source)).toBeInstanceOf(W.Module);
    const source = rich.slice();
    const module = new W.Module(source);
    source.fill(0);
    expect(W.Module.exports(module)).toHaveLength(7);
  });

  test('lists imports and exports in order', () => {
    const module = new W.Module(rich);
    expect(W.Module.imports(module)).toEqual([
      { module: 'env', name: 'f', kind: 'function' },
      { module: 'env', name: 'g', kind: 'global' },
      { module: 'a', name: 'm', kind: 'memory' },
      { module: 'a', name: 't', kind: 'table' },
      { module: 'a', name: 'x', kind: 'tag' },
    ]);
    const exports = W.Module.exports(module);
    expect(exports.map((e) => `${e.kind} ${e.name}`)).toEqual([
      'function f',
      'global g',
      'memory m',
      'table t',
      'tag x',
      'function ',
      'function 1',
    ]);
    expect(Object.keys(exports[0] as object)).toEqual(['name', 'kind']);
    expect(W.Module.exports(module)).not.toBe(exports);
  });

  test('gives the content of custom sections by name', () => {
    const module = new W.Module(Uint8Array.of(...empty, 0, 4, 1, 0x61, 7, 8, 0, 2, 1, 0x62, 0, 3, 1, 0x61, 9));
    const contents = (name: string): number[][] =>
      W.Module.customSections(module, name).map((buffer) => [...new Uint8Array(buffer)]);
    expect(contents('a')).toEqual([[7, 8], [9]]);
    expect(contents('b')).toEqual([[]]);
    expect(contents('c')).toEqual([]);
    expect(W.Module.customSections(module, 'a')[0]).toBeInstanceOf(ArrayBuffer);
  });

  test.each([
    ['nothing', undefined],
    ['a number', 1],
    ['an array', [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]],
    ['a SharedArrayBuffer', new SharedArrayBuffer(8)],
  ])('refuses %s', (_what, source) => {
    expect(() => new W.Module(source as unknown as ArrayBuffer)).toThrow(
      new TypeError('WebAssembly.Module(): Argument 0 must be a buffer source'),
    );
    expect(() => W.validate(source as unknown as ArrayBuffer)).toThrow(
      new TypeError('WebAssembly.validate(): Argument 0 must be a buffer source'),
    );
  });

  test.each([
    ['no bytes at all', Uint8Array.of()],
    ['a cut off header', empty.slice(0, 5)],
    ['another magic number', Uint8Array.of(1, ...empty.slice(1))],
    ['another version', Uint8Array.of(...empty.slice(0, 4), 2, 0, 0, 0)],
    ['a section that is too long', Uint8Array.of(...empty, 1, 40, 1)],
    ['a body that does not type', Uint8Array.of(...empty, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 5, 1, 3, 0, 0x6a, 0x0b)],
  ])('throws a CompileError for %s, and validate says no', (_what, bytes) => {
    expect(() => new W.Module(bytes)).toThrow(W.CompileError);
    expect(() => new W.Module(bytes)).toThrow(/^WebAssembly\.Module\(\): .+/);
    expect(W.validate(bytes)).toBe(false);
  });

  test('names the place of an error', () => {
    const bytes = Uint8Array.of(...empty, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 5, 1, 3, 0, 0x6a, 0x0b);
    expect(() => new W.Module(bytes)).toThrow(/^WebAssembly\.Module\(\): Compiling function #0 failed: .* @\+23$/);
  });

  test('validates without keeping anything', () => {
    expect(W.validate(rich)).toBe(true);
    expect(W.validate(rich.slice().buffer)).toBe(true);
  });

  test('its functions want a module, and a name where one is needed', () => {
    for (const method of ['exports', 'imports', 'customSections'] as const) {
      const call = W.Module[method] as (module?: unknown) => unknown;
      for (const argument of [undefined, 1, {}, W.Module.prototype]) {
        expect(() => call(argument)).toThrow(
          new TypeError(`WebAssembly.Module.${method}(): Argument 0 must be a WebAssembly.Module`),
        );
      }
    }
    const customSections = W.Module.customSections as (module: unknown, name?: unknown) => unknown;
    const module = new W.Module(empty);
    expect(() => customSections(module)).toThrow(
      new TypeError('WebAssembly.Module.customSections(): Argument 1 is required'),
    );
    expect(() => customSections(module, Symbol('s'))).toThrow(TypeError);
    expect(customSections(module, { toString: () => 'x' })).toEqual([]);
  });

  test('can be extended', () => {
    class Mine extends W.Module {
      get mine(): boolean {
        return true;
      }
    }
    const module = new Mine(rich);
    expect(module.mine).toBe(true);
    expect(module).toBeInstanceOf(W.Module);
    expect(W.Module.imports(module)).toHaveLength(5);
  });
});
