import { describe, expect, test } from 'vitest';
import { expected, implementations, type native, outcomeOf, summary, wat } from './support.ts';

type Namespace = typeof native;
type MakeImports = (W: Namespace) => unknown;

const sources = {
  none: '(module)',
  f: '(module (import "a" "f" (func)))',
  g: '(module (import "a" "g" (global i32)))',
  g64: '(module (import "a" "g" (global i64)))',
  gf: '(module (import "a" "g" (global f32)))',
  gv: '(module (import "a" "g" (global v128)))',
  gm: '(module (import "a" "g" (global (mut i32))))',
  gr: '(module (import "a" "g" (global funcref)))',
  m: '(module (import "a" "m" (memory 2 5)))',
  t: '(module (import "a" "t" (table 2 5 funcref)))',
  x: '(module (import "a" "x" (tag (param i32))))',
  fg: '(module (import "a" "f" (func)) (import "b" "g" (global i32)))',
  fm: '(module (import "a" "f" (func)) (import "a" "m" (memory 1)))',
  empty: '(module (import "" "\\"" (func)))',
} as const;
const modules = new Map<string, Uint8Array>();
for (const [name, text] of Object.entries(sources)) modules.set(name, await wat(text));
const wasmFunction = await wat('(module (func (export "f") (param i64)))');

const place = (kind: string, index = 0): string =>
  `LinkError: WebAssembly.Instance(): Import #${index} module="a" function="${kind}" error:`;
const at = 'TypeError: WebAssembly.Instance():';
const limits = 'LinkError: WebAssembly.Instance():';
const otherFunction = (W: Namespace): unknown => new W.Instance(new W.Module(wasmFunction)).exports.f;

