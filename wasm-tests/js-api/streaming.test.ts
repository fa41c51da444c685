import { describe, expect, test } from 'vitest';
import { Engine } from '../../engine/index.ts';
import { specified } from './deviations.ts';
import { EMPTY_MODULE, implementations, loose, outcomeOfAsync, wat } from './support.ts';

const answer = await wat('(module (func (export "f") (result i32) (i32.const 42)))');
const importing = await wat('(module (import "a" "f" (func $f)) (start $f))');

const WASM = { 'content-type': 'application/wasm' };

type Body = ConstructorParameters<typeof Response>[0];

function response(body: Body = answer.slice(), init: ResponseInit = {}): Response {
  return new Response(body, { headers: WASM, ...init });
}

function typed(type: string): Response {
  return response(undefined, { headers: { 'content-type': type } });
}

function inPieces(): Response {
  const start = (controller: ReadableStreamDefaultController): void => {
    for (const byte of answer) controller.enqueue(Uint8Array.of(byte));
    controller.close();
  };
  return response(new ReadableStream({ start }));
}

function broken(): Response {
  return response(new ReadableStream({ start: (controller) => controller.error(new SyntaxError('cut off')) }));
}

async function used(): Promise<Response> {
  const it = response();
  await it.arrayBuffer();
  return it;
}

class Derived extends Response {}

const fits: readonly (readonly [what: string, make: () => unknown])[] = [
  ['a response', () => response()],
  ['a promise of one', () => Promise.resolve(response())],
  // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
  ['a thenable of one', () => ({ then: (resolve: (value: unknown) => void) => resolve(response()) })],
  ['a response in pieces', inPieces],
  ['a clone', () => response().clone()],
  ['an object of a derived class', () => new Derived(answer.slice(), { headers: WASM })],
  ['a MIME type with spaces around it', () => typed(' application/wasm ')],
  ['a status in the 200s', () => response(undefined, { status: 203 })],
];

/** What is refused, and how the error reads. */
const misfits: readonly (readonly [what: string, make: () => unknown, error: string, message: RegExp])[] = [
  ['nothing', () => undefined, 'TypeError', /must be an instance of Response/],
  ['bytes', () => answer, 'TypeError', /must be an instance of Response/],
  ['a promise of bytes', () => Promise.resolve(answer), 'TypeError', /must be an instance of Response/],
  ['something like a response', () => ({ ...response(), ok: true }), 'TypeError', /must be an instance of Response/],
  ['a response without a type', () => new Response(answer.slice()), 'TypeError', /unsupported MIME type 'null'/],
  ['text', () => typed('text/plain'), 'TypeError', /unsupported MIME type 'text\/plain'/],
  ['a type with a parameter', () => typed('application/wasm; charset=utf-8'), 'TypeError', /unsupported MIME type/],
  ['a type with an empty parameter', () => typed('application/wasm;'), 'TypeError', /unsupported MIME type/],
  ['two types', () => typed('application/wasm, application/wasm'), 'TypeError', /unsupported MIME type/],
  ['an error response', () => Response.error(), 'TypeError', /unsupported MIME type 'null'/],
  ['a page that is not there', () => response(undefined, { status: 404 }), 'TypeError', /has status code 404/],
  ['a used response', used, 'TypeError', /body has already been used/],
  ['a body that fails', broken, 'SyntaxError', /^cut off$/],
  ['a promise that fails', () => Promise.reject(new SyntaxError('mine')), 'SyntaxError', /^mine$/],
  ['no body', () => response(null), 'CompileError', /: expected 4 bytes, fell off end @\+0$/],
  ['an empty body', () => response(''), 'CompileError', /: expected 4 bytes, fell off end @\+0$/],
  [
    'a page in place of a module',
    () => response('<!doctype html>'),
    'CompileError',
    /: expected magic word 00 61 73 6d, found 3c 21 64 6f @\+0$/,
  ],
];

describe.each(implementations)('streaming functions of $name', (implementation) => {
  const W = loose(implementation.W);

  test.each(fits)('take %s', async (_what, make) => {
    expect(await W.compileStreaming(make())).toBeInstanceOf(W.Module);
    const both = (await W.instantiateStreaming(make())) as Record<string, object>;
    expect(Object.keys(both)).toEqual(['module', 'instance']);
    expect(both.module).toBeInstanceOf(W.Module);
    expect(both.instance).toBeInstanceOf(W.Instance);
  });

  test.each(misfits)('refuse %s', async (_what, make, error, message) => {
    for (const name of ['compileStreaming', 'instantiateStreaming'] as const) {
      const outcome = await outcomeOfAsync(() => W[name](make()));
      expect(outcome).toMatchObject({ error, message: expect.stringMatching(message) });
      if (error === 'CompileError')
        expect(outcome).toMatchObject({ message: expect.stringContaining(`WebAssembly.${name}(): `) });
    }
  });

  test('never throw', () => {
    for (const name of ['compileStreaming', 'instantiateStreaming'] as const) {
      const promise = W[name]();
      expect(promise).toBeInstanceOf(Promise);
      promise.catch(() => {});
    }
  });

  specified(implementation, 'the MIME type is compared without regard to case', async () => {
    expect(await W.compileStreaming(typed('Application/WASM'))).toBeInstanceOf(W.Module);
  });

  test('use up the body, but not that of a response that they refuse', async () => {
    const good = response();
    await W.compileStreaming(good);
    expect(good.bodyUsed).toBe(true);
    const bad = typed('text/plain');
    await expect(W.compileStreaming(bad)).rejects.toThrow(TypeError);
    expect(bad.bodyUsed).toBe(false);
  });

  test('errors about a response have the codes of Node', async () => {
    await expect(W.compileStreaming(typed('text/plain'))).rejects.toMatchObject({ code: 'ERR_WEBASSEMBLY_RESPONSE' });
    await expect(W.compileStreaming(1)).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
  });

  test('imports are looked at before the response, and linked as by instantiate', async () => {
    const wrong = W.instantiateStreaming(response(importing.slice()), 1);
    await expect(wrong).rejects.toThrow('WebAssembly.instantiateStreaming(): Argument 1 must be an object');
    const missing = W.instantiateStreaming(response(importing.slice()), { a: {} });
    await expect(missing).rejects.toThrow(implementation.W.LinkError);
    await expect(missing).rejects.toThrow(/^WebAssembly\.instantiate\(\): Import #0/);
    const log: string[] = [];
    const promise = W.instantiateStreaming(response(importing.slice()), { a: { f: () => log.push('start') } });
    log.push('returned');
    await promise;
    expect(log).toEqual(['returned', 'start']);
  });

  test('the same bytes give the same as without streaming', async () => {
    const { Module } = implementation.W;
    const streamed = (await W.compileStreaming(response())) as object;
    expect(Module.exports(streamed as never)).toEqual(Module.exports(new Module(answer)));
    expect(await W.compileStreaming(response(EMPTY_MODULE.slice()))).toBeInstanceOf(W.Module);
  });
});

test('making a namespace does not read Response, which the host loads when it is read', () => {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'Response') as PropertyDescriptor;
  const get = (): never => {
    throw new Error('it was read');
  };
  Object.defineProperty(globalThis, 'Response', { configurable: true, get });
  try {
    expect(new Engine({ stackSlots: 1024 }).WebAssembly).toHaveProperty('compileStreaming');
  } finally {
    Object.defineProperty(globalThis, 'Response', descriptor);
  }
});
