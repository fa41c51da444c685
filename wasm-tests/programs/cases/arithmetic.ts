/** Numbers: integers, floats, vectors. */

import type { WasmMemory } from '../../diff/namespace.ts';
import { F32_EDGES, F64_EDGES, I32_EDGES, I64_EDGES } from '../edges.ts';
import { type CaseContext, grid, instance, pairs } from './common.ts';

export function floats(context: CaseContext): void {
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

export function integers(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context);
  grid(t, exports, ['fnv1a64'], [[0], [1], [43], [65536], [65537]]);
  grid(t, exports, ['splitmix', 'splitmix', 'splitmix'], [[]]);
  grid(t, exports, ['stir'], [[1], [10], [2000]]);
  grid(t, exports, ['stir32'], [[1], [10], [20000]]);
  t.state(exports);
}

export function simd(context: CaseContext): void {
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