/** A module, its imports, and the error of instantiation; 'ok' where there is none. */
const links: readonly (readonly [module: keyof typeof sources, what: string, make: MakeImports, result: string])[] = [
  ['none', 'nothing', () => undefined, 'ok'],
  ['none', 'an object', () => ({}), 'ok'],
  ['none', 'a function', () => () => 1, 'ok'],
  ['none', 'null', () => null, `${at} Argument 1 must be an object`],
  ['none', 'a number', () => 1, `${at} Argument 1 must be an object`],
  ['f', 'nothing', () => undefined, `${at} Imports argument must be present and must be an object`],
  ['f', 'no module', () => ({}), `${at} Import #0 module="a" error: module is not an object or function`],
  [
    'f',
    'a string as module',
    () => ({ a: 'f' }),
    `${at} Import #0 module="a" error: module is not an object or function`,
  ],
  ['f', 'no field', () => ({ a: {} }), `${place('f')} function import requires a callable`],
  ['f', 'a number', () => ({ a: { f: 1 } }), `${place('f')} function import requires a callable`],
  ['f', 'a function, in functions', () => Object.assign(() => 1, { a: Object.assign(() => 1, { f: () => 1 }) }), 'ok'],
  [
    'f',
    'a Wasm function of another type',
    (W) => ({ a: { f: otherFunction(W) } }),
    `${place('f')} imported function does not match the expected type`,
  ],
  [
    'empty',
    'no field',
    () => ({ '': {} }),
    'LinkError: WebAssembly.Instance(): Import #0 module="" function=""" error: function import requires a callable',
  ],
  [
    'g',
    'no field',
    () => ({ a: {} }),
    `${place('g')} global import must be a number, valid Wasm reference, or WebAssembly.Global object`,
  ],
  [
    'g',
    'a string',
    () => ({ a: { g: '1' } }),
    `${place('g')} global import must be a number, valid Wasm reference, or WebAssembly.Global object`,
  ],
  [
    'g',
    'a bigint',
    () => ({ a: { g: 1n } }),
    `${place('g')} global import must be a number, valid Wasm reference, or WebAssembly.Global object`,
  ],
  ['g', 'a number', () => ({ a: { g: 1 } }), 'ok'],
  [
    'g',
    'another type',
    (W) => ({ a: { g: new W.Global({ value: 'i64' }) } }),
    `${place('g')} imported global does not match the expected type`,
  ],
  [
    'g',
    'a mutable global',
    (W) => ({ a: { g: new W.Global({ value: 'i32', mutable: true }) } }),
    `${place('g')} imported global does not match the expected mutability`,
  ],
  [
    'g64',
    'a number',
    () => ({ a: { g: 1 } }),
    `${place('g')} global import must be a number, valid Wasm reference, or WebAssembly.Global object`,
  ],
  ['g64', 'a bigint', () => ({ a: { g: 1n } }), 'ok'],
  ['gf', 'a number', () => ({ a: { g: 1.5 } }), 'ok'],
  ['gv', 'a number', () => ({ a: { g: 1 } }), `${place('g')} global import of type v128 must be a WebAssembly.Global`],
  [
    'gm',
    'a number',
    () => ({ a: { g: 1 } }),
    `${place('g')} imported mutable global must be a WebAssembly.Global object`,
  ],
  [
    'gm',
    'an immutable global',
    (W) => ({ a: { g: new W.Global({ value: 'i32' }) } }),
    `${place('g')} imported global does not match the expected mutability`,
  ],
  [
    'gm',
    'another type',
    (W) => ({ a: { g: new W.Global({ value: 'i64', mutable: true }) } }),
    `${place('g')} imported global does not match the expected type`,
  ],
  ['gr', 'null', () => ({ a: { g: null } }), 'ok'],
  ['gr', 'a Wasm function', (W) => ({ a: { g: otherFunction(W) } }), 'ok'],
  [
    'gr',
    'a host function',
    () => ({ a: { g: () => 1 } }),
    `${place('g')} function-typed object must be null (if nullable) or a Wasm function object`,
  ],
  ['m', 'no field', () => ({ a: {} }), `${place('m')} memory import must be a WebAssembly.Memory object`],
  [
    'm',
    'a buffer',
    () => ({ a: { m: new ArrayBuffer(65536) } }),
    `${place('m')} memory import must be a WebAssembly.Memory object`,
  ],
  [
    'm',
    'a smaller one',
    (W) => ({ a: { m: new W.Memory({ initial: 1, maximum: 5 }) } }),
    `${limits} memory import 0 is smaller than initial 2, got 1`,
  ],
  [
    'm',
    'a larger maximum',
    (W) => ({ a: { m: new W.Memory({ initial: 2, maximum: 6 }) } }),
    `${limits} memory import 0 has a larger maximum size 6 than the module's declared maximum 5`,
  ],
  ['m', 'the same limits', (W) => ({ a: { m: new W.Memory({ initial: 2, maximum: 5 }) } }), 'ok'],
  ['m', 'tighter limits', (W) => ({ a: { m: new W.Memory({ initial: 3, maximum: 4 }) } }), 'ok'],
  [
    'm',
    'a shared one',
    (W) => ({ a: { m: new W.Memory({ initial: 2, maximum: 5, shared: true }) } }),
    `${limits} mismatch in shared state of memory, declared = 0, imported = 1`,
  ],
  ['t', 'no field', () => ({ a: {} }), `${place('t')} table import requires a WebAssembly.Table`],
  [
    't',
    'a smaller one',
    (W) => ({ a: { t: new W.Table({ element: 'anyfunc', initial: 1, maximum: 5 }) } }),
    `${limits} table import 0 is smaller than initial 2, got 1`,
  ],
  [
    't',
    'no maximum',
    (W) => ({ a: { t: new W.Table({ element: 'anyfunc', initial: 2 }) } }),
    `${limits} table import 0 has no maximum length, expected 5`,
  ],
  [
    't',
    'a larger maximum',
    (W) => ({ a: { t: new W.Table({ element: 'anyfunc', initial: 2, maximum: 6 }) } }),
    `${limits} table import 0 has a larger maximum size 6 than the module's declared maximum 5`,
  ],
  [
    't',
    'other elements',
    (W) => ({ a: { t: new W.Table({ element: 'externref', initial: 2, maximum: 5 }) } }),
    `${place('t')} imported table does not match the expected type`,
  ],
  [
    't',
    'a table that has grown',
    (W) => {
      const t = new W.Table({ element: 'anyfunc', initial: 1, maximum: 5 });
      t.grow(1);
      return { a: { t } };
    },
    'ok',
  ],
  ['x', 'no tag', () => ({ a: { x: {} } }), `${place('x')} tag import requires a WebAssembly.Tag`],
  [
    'x',
    'another type',
    (W) => ({ a: { x: new W.Tag({ parameters: ['i64'] }) } }),
    `${place('x')} imported tag does not match the expected type`,
  ],
  ['x', 'an equal type', (W) => ({ a: { x: new W.Tag({ parameters: ['i32'] }) } }), 'ok'],
  [
    'fg',
    'two wrong ones, where missing modules come first',
    () => ({ a: {} }),
    `${at} Import #1 module="b" error: module is not an object or function`,
  ],
  ['fm', 'two wrong ones, in order', () => ({ a: {} }), `${place('f')} function import requires a callable`],
];

