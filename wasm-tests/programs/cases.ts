/**
 * What is done with each program of this folder. A case runs in one engine and writes down all that
 * can be observed; the test compares the transcripts of two engines.
 */

import type { Exports, Imports, WasmMemory, WasmModule, WasmNamespace, WasmTable } from '../diff/namespace.ts';
import { describeValue, type Transcript } from '../diff/transcript.ts';
import { F32_EDGES, F64_EDGES, I32_EDGES, I64_EDGES } from './edges.ts';

export interface CaseContext {
  readonly W: WasmNamespace;
  /** The modules of `sources`, in that order. */
  readonly modules: readonly WasmModule[];
  readonly t: Transcript;
}

export interface ProgramCase {
  readonly sources: readonly [string, ...string[]];
  readonly run: (context: CaseContext) => void;
}

function instance({ W, modules }: CaseContext, imports: Imports = {}): Exports {
  return new W.Instance(modules[0] as WasmModule, imports).exports;
}

/** Calls each of `names` with each of `lists` of arguments. */
function grid(t: Transcript, exports: Exports, names: readonly string[], lists: readonly (readonly unknown[])[]): void {
  for (const name of names) for (const args of lists) t.call(exports, name, ...args);
}

function pairs<T>(values: readonly T[]): [T, T][] {
  return values.flatMap((a) => values.map((b): [T, T] => [a, b]));
}

function recursion(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context);
  grid(
    t,
    exports,
    ['ackermann'],
    [
      [0, 0],
      [1, 5],
      [2, 4],
      [3, 4],
    ],
  );
  grid(t, exports, ['even', 'odd'], [[0n], [1n], [999n], [1000n]]);
  t.call(exports, 'hanoi', 10, 0, 2);
  grid(t, exports, ['factorial'], [[0], [5], [20], [170], [171]]);
  // The stack overflows in both, however deep; and both can go on after it.
  t.call(exports, 'endless');
  t.call(exports, 'endless');
  t.call(exports, 'ackermann', 2, 3);
  t.state(exports);
}

function tables(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context);
  grid(
    t,
    exports,
    ['apply'],
    [0, 1, 2, 3, 4, 7, 8, -1, 2 ** 31].map((index) => [index, 21]),
  );
  t.call(exports, 'call_none', 1);
  grid(t, exports, ['put_double', 'is_null', 'get', 'clear'], [[0], [7], [8], [-1]]);
  grid(t, exports, ['grow'], [[0], [3], [5], [1], [-1]]);
  t.call(exports, 'size');
  grid(
    t,
    exports,
    ['fill'],
    [
      [2, 2],
      [11, 0],
      [12, 1],
      [16, 0],
      [17, 0],
      [0, -1],
    ],
  );
  grid(
    t,
    exports,
    ['copy'],
    [
      [0, 1, 4],
      [3, 1, 4],
      [15, 0, 1],
      [0, 15, 2],
      [16, 16, 0],
      [17, 0, 0],
    ],
  );
  grid(
    t,
    exports,
    ['copy_to_spare'],
    [
      [1, 2, 3],
      [1, 2, 4],
      [4, 0, 0],
    ],
  );
  grid(
    t,
    exports,
    ['apply_spare'],
    [
      [0, 5],
      [1, 5],
      [2, 5],
      [3, 5],
      [4, 5],
    ],
  );
  grid(
    t,
    exports,
    ['init'],
    [
      [0, 0, 3],
      [5, 1, 2],
      [0, 2, 2],
      [0, 3, 0],
      [0, 4, 0],
    ],
  );
  t.call(exports, 'drop');
  grid(
    t,
    exports,
    ['init'],
    [
      [0, 0, 0],
      [0, 0, 1],
    ],
  );
  t.state(exports);
  // Functions keep their identity on their way through a table.
  t.attempt('identity', () => (exports.operations as WasmTable).get(0) === exports.square);
  t.attempt('set from outside', () => (exports.operations as WasmTable).set(3, exports.negate));
  t.call(exports, 'apply', 3, 5);
  t.attempt('set what is no function', () => (exports.operations as WasmTable).set(3, () => 1));
  t.attempt('get beyond', () => (exports.operations as WasmTable).get(16));
}

