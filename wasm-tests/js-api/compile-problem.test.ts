/** Messages of CompileErrors, where they are V8's: programs and their tests look for them. */

import { describe, expect, test } from 'vitest';
import { EMPTY_MODULE, implementations, native, outcomeOf, ours, wat } from './support.ts';

const [named, exported] = [
  await wat('(module (func $ok) (func $first (result i32) (i32.const 1)))'),
  await wat('(module (func (export "e") (result i32) (i32.const 1)))'),
];

/** The module with the type of its last function, and so the body, made wrong. */
function spoilt(bytes: Uint8Array): Uint8Array {
  const at = bytes.findIndex((byte, i) => byte === 0x41 && bytes[i + 1] === 1 && bytes[i + 2] === 0x0b);
  return bytes.with(at, 0x42); // i64.const
}

const malformed: readonly (readonly [what: string, bytes: Uint8Array])[] = [
  ['half a magic number', EMPTY_MODULE.slice(0, 2)],
  ['no version', EMPTY_MODULE.slice(0, 4)],
  ['half a version', EMPTY_MODULE.slice(0, 6)],
  ['another magic number', Uint8Array.of(1, 2, 3, 4, 1, 0, 0, 0)],
  ['a page of HTML', new TextEncoder().encode('<!doctype html><title>404</title>')],
  ['another version', EMPTY_MODULE.with(4, 2)],
  ['a component', Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0)],
  ['a module that is cut off', named.slice(0, -3)],
  ['a section beyond the end', Uint8Array.of(...EMPTY_MODULE, 1, 40, 1)],
  ['a second section beyond the end', Uint8Array.of(...EMPTY_MODULE, 0, 2, 1, 97, 11, 0x80, 0x01)],
  ['an unknown section', Uint8Array.of(...EMPTY_MODULE, 99, 1, 1)],
];

describe('the message about bytes that are no module', () => {
  test.each(malformed)('%s: V8 says the same', (_what, bytes) => {
    const said = outcomeOf(() => new native.Module(bytes));
    expect(said).toMatchObject({ error: 'CompileError' });
    expect(outcomeOf(() => new ours.Module(bytes))).toEqual(said);
  });
});

describe('the message about a function that is invalid', () => {
  test.each([
    ['its number, and its name in the name section', spoilt(named), 'Compiling function #1:"first" failed: '],
    ['its number', spoilt(exported), 'Compiling function #0 failed: '],
  ])('begins with %s, as V8 does', async (_what, bytes, beginning) => {
    for (const { W } of implementations) {
      const outcome = outcomeOf(() => new W.Module(bytes));
      expect(outcome).toMatchObject({ message: expect.stringContaining(`WebAssembly.Module(): ${beginning}`) });
      expect(outcome).toMatchObject({ message: expect.stringMatching(/ @\+\d+$/) });
      await expect(W.compile(bytes)).rejects.toThrow(`WebAssembly.compile(): ${beginning}`);
    }
  });
});
