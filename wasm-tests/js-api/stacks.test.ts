/** Stacks of errors begin with the program's code: they show nothing of the engine. */

import { describe, expect, test } from 'vitest';
import { EMPTY_MODULE, implementations, type LooseNamespace, loose, wat } from './support.ts';

const importing = await wat('(module (import "a" "f" (func)))');
const exporting = await wat('(module (func (export "f") (param i32)) (func (export "g") (param i64)))');
const trapping = await wat('(module (func $s unreachable) (start $s))');
const NO_MODULE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

interface TableLike {
  get(...args: unknown[]): unknown;
  set(...args: unknown[]): unknown;
  grow(...args: unknown[]): unknown;
}
const table = (W: LooseNamespace) => new W.Table({ element: 'anyfunc', initial: 1 }) as TableLike;

type Fails = (W: LooseNamespace) => unknown;
const failures: Readonly<Record<string, Fails>> = {
  'a class without new': (W) => (W.Module as unknown as () => void)(),
  'bytes that are no buffer': (W) => new W.Module(1),
  'bytes that are no module': (W) => new W.Module(NO_MODULE),
  'no module': (W) => new W.Instance(1),
  'imports that are no object': (W) => new W.Instance(new W.Module(EMPTY_MODULE), 1),
  'an import that does not match': (W) => new W.Instance(new W.Module(importing), { a: {} }),
  'a missing module of imports': (W) => new W.Instance(new W.Module(importing), {}),
  'an argument of a static function': (W) => (W.Module as unknown as { imports(m: unknown): unknown }).imports(1),
  'a table descriptor': (W) => new W.Table({ element: 'anyfunc', initial: -1 }),
  'a conversion in a table descriptor': (W) => new W.Table({ element: 'anyfunc', initial: 1n }),
  'a table index': (W) => table(W).get(7),
  'a value for a table': (W) => table(W).set(0, {}),
  'a table that cannot grow': (W) => table(W).grow(2 ** 32 - 1),
  'a receiver': (W) => Reflect.apply(table(W).get, {}, [0]),
  'a global descriptor': (W) => new W.Global({}),
  'the value of a global': (W) => new W.Global({ value: 'i32' }, 1n),
  'an immutable global': (W) => {
    (new W.Global({ value: 'i32' }) as { value: unknown }).value = 1;
  },
  'a tag descriptor': (W) => new W.Tag(1),
  'the tag of an exception': (W) => new W.Exception(1, []),
  'bytes to validate': (W) => W.validate(1),
};

/** The stack without its title, and its frames. */
function framesOf(error: unknown): string[] {
  const { name, message, stack = '' } = error as Error;
  expect(stack.startsWith(`${name}: ${message}`)).toBe(true);
  return stack.slice(`${name}: ${message}`.length).split('\n').slice(1);
}

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const HERE = /^ +at .*stacks\.test\.ts/;

describe.each(implementations)('stacks of errors of $name', ({ W: strict }) => {
  const W = loose(strict);

  test.each(Object.entries(failures))('%s', (_what, fails) => {
    const error = caught(() => fails(W));
    expect(framesOf(error)[0]).toMatch(HERE);
    expect(Reflect.ownKeys(error as object).sort()).toEqual(['message', 'stack']);
  });

  test('arguments of exported functions', () => {
    const { f, g } = new strict.Instance(new strict.Module(exporting)).exports;
    for (const [call, value] of [
      [f, 1n],
      [f, Symbol('s')],
      [g, 1],
      [g, undefined],
      [g, null],
      [g, Symbol('s')],
    ]) {
      const error = caught(() => call(value));
      expect(error).toBeInstanceOf(TypeError);
      expect(framesOf(error)[0]).toMatch(HERE);
    }
  });

  test("errors of the program's own getters and functions keep their stack", () => {
    const made: Error[] = [];
    const thrower = (): never => {
      const error = new SyntaxError('mine');
      made.push(error);
      throw error;
    };
    const { f } = new strict.Instance(new strict.Module(exporting)).exports;
    const imports = {
      get a(): never {
        return thrower();
      },
    };
    const runs = [
      () => f({ valueOf: thrower }),
      () => new W.Instance(new W.Module(importing), imports),
      () => new W.Table({ element: { toString: thrower }, initial: 1 }),
      () => new W.Global({ value: 'i32' }, { valueOf: thrower }),
    ];
    for (const run of runs) {
      const error = caught(run);
      expect(error).toBe(made.at(-1));
      expect((error as Error).stack).toMatch(/^SyntaxError: mine\n +at .*thrower .*stacks\.test\.ts/);
    }
  });

  test('a rejection for arguments has the frames of the call', async () => {
    for (const [name, source] of [
      ['compile', 1],
      ['instantiate', 1],
    ] as const) {
      const error = await W[name](source).catch((reason: unknown) => reason);
      expect(framesOf(error)[0]).toMatch(HERE);
    }
    const error = await W.instantiate(new W.Module(importing), {}).catch((reason: unknown) => reason);
    expect(framesOf(error)[0]).toMatch(HERE);
  });

  test('a later rejection has no frames of JavaScript', async () => {
    for (const promise of [W.compile(NO_MODULE), W.instantiate(NO_MODULE), W.instantiate(importing, { a: {} })]) {
      expect(framesOf(await promise.catch((reason: unknown) => reason))).toEqual([]);
    }
    const trap = framesOf(await W.instantiate(trapping).catch((reason: unknown) => reason));
    expect(trap).toHaveLength(1);
    expect(trap[0]).toMatch(/at s \(wasm:.*wasm-function\[0\]:0x[0-9a-f]+\)$/);
  });
});
