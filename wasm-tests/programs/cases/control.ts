/** Calls, branches and results. */

import { F32_EDGES, F64_EDGES, I32_EDGES, I64_EDGES } from '../edges.ts';
import { type CaseContext, grid, instance, pairs } from './common.ts';

export function recursion(context: CaseContext): void {
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

export function tailCalls(context: CaseContext): void {
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

export function multiValue(context: CaseContext): void {
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

export function control(context: CaseContext): void {
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

export function traps(context: CaseContext): void {
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

export function switches(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context);
  const indices = [0, 1, 2, 3, 4, 5, -1, 2 ** 31];
  grid(
    t,
    exports,
    ['plain', 'leaves'],
    indices.map((i) => [i]),
  );
  grid(t, exports, ['resumed'], [[0], [1], [2], [5], [6]]);
  grid(t, exports, ['shared', 'inner'], pairs([0, 1, 2, 3, 4, -1]));
  grid(
    t,
    exports,
    ['around'],
    [...indices, 77].flatMap((i) => [
      [i, 0],
      [i, 4],
    ]),
  );
  t.call(exports, 'calls');
}

export function dispatch(context: CaseContext): void {
  const { t } = context;
  const exports = instance(context, { host: { log: (n: number) => n + 1 } });
  const everything = () => {
    grid(
      t,
      exports,
      ['run'],
      [-1, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13].flatMap((op) => [
        [op, 1],
        [op, 6],
      ]),
    );
    grid(
      t,
      exports,
      ['mixed'],
      [
        [1, 5],
        [0, 3],
      ],
    );
  };
  everything();
  everything();
  grid(t, exports, ['rewrites', 'changes'], [[3], [9]]);
  everything();
  t.call(exports, 'grow');
  everything();
  t.call(exports, 'louder');
  everything();
  t.call(exports, 'change', 2, 3);
  everything();
  for (let i = 0; i < 5; i++) {
    t.call(exports, 'change', 1, 2 + (i % 2));
    t.call(exports, 'run', 1, 6);
  }
  t.call(exports, 'state');
}
