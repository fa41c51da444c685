/** Memories, tables, globals and references. */

import type { WasmMemory, WasmTable } from '../../diff/namespace.ts';
import { type CaseContext, grid, instance } from './common.ts';

export function tables(context: CaseContext): void {
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

export function memory(context: CaseContext): void {
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

export function bulk(context: CaseContext): void {
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

export function globals(context: CaseContext): void {
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

export function references(context: CaseContext): void {
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
