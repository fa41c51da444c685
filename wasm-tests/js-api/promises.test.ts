import { describe, expect, test } from 'vitest';
import { expected, implementations, outcomeOfAsync, summary, wat } from './support.ts';

const answer = await wat('(module (func (export "f") (result i32) (i32.const 42)))');
const importing = await wat('(module (import "a" "f" (func $f)) (start $f))');
const trapping = await wat('(module (func $s unreachable) (start $s))');
const overflowing = await wat('(module (memory 1) (data (i32.const 65536) "a"))');

type Run = (W: Loose, module: unknown) => unknown;
/** The functions, taking whatever JavaScript may pass. */
interface Loose {
  compile(...args: unknown[]): Promise<unknown>;
  instantiate(...args: unknown[]): Promise<unknown>;
}

const BUFFER_OR_MODULE = 'Argument 0 must be a buffer source or a WebAssembly.Module object';
/** Calls that are rejected. */
const rejections: readonly (readonly [what: string, run: Run, result: string])[] = [
  ['compile without bytes', (W) => W.compile(), 'TypeError: WebAssembly.compile(): Argument 0 must be a buffer source'],
  [
    'compile of no bytes',
    (W) => W.compile(new Uint8Array()),
    'CompileError: WebAssembly.compile(): BufferSource argument is empty',
  ],
  ['instantiate without anything', (W) => W.instantiate(), `TypeError: WebAssembly.instantiate(): ${BUFFER_OR_MODULE}`],
  ['instantiate of a number', (W) => W.instantiate(1), `TypeError: WebAssembly.instantiate(): ${BUFFER_OR_MODULE}`],
  [
    'imports that are a number',
    (W) => W.instantiate(answer, 1),
    'TypeError: WebAssembly.instantiate(): Argument 1 must be an object',
  ],
  [
    'imports that are null',
    (W, module) => W.instantiate(module, null),
    'TypeError: WebAssembly.instantiate(): Argument 1 must be an object',
  ],
  [
    'missing imports',
    (W) => W.instantiate(importing),
    'TypeError: WebAssembly.instantiate(): Imports argument must be present and must be an object',
  ],
  [
    'an import that does not match',
    (W) => W.instantiate(importing, { a: {} }),
    'LinkError: WebAssembly.instantiate(): Import #0 module="a" function="f" error: function import requires a callable',
  ],
  [
    'a segment that does not fit',
    (W) => W.instantiate(overflowing),
    'RuntimeError: WebAssembly.instantiate(): data segment is out of bounds',
  ],
  ['a start function that traps', (W) => W.instantiate(trapping), 'RuntimeError: unreachable'],
];

describe.each(implementations)('promises of $name', ({ W, hasKnownMessages }) => {
  test('compile gives a module, from the bytes as they were', async () => {
    const bytes = answer.slice();
    const promise = W.compile(bytes);
    expect(promise).toBeInstanceOf(Promise);
    bytes.fill(0);
    const module = await promise;
    expect(module).toBeInstanceOf(W.Module);
    expect(W.Module.exports(module)).toEqual([{ name: 'f', kind: 'function' }]);
  });

  test('instantiate gives module and instance for bytes, an instance for a module', async () => {
    const both = await W.instantiate(answer);
    expect(Object.keys(both)).toEqual(['module', 'instance']);
    expect(both.module).toBeInstanceOf(W.Module);
    expect(both.instance).toBeInstanceOf(W.Instance);
    expect(both.instance.exports.f()).toBe(42);
    const instance = await W.instantiate(both.module);
    expect(instance).toBeInstanceOf(W.Instance);
    expect(instance.exports.f()).toBe(42);
  });

  test('nothing of the module runs before instantiate has returned its promise for bytes', async () => {
    const log: string[] = [];
    const promise = W.instantiate(importing, { a: { f: () => log.push('start') } });
    log.push('returned');
    await promise;
    expect(log).toEqual(['returned', 'start']);
  });

  test.each(rejections)('%s is rejected', async (_what, run, result) => {
    const module = new W.Module(answer);
    const outcome = await outcomeOfAsync(() => run(W as unknown as Loose, module));
    expect(summary(outcome, hasKnownMessages)).toBe(expected(result, hasKnownMessages));
  });

  test('malformed bytes are rejected with a CompileError that names the function', async () => {
    await expect(W.compile(Uint8Array.of(1, 2, 3))).rejects.toThrow(W.CompileError);
    await expect(W.compile(Uint8Array.of(1, 2, 3))).rejects.toThrow(/^WebAssembly\.compile\(\): /);
    await expect(W.instantiate(Uint8Array.of(1, 2, 3))).rejects.toThrow(/^WebAssembly\.instantiate\(\): /);
  });
});