const segments =
  await wat(`(module (import "a" "m" (memory 1)) (import "a" "t" (table 2 funcref)) (import "a" "s" (func $s))
  (func $f) (elem (i32.const 0) $f) (elem (i32.const 1) $f $f) (data (i32.const 0) "one") (data (i32.const 65535) "two") (start $s))`);
const dataOnly =
  await wat(`(module (import "a" "m" (memory 1)) (data (i32.const 0) "one") (data (i32.const 65535) "two")
  (data (i32.const 8) "three"))`);
const fitting = await wat(
  `(module (memory (export "m") 1) (data (i32.const 65536) "") (data (i32.const 65533) "end"))`,
);
const started =
  await wat(`(module (import "a" "s" (func $s (param i32))) (memory (export "m") 1) (data (i32.const 4) "\\2a")
  (func $start (call $s (i32.load8_u (i32.const 4)))) (start $start))`);
const offsets =
  await wat(`(module (import "a" "g" (global $g i32)) (memory (export "m") 1) (table (export "t") 9 funcref)
  (func $f (export "f")) (data (global.get $g) "x") (elem (global.get $g) func $f)
  (global (export "own") i32 (global.get $g)))`);
const named = await wat(`(module (func (export "b")) (func (export "a")) (func (export "")) (func (export "__proto__"))
  (func (export "0")) (memory (export "constructor") 1))`);

