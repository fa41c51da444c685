/** Programs in which some modules run on the engine and others on the host: what fits, and what is refused how. */

import { describe, expect, test } from 'vitest';
import { native, ours, wat } from './support.ts';

const exporting = await wat(`(module (memory (export "m") 1 4) (table (export "t") 1 funcref) (tag (export "x"))
  (global (export "g") (mut i32) (i32.const 5)) (global (export "c") i32 (i32.const 6))
  (func (export "f") (param i32) (result i32) (i32.load8_u (local.get 0))))`);
const importMemory =
  await wat(`(module (import "a" "m" (memory 1 4)) (import "a" "f" (func $f (param i32) (result i32)))
  (func (export "g") (param i32) (result i32) (i32.store8 (local.get 0) (i32.const 7)) (call $f (local.get 0))))`);
const importing = {
  t: await wat('(module (import "a" "t" (table 1 funcref)))'),
  g: await wat('(module (import "a" "g" (global (mut i32))))'),
  c: await wat('(module (import "a" "c" (global i32)))'),
  x: await wat('(module (import "a" "x" (tag)))'),
};

const onHost = new native.Module(exporting);
const onEngine = new ours.Module(exporting);

describe('modules of the engine and of the host', () => {
  test.each([
    ['the engine', 'the host', ours, native, onHost],
    ['the host', 'the engine', native, ours, onEngine],
  ] as const)('%s imports memory and functions of %s', (_a, _b, importer, exporter, module) => {
    const { m, f } = new exporter.Instance(module).exports;
    const { g } = new importer.Instance(new importer.Module(importMemory), { a: { m, f } }).exports;
    expect(g(3)).toBe(7);
    expect(new Uint8Array(m.buffer)[3]).toBe(7);
    m.grow(1);
    expect(g(65536)).toBe(7);
  });

  test('a memory is an instance of both classes, which are one', () => {
    expect(new ours.Instance(onEngine).exports.m).toBeInstanceOf(native.Memory);
    expect(new native.Instance(onHost).exports.m).toBeInstanceOf(ours.Memory);
  });

  test.each([
    ['t', "table import requires a WebAssembly.Table of this engine, not one of the host's WebAssembly"],
    ['x', "tag import requires a WebAssembly.Tag of this engine, not one of the host's WebAssembly"],
    [
      'g',
      "imported mutable global must be a WebAssembly.Global object of this engine, not one of the host's WebAssembly",
    ],
    [
      'c',
      "global import must be a number, valid Wasm reference, or WebAssembly.Global object of this engine, not one of the host's WebAssembly",
    ],
  ] as const)('the host\'s "%s" is refused with the reason', (name, problem) => {
    const { exports } = new native.Instance(onHost);
    const link = () => new ours.Instance(new ours.Module(importing[name]), { a: exports });
    expect(link).toThrow(ours.LinkError);
    expect(link).toThrow(`WebAssembly.Instance(): Import #0 module="a" function="${name}" error: ${problem}`);
  });

  test("the host's modules are refused with the reason", async () => {
    const problem = `Argument 0 must be a WebAssembly.Module of this engine, not one of the host's WebAssembly`;
    expect(() => new ours.Instance(onHost)).toThrow(new TypeError(`WebAssembly.Instance(): ${problem}`));
    expect(() => ours.Module.exports(onHost)).toThrow(new TypeError(`WebAssembly.Module.exports(): ${problem}`));
    await expect(ours.instantiate(onHost)).rejects.toThrow(`WebAssembly.instantiate(): ${problem}`);
  });

  test('objects of one are no instances of the classes of the other', () => {
    expect(onEngine).not.toBeInstanceOf(native.Module);
    expect(onHost).not.toBeInstanceOf(ours.Module);
    expect(() => new native.Instance(onEngine)).toThrow(TypeError);
    expect(new ours.RuntimeError()).not.toBeInstanceOf(native.RuntimeError);
  });
});