function memory(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context);
  const loads = [
    'i32_8s',
    'i32_8u',
    'i32_16s',
    'i32_16u',
    'i32',
    'i64_8s',
    'i64_8u',
    'i64_16s',
    'i64_16u',
    'i64_32s',
    'i64_32u',
    'i64',
    'f32',
    'f64',
  ];
  const addresses = [0, 15, 16, 17, 23, 24, 65528, 65529, 65532, 65533, 65534, 65535, 65536, -1, -8, 2 ** 31];
  grid(
    t,
    exports,
    [...loads, 'far', 'farthest'],
    addresses.map((address) => [address]),
  );
  const stores = ['set_i32', 'set_i32_8', 'set_i32_16', 'set_f32', 'set_f64'];
  grid(
    t,
    exports,
    stores,
    addresses.flatMap((address) => [
      [address, -2],
      [address, 0x12345678],
    ]),
  );
  grid(
    t,
    exports,
    ['set_i64', 'set_i64_8', 'set_i64_16', 'set_i64_32'],
    addresses.map((address) => [address, -0x123456789abcdefn]),
  );
  t.memory('after stores', exports.memory as WasmMemory);
  const view = new DataView((exports.memory as WasmMemory).buffer);
  const nans = [0x7fa12345, 0xff812345 | 0, 0x7fc00000, 0x7f800000];
  for (const [i, bits] of nans.entries()) {
    view.setInt32(1024 + 8 * i, bits, true);
    view.setInt32(1028 + 8 * i, bits ^ 0x55, true);
  }
  for (let i = 1024; i < 1056; i += 4) {
    t.call(exports, 'carry_f32', i, i + 100);
    grid(t, exports, ['bits_f32', 'neg_f32', 'i32'], [[i]]);
    t.call(exports, 'carry_f64', i, i + 200);
    t.call(exports, 'abs_f64', i);
    t.call(exports, 'copysign_f64', i, 0);
  }
  t.memory('after NaN', exports.memory as WasmMemory);
  t.call(exports, 'write_while_growing');
  grid(t, exports, ['grow'], [[0], [1], [65536], [-1]]);
  t.call(exports, 'size');
  t.call(exports, 'i32', 65536 * 3);
  t.state(exports);
}

function floats(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context);
  grid(t, exports, ['harmonic32', 'harmonic64'], [[10], [1000], [100000]]);
  grid(t, exports, ['cube_root'], [[2], [27], [1e300], [5e-324], [-8]]);
  grid(t, exports, ['minmax32'], pairs(F32_EDGES));
  grid(t, exports, ['minmax64', 'compare64'], pairs(F64_EDGES));
  grid(
    t,
    exports,
    ['round32', 'trunc32_i32_u', 'trunc32_i64_u'],
    F32_EDGES.map((x) => [x]),
  );
  const one64 = ['round64', 'trunc_i32_s', 'trunc_i32_u', 'trunc_i64_s', 'trunc_i64_u', 'saturate', 'demote'];
  grid(
    t,
    exports,
    one64,
    F64_EDGES.map((x) => [x]),
  );
  grid(
    t,
    exports,
    ['convert_i64'],
    I64_EDGES.map((x) => [x]),
  );
  grid(
    t,
    exports,
    ['convert_i32'],
    I32_EDGES.map((x) => [x]),
  );
}

function integers(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context);
  grid(t, exports, ['fnv1a64'], [[0], [1], [43], [65536], [65537]]);
  grid(t, exports, ['splitmix', 'splitmix', 'splitmix'], [[]]);
  grid(t, exports, ['stir'], [[1], [10], [2000]]);
  grid(t, exports, ['stir32'], [[1], [10], [20000]]);
  t.state(exports);
}

function simd(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context);
  t.call(exports, 'seed');
  t.memory('seeded', exports.memory as WasmMemory);
  grid(
    t,
    exports,
    ['dot'],
    [
      [0, 1024, 64],
      [3, 77, 100],
      [65520, 0, 2],
    ],
  );
  grid(
    t,
    exports,
    ['brighten'],
    [
      [4096, 100],
      [16, 255],
    ],
  );
  grid(
    t,
    exports,
    ['find'],
    [0, 17, 128, 255].map((byte) => [byte, 4096]),
  );
  t.call(exports, 'find', 1, 64);
  grid(
    t,
    exports,
    ['transpose'],
    [
      [0, 20000],
      [64, 20100],
      [65000, 65472],
      [0, 65473],
    ],
  );
  grid(t, exports, ['norm'], [[16], [4096]]);
  grid(t, exports, ['lanes', 'beyond'], [[0], [100], [333], [65520], [65521]]);
  t.state(exports);
}

