/** Several memories. */

import type { Exports } from '../../diff/namespace.ts';
import type { Transcript } from '../../diff/transcript.ts';
import { grid } from './common.ts';

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