describe.each(implementations)('WebAssembly.Instance of $name', ({ W, hasKnownMessages }) => {
  test.each(links)('%s is instantiated with %s', (name, _what, make, result) => {
    const module = new W.Module(modules.get(name) as Uint8Array);
    const construct = W.Instance as unknown as new (...args: unknown[]) => object;
    const imports = make(W);
    const outcome = outcomeOf(() => (new construct(module, imports) instanceof W.Instance ? 'ok' : 'no instance'));
    expect(summary(outcome, hasKnownMessages)).toBe(expected(result, hasKnownMessages));
  });

  test('a memory without a maximum is refused where one is wanted', () => {
    const imports = { a: { m: new W.Memory({ initial: 2 }) } };
    const make = () => new W.Instance(new W.Module(modules.get('m') as Uint8Array), imports);
    expect(make).toThrow(W.LinkError);
    if (hasKnownMessages) expect(make).toThrow(/memory import 0 has no maximum limit, expected at most/);
  });

  test('wants a module', () => {
    const construct = W.Instance as unknown as new (...args: unknown[]) => object;
    for (const argument of [undefined, 1, modules.get('none')]) {
      expect(() => new construct(argument)).toThrow(
        new TypeError('WebAssembly.Instance(): Argument 0 must be a WebAssembly.Module'),
      );
    }
  });

  test('passes on what a getter of the imports throws', () => {
    const imports = {
      get a(): never {
        throw new SyntaxError('mine');
      },
    };
    expect(() => new W.Instance(new W.Module(modules.get('f') as Uint8Array), imports)).toThrow(
      new SyntaxError('mine'),
    );
  });

  test('reads each import once, in order, before it looks at any', () => {
    const log: string[] = [];
    const imports = new Proxy(
      {},
      {
        get: (_target, module) => {
          log.push(String(module));
          return new Proxy(
            {},
            {
              get: (_inner, field) => {
                log.push(`${String(module)}.${String(field)}`);
                return undefined;
              },
            },
          );
        },
      },
    );
    expect(() => new W.Instance(new W.Module(modules.get('fg') as Uint8Array), imports)).toThrow(W.LinkError);
    expect(log).toEqual(['a', 'a.f', 'b', 'b.g']);
  });

  test('has its exports in a frozen object without a prototype', () => {
    const instance = new W.Instance(new W.Module(named));
    const { exports } = instance;
    expect(Object.getPrototypeOf(exports)).toBe(null);
    expect(Object.isFrozen(exports)).toBe(true);
    expect(Reflect.ownKeys(exports)).toEqual(['0', 'b', 'a', '', '__proto__', 'constructor']);
    expect(instance.exports).toBe(exports);
    expect(() => {
      exports.more = 1;
    }).toThrow(TypeError);
    expect(Object.getOwnPropertyDescriptor(exports, 'a')).toMatchObject({ writable: false, enumerable: true });
    expect(() => W.Instance.prototype.exports).toThrow(TypeError);
  });

  test('keeps what segments wrote before one that does not fit, and does not start', () => {
    const m = new W.Memory({ initial: 1 });
    const t = new W.Table({ element: 'anyfunc', initial: 2 });
    let isStarted = false;
    const s = (): void => {
      isStarted = true;
    };
    const make = () => new W.Instance(new W.Module(segments), { a: { m, t, s } });
    expect(make).toThrow(new W.RuntimeError('WebAssembly.Instance(): table index is out of bounds'));
    expect(t.get(0)).not.toBe(null);
    expect(t.get(1)).toBe(null);
    expect(new Uint8Array(m.buffer)[0]).toBe(0);
    expect(isStarted).toBe(false);
    const makeData = () => new W.Instance(new W.Module(dataOnly), { a: { m } });
    expect(makeData).toThrow(W.RuntimeError);
    if (hasKnownMessages) expect(makeData).toThrow('WebAssembly.Instance(): data segment is out of bounds');
    expect([...new Uint8Array(m.buffer, 0, 12)]).toEqual([0x6f, 0x6e, 0x65, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(new Uint8Array(m.buffer)[65535]).toBe(0);
  });

  test('writes segments that just fit', () => {
    const { m } = new W.Instance(new W.Module(fitting)).exports;
    expect([...new Uint8Array(m.buffer, 65532)]).toEqual([0, 0x65, 0x6e, 0x64]);
  });

  test('starts when the memory is initialised', () => {
    const seen: unknown[] = [];
    new W.Instance(new W.Module(started), { a: { s: (value: number) => seen.push(value) } });
    expect(seen).toEqual([42]);
    const thrown = new Error('from start');
    const s = (): never => {
      throw thrown;
    };
    expect(() => new W.Instance(new W.Module(started), { a: { s } })).toThrow(thrown);
  });

  test('computes offsets and globals from imported globals', () => {
    const { m, t, f, own } = new W.Instance(new W.Module(offsets), { a: { g: 7 } }).exports;
    expect(new Uint8Array(m.buffer)[7]).toBe(0x78);
    expect(t.get(7)).toBe(f);
    expect(t.get(6)).toBe(null);
    expect(own.value).toBe(7);
    // An offset is unsigned.
    const make = () => new W.Instance(new W.Module(offsets), { a: { g: -1 } });
    expect(make).toThrow(new W.RuntimeError('WebAssembly.Instance(): table index is out of bounds'));
  });

  test('can be extended', () => {
    class Mine extends W.Instance {
      get isMine(): boolean {
        return Object.keys(this.exports).length === 0;
      }
    }
    const instance = new Mine(new W.Module(modules.get('none') as Uint8Array));
    expect(instance).toBeInstanceOf(W.Instance);
    expect(instance.isMine).toBe(true);
  });
});