function multiValue(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context);
  grid(
    t,
    exports,
    ['divmod', 'gcd'],
    [
      [17, 5],
      [48, 36],
      [-1, 10],
      [1, 0],
    ],
  );
  t.call(exports, 'swap', 7, 8n);
  grid(t, exports, ['mixed'], [[1.5], [Number.NaN], [-1e20]]);
  grid(t, exports, ['digits', 'unwind', 'table'], [[0], [1], [2], [12345], [-1]]);
  t.call(exports, 'many');
}

function bulk(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context);
  grid(
    t,
    exports,
    ['init'],
    [
      [0, 0, 36],
      [65535, 0, 1],
      [65535, 0, 2],
      [0, 35, 2],
      [65536, 36, 0],
      [65537, 0, 0],
      [-1, 0, 1],
    ],
  );
  grid(
    t,
    exports,
    ['copy'],
    [
      [10, 0, 36],
      [0, 10, 36],
      [5, 4, 30],
      [4, 5, 30],
      [65500, 0, 36],
      [65501, 0, 36],
      [0, 65536, 0],
      [0, 65537, 0],
      [0, 0, -1],
    ],
  );
  grid(
    t,
    exports,
    ['fill'],
    [
      [200, 0x1ff, 50],
      [65535, 1, 1],
      [65535, 1, 2],
      [65536, 1, 0],
      [0, 1, -1],
      [300, -1, 3],
    ],
  );
  t.call(exports, 'drop');
  grid(
    t,
    exports,
    ['init'],
    [
      [0, 0, 0],
      [0, 0, 1],
    ],
  );
  grid(t, exports, ['byte'], [[100], [249], [250], [65535], [65536]]);
  t.state(exports);
}

function tailCalls(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context);
  grid(
    t,
    exports,
    ['even'],
    [
      [0, 5n],
      [1, 5n],
      [10, 5n],
      [200000, 1n],
    ],
  );
  grid(t, exports, ['sum'], [[0], [10], [200000]]);
  grid(t, exports, ['through_null'], [[0], [1], [2], [3], [-1]]);
  grid(t, exports, ['between'], [[1], [1001]]);
}

function globals(context: CaseContext): void {
  const { W, t } = context;
  const counter = new W.Global({ value: 'i64', mutable: true }, 2n ** 62n);
  const exports = instance(context, { host: { base: -7, counter } });
  grid(t, exports, ['bump'], [[1n], [2n ** 62n], [-5n]]);
  t.attempt('counter outside', () => counter.value);
  counter.value = -1n;
  t.call(exports, 'bump', 0n);
  t.attempt('same object', () => exports.counter === counter);
  grid(t, exports, ['scale'], [[3], [1e308], [10]]);
  grid(t, exports, ['hidden'], [[5], [2 ** 31 - 1]]);
  const object = { some: 'thing' };
  t.call(exports, 'exchange', object);
  t.attempt('reference', () => (exports.reference as { value: unknown }).value === object);
  t.attempt('reference back', () => (exports.exchange as (x: unknown) => unknown)('next') === object);
  t.state(exports);
  t.attempt('write a constant', () => {
    (exports.fixed as { value: unknown }).value = 1;
  });
  t.attempt('write the wrong type', () => {
    (exports.wide as { value: unknown }).value = 1;
  });
  t.attempt('missing import', () => instance(context, { host: { base: 1 } }));
  t.attempt('wrong type of import', () => instance(context, { host: { base: 1, counter: 1n } }));
}

function start(context: CaseContext): void {
  const { W, t } = context;
  for (const trap of [0, 1]) {
    const log = (value: number) => t.note(`log ${value}`);
    t.attempt(`start with trap ${trap}`, () => (instance(context, { host: { log, trap } }).seen as () => number)());
  }
  const failing = new RangeError('from the host');
  try {
    instance(context, {
      host: {
        trap: 0,
        log: () => {
          throw failing;
        },
      },
    });
  } catch (error) {
    t.note(`the host's own error comes through: ${error === failing}, ${error instanceof W.RuntimeError}`);
  }
}

