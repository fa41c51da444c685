import { describe, expect, test } from 'vitest';
import { specified } from './deviations.ts';
import { EMPTY_MODULE, implementations, loose } from './support.ts';

const bytes = (): Uint8Array => EMPTY_MODULE.slice();

function detached<T extends ArrayBufferView>(view: T): T {
  structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] });
  return view;
}

function shared(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(8);
  new Uint8Array(buffer).set(EMPTY_MODULE);
  return buffer;
}

/** A typed array whose properties say something else than what it is. */
function disguised(): Uint8Array {
  const value = (v: unknown): PropertyDescriptor => ({ value: v });
  return Object.defineProperties(bytes(), {
    buffer: value(new ArrayBuffer(3)),
    byteOffset: value(1),
    byteLength: value(2),
    length: value(2),
    [Symbol.toStringTag]: value(undefined),
  });
}

const modules: readonly (readonly [what: string, make: () => unknown])[] = [
  ['an ArrayBuffer', () => bytes().buffer],
  ['a Uint8Array', bytes],
  ['a part of a Uint8Array', () => Uint8Array.of(9, ...EMPTY_MODULE, 9).subarray(1, 9)],
  ['a Uint16Array', () => new Uint16Array(bytes().buffer)],
  ['a BigInt64Array', () => new BigInt64Array(bytes().buffer)],
  ['a Buffer of Node', () => Buffer.from(EMPTY_MODULE)],
  ['a view of shared memory', () => new Uint8Array(shared())],
  ['an array with other properties', disguised],
];

const nothing: readonly (readonly [what: string, make: () => unknown])[] = [
  ['an empty array', () => new Uint8Array()],
  ['an empty buffer', () => new ArrayBuffer(0)],
  ['a detached array', () => detached(bytes())],
  ['a detached buffer', () => detached(bytes()).buffer],
];

const others: readonly (readonly [what: string, value: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 1],
  ['a string', '\0asm\x01\0\0\0'],
  ['an array', [...EMPTY_MODULE]],
  ['an object', {}],
  ['a SharedArrayBuffer', shared()],
  ['a proxy', new Proxy(bytes(), {})],
  ['an object derived from an array', Object.create(bytes())],
  ['an object with the prototype of buffers', Object.create(ArrayBuffer.prototype)],
];

describe.each(implementations)('buffer sources of $name', (implementation) => {
  const W = loose(implementation.W);

  test.each(modules)('%s', async (_what, make) => {
    expect(new W.Module(make())).toBeInstanceOf(W.Module);
    expect(W.validate(make())).toBe(true);
    expect(await W.compile(make())).toBeInstanceOf(W.Module);
    expect(await W.instantiate(make())).toHaveProperty('instance');
  });

  test.each(nothing)('%s has no bytes', async (_what, make) => {
    const problem = 'BufferSource argument is empty';
    expect(() => new W.Module(make())).toThrow(new implementation.W.CompileError(`WebAssembly.Module(): ${problem}`));
    expect(W.validate(make())).toBe(false);
    await expect(W.compile(make())).rejects.toThrow(`WebAssembly.compile(): ${problem}`);
    await expect(W.instantiate(make())).rejects.toThrow(`WebAssembly.instantiate(): ${problem}`);
  });

  test.each(others)('%s is none', async (_what, value) => {
    const problem = 'Argument 0 must be a buffer source';
    expect(() => new W.Module(value)).toThrow(new TypeError(`WebAssembly.Module(): ${problem}`));
    expect(() => W.validate(value)).toThrow(new TypeError(`WebAssembly.validate(): ${problem}`));
    await expect(W.compile(value)).rejects.toThrow(new TypeError(`WebAssembly.compile(): ${problem}`));
    await expect(W.instantiate(value)).rejects.toThrow(TypeError);
    await expect(W.instantiate(value)).rejects.toThrow(`WebAssembly.instantiate(): ${problem}`);
  });

  specified(implementation, 'a DataView is a buffer source', () => {
    expect(new W.Module(new DataView(bytes().buffer))).toBeInstanceOf(W.Module);
  });

  specified(implementation, 'a detached DataView has no bytes', () => {
    expect(W.validate(detached(new DataView(bytes().buffer as ArrayBuffer)))).toBe(false);
  });

  test('a DataView of shared memory is none', () => {
    expect(() => new W.Module(new DataView(shared()))).toThrow(TypeError);
  });

  // Newer versions of V8 throw another error, with other words.
  test.skipIf(!implementation.hasKnownMessages)('a module has at most 1 GiB', async () => {
    const large = new ArrayBuffer(2 ** 30 + 1);
    const problem = 'buffer source exceeds maximum size of 1073741824 (is 1073741825)';
    expect(() => new W.Module(large)).toThrow(new RangeError(`WebAssembly.Module(): ${problem}`));
    expect(() => W.validate(large)).toThrow(new RangeError(`WebAssembly.validate(): ${problem}`));
    await expect(W.compile(large)).rejects.toThrow(new RangeError(`WebAssembly.compile(): ${problem}`));
  });

  test('bytes are taken at once', async () => {
    const source = bytes();
    const promises = [W.compile(source), W.instantiate(source)];
    source.fill(0);
    for (const promise of promises) await expect(promise).resolves.toBeDefined();
  });
});
