/** What crosses the border of a module: imports, start functions, linking. */

import type { Exports, Imports, WasmMemory, WasmModule, WasmTable } from '../../diff/namespace.ts';
import { describeValue } from '../../diff/transcript.ts';
import { type CaseContext, grid, instance } from './common.ts';

export function start(context: CaseContext): void {
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

export function host(context: CaseContext): void {
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
        // biome-ignore lint/style/useThrowOnlyError: hosts do this, and it must come through as it is
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

export function extendedConst(context: CaseContext): void {
  const { t } = context;
  for (const base of [4, 8, 0]) {
    t.attempt(`instantiate with ${base}`, () => {
      const exports = instance(context, { host: { base, wide: BigInt(base) * 2n ** 31n - 5n } });
      t.state(exports);
    });
  }
}

export function linking(context: CaseContext): void {
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