function traps(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context);
  t.call(exports, 'unreachable');
  grid(t, exports, ['div_s', 'div_u', 'rem_s', 'rem_u'], pairs(I32_EDGES));
  grid(t, exports, ['div64_s', 'div64_u', 'rem64_s', 'rem64_u'], pairs(I64_EDGES));
  grid(
    t,
    exports,
    ['trunc'],
    F32_EDGES.map((x) => [x]),
  );
  grid(
    t,
    exports,
    ['trunc64'],
    F64_EDGES.map((x) => [x]),
  );
  grid(t, exports, ['load', 'store'], [[65528], [65529], [65536], [-1], [-8]]);
  grid(
    t,
    exports,
    ['fill'],
    [
      [65536, 0],
      [65536, 1],
      [65537, 0],
      [0, 65537],
    ],
  );
  const three = [
    [0, 0, 3],
    [0, 1, 3],
    [2, 2, 1],
    [2, 2, 2],
    [3, 3, 0],
    [4, 0, 0],
    [0, 4, 0],
    [0, 0, -1],
  ];
  grid(t, exports, ['copy', 'init', 'table_copy', 'table_init'], three);
  grid(t, exports, ['call', 'table_get', 'table_set'], [[0], [1], [2], [3], [-1]]);
  grid(
    t,
    exports,
    ['table_fill'],
    [
      [0, 1],
      [3, 0],
      [3, 1],
      [4, 0],
    ],
  );
  grid(t, exports, ['first'], [[0], [1]]);
  t.state(exports);
}

function host(context: CaseContext): void {
  const { W, t } = context;
  const echo = (name: string) => (value: unknown) => {
    t.note(`${name} gets ${describeValue(value)}`);
    return value;
  };
  const failure = new TypeError('of the host');
  let exports: Exports = {};
  const imports: Imports = {
    host: {
      i32: echo('i32'),
      i64: echo('i64'),
      f32: echo('f32'),
      f64: echo('f64'),
      ref: echo('ref'),
      pair: (n: number) => (n > 0 ? new Set([n, n / 3]) : n === 0 ? [1] : n),
      again: (n: number) => {
        if (n === 3) (exports.memory as WasmMemory).grow(1);
        t.note(`again ${n} gives ${(exports.down as (n: number) => number)(n)}`);
      },
      fail: (n: number) => {
        if (n === 1) throw failure;
        if (n === 2) throw 'a string';
        return n === 3 ? 5n : { valueOf: () => 41 };
      },
    },
  };
  exports = instance(context, imports);
  const odd = [
    undefined,
    null,
    true,
    '12',
    'x',
    2.9,
    -2.9,
    2 ** 32 + 1,
    2 ** 53,
    Number.NaN,
    -0,
    { valueOf: () => 9 },
    [],
  ];
  grid(
    t,
    exports,
    ['i32', 'f32', 'f64', 'i32_directly'],
    odd.map((x) => [x]),
  );
  grid(t, exports, ['i64'], [[1n], [2n ** 63n], [-(2n ** 63n) - 1n], ['12'], [true], ['x'], [1], [undefined]]);
  grid(t, exports, ['i32', 'f64'], [[5n], [Symbol.iterator], [], [1, 2]]);
  grid(t, exports, ['ref'], [[undefined], [null], ['text'], [{}], [5n], [Symbol.iterator]]);
  grid(t, exports, ['pair'], [[9], [0], [-1]]);
  t.call(exports, 'down', 6);
  grid(t, exports, ['fail'], [[0], [1], [2], [3]]);
  try {
    (exports.fail as (n: number) => number)(1);
  } catch (error) {
    t.note(`same error: ${error === failure}`);
  }
  t.attempt('new', () => Reflect.construct(exports.i32 as () => void, []));
  t.attempt('import is not a function', () => instance(context, { host: { ...imports.host, i32: 5 } }));
  t.attempt('no such module', () => instance(context, {}));
  t.note(
    W.Module.imports(context.modules[0] as WasmModule)
      .map((i) => `${i.module}.${i.name}: ${i.kind}`)
      .join(', '),
  );
  t.note(
    W.Module.exports(context.modules[0] as WasmModule)
      .map((e) => `${e.name}: ${e.kind}`)
      .join(', '),
  );
  t.note(
    Object.entries(exports)
      .map(([name, value]) => `${name}: ${describeValue(value)}`)
      .join(', '),
  );
  t.state(exports);
}

function references(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context);
  const object = {};
  const table = exports.things as WasmTable;
  t.call(exports, 'put', 0, object);
  t.attempt('same object', () => table.get(0) === object);
  grid(
    t,
    exports,
    ['put'],
    [
      [1, 'text'],
      [2, null],
      [-1, 1],
    ],
  );
  grid(t, exports, ['take'], [[0], [1], [2]]);
  grid(
    t,
    exports,
    ['grow'],
    [
      ['new', 3],
      [object, 10],
      [null, 5],
      [undefined, 0],
    ],
  );
  grid(
    t,
    exports,
    ['fill'],
    [
      [1, 7n, 2],
      [9, undefined, 1],
      [10, 1, 0],
      [10, 1, 1],
    ],
  );
  grid(
    t,
    exports,
    ['choose', 'is_null'],
    [
      ['a', 'b', 0],
      [undefined, null, 1],
      [null, 'b', 1],
    ],
  );
  grid(t, exports, ['through_locals'], [[object], [null], [undefined], [0]]);
  t.attempt('self is itself', () => (exports.self as () => unknown)() === exports.self);
  grid(
    t,
    exports,
    ['put_call'],
    [
      [0, exports.self],
      [1, null],
      [1, () => 1],
      [1, 5],
      [0, exports.take],
    ],
  );
  grid(t, exports, ['run'], [[0], [1]]);
  t.call(exports, 'put_call', 0, exports.self);
  t.attempt('through the table', () => (exports.run as (n: number) => unknown)(0) === exports.self);
  t.state(exports);
}

function control(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context);
  grid(
    t,
    exports,
    ['switch', 'unreachable_code', 'if_without_else', 'return_from_depth', 'tee_chain'],
    [[0], [1], [2], [3], [4], [5], [-1], [-(2 ** 31)]],
  );
  grid(t, exports, ['collatz'], [[1n], [27n], [837799n]]);
  grid(t, exports, ['nested'], [[0], [1], [100]]);
  grid(
    t,
    exports,
    ['select'],
    [
      [0, 1.5, -0],
      [1, 1.5, -0],
      [-1, Number.NaN, 2],
    ],
  );
}

function extendedConst(context: CaseContext): void {
  const { t } = context;
  for (const base of [4, 8, 0]) {
    t.attempt(`instantiate with ${base}`, () => {
      const exports = instance(context, { host: { base, wide: BigInt(base) * 2n ** 31n - 5n } });
      t.state(exports);
    });
  }
}

function linking(context: CaseContext): void {
  const { W, modules, t } = context;
  const [first, second] = modules as [WasmModule, WasmModule];
  const provider = new W.Instance(first).exports;
  const user = new W.Instance(second, { provider }).exports;
  grid(t, provider, ['read'], [[0], [4]]);
  grid(
    t,
    provider,
    ['call'],
    [
      [0, 7],
      [1, 7],
      [2, 7],
      [3, 7],
      [4, 7],
    ],
  );
  t.call(user, 'write', 4, 99);
  t.call(provider, 'read', 4);
  t.call(user, 'grow');
  t.call(provider, 'read', 65536);
  t.call(user, 'shared');
  t.attempt('re-exported function is the same', () => user.add === provider.add);
  t.attempt('function from the table is the same', () => (provider.table as WasmTable).get(1) === user.triple);
  grid(t, user, ['try'], [[1], [0]]);
  t.state(provider);
  t.attempt('a second user', () => new W.Instance(second, { provider }).exports.triple === user.triple);
  t.attempt('memory too small', () => {
    const memory = new W.Memory({ initial: 0 });
    return new W.Instance(second, { provider: { ...provider, memory } });
  });
  t.attempt('table of another type', () => {
    const table = new W.Table({ element: 'externref', initial: 4 });
    return new W.Instance(second, { provider: { ...provider, table } });
  });
  t.attempt('host function in place of a wasm function', () => {
    const replaced = new W.Instance(second, { provider: { ...provider, add: (x: number) => x / 2 } });
    return (provider.call as (index: number, x: number) => number)(2, 9) + Object.keys(replaced.exports).length;
  });
  t.attempt(
    'wasm function of another type',
    () => new W.Instance(second, { provider: { ...provider, add: provider.call } }),
  );
}

export const cases: Readonly<Record<string, ProgramCase>> = {
  'recursion, and a stack that overflows': { sources: ['recursion.wat'], run: recursion },
  'tables of functions': { sources: ['tables.wat'], run: tables },
  'loads and stores of all widths, and growing': { sources: ['memory.wat'], run: memory },
  'rounding and conversions of floats': { sources: ['floats.wat'], run: floats },
  'hashes of i32 and i64': { sources: ['integers.wat'], run: integers },
  'SIMD kernels': { sources: ['simd.wat'], run: simd },
  'several results and block parameters': { sources: ['multi-value.wat'], run: multiValue },
  'bulk memory': { sources: ['bulk.wat'], run: bulk },
  'tail calls': { sources: ['tail-calls.wat'], run: tailCalls },
  'globals, imported and exported': { sources: ['globals.wat'], run: globals },
  'start functions': { sources: ['start.wat'], run: start },
  'traps of every kind': { sources: ['traps.wat'], run: traps },
  'calls to the host and back': { sources: ['host.wat'], run: host },
  references: { sources: ['references.wat'], run: references },
  'branches, loops and unreachable code': { sources: ['control.wat'], run: control },
  'extended constant expressions': { sources: ['extended-const.wat'], run: extendedConst },
  'modules linked to each other': { sources: ['linking-provider.wat', 'linking-user.wat'], run: linking },
};

/**
 * Run apart, since the oracle runs another module: one memory that holds both, without checks of where one of them ends.
 * So this stays in bounds, and `multiMemoryBeyond` is what must trap.
 */
export function multiMemory(t: Transcript, exports: Exports): void {
  const load = () => {
    grid(t, exports, ['load_a'], [[0], [8], [12], [104], [65528], [65532]]);
    grid(t, exports, ['load_b'], [[0], [8], [12], [300], [65532], [65536], [131064]]);
  };
  t.call(exports, 'size');
  load();
  grid(
    t,
    exports,
    ['store_a', 'store_b'],
    [
      [0, 0x1122334455667788n],
      [65528, -2n],
      [99, 2n ** 60n + 5n],
    ],
  );
  t.call(exports, 'store_b', 131064, -3n);
  load();
  grid(
    t,
    exports,
    ['a_to_b', 'b_to_a', 'b_to_b'],
    [
      [100, 8, 16],
      [8, 100, 16],
      [9, 8, 16],
      [60000, 0, 5536],
      [65536, 65536, 0],
    ],
  );
  grid(
    t,
    exports,
    ['fill_b', 'init_b'],
    [
      [300, 5, 4],
      [131069, 0, 3],
      [131072, 0, 0],
    ],
  );
  load();
  grid(t, exports, ['sum'], [[1], [200], [65536]]);
  // The second memory is moved when the first one grows.
  t.call(exports, 'grow_a', 1);
  t.call(exports, 'store_a', 131064, 5n);
  load();
  grid(t, exports, ['grow_b', 'grow_a'], [[0], [1]]);
  t.call(exports, 'size');
  load();
  grid(t, exports, ['sum'], [[65536], [131072]]);
}

/** Each call fails: the memories have one and two pages. */
export function multiMemoryBeyond(t: Transcript, exports: Exports): void {
  grid(t, exports, ['load_a'], [[65533], [65536], [-1]]);
  grid(t, exports, ['load_b'], [[131065], [131068], [-1]]);
  t.call(exports, 'store_a', 65529, 1n);
  t.call(exports, 'store_b', 131065, 1n);
  grid(
    t,
    exports,
    ['a_to_b'],
    [
      [0, 65530, 7],
      [131070, 0, 3],
      [0, 65537, 0],
    ],
  );
  grid(
    t,
    exports,
    ['b_to_a'],
    [
      [65530, 0, 7],
      [0, 131070, 3],
      [65537, 0, 0],
    ],
  );
  grid(
    t,
    exports,
    ['fill_b'],
    [
      [131070, 1, 3],
      [131073, 1, 0],
    ],
  );
  grid(
    t,
    exports,
    ['init_b'],
    [
      [131070, 0, 3],
      [0, 8, 3],
    ],
  );
  t.call(exports, 'sum', 65537);
}
