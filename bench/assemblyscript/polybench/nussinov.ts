/** Pairs of bases in a strand of RNA: dynamic programming over i32. */
import { alloc, reset } from '../lib';

// @ts-ignore: decorator
@inline
function score(table: usize, n: i32, i: i32, j: i32): i32 {
  return load<i32>(table + ((i * n + j) << 2));
}

// @ts-ignore: decorator
@inline
function raise(table: usize, n: i32, i: i32, j: i32, value: i32): void {
  const at = table + ((i * n + j) << 2);
  if (load<i32>(at) < value) store<i32>(at, value);
}

// @ts-ignore: decorator
@inline
function pairs(bases: usize, i: i32, j: i32): i32 {
  return load<u8>(bases + i) + load<u8>(bases + j) == 3 ? 1 : 0;
}

export function run(n: i32): i32 {
  reset();
  const bases = alloc(n);
  const table = alloc((n * n) << 2);
  for (let i = 0; i < n; i++) store<u8>(bases + i, <u8>(((i + 1) * 7 + (i >> 3)) & 3));
  for (let i = 0; i < n * n; i++) store<i32>(table + (i << 2), 0);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) {
      raise(table, n, i, j, score(table, n, i, j - 1));
      if (i + 1 < n) {
        raise(table, n, i, j, score(table, n, i + 1, j));
        const pair = i < j - 1 ? pairs(bases, i, j) : 0;
        raise(table, n, i, j, score(table, n, i + 1, j - 1) + pair);
      }
      for (let k = i + 1; k < j; k++) raise(table, n, i, j, score(table, n, i, k) + score(table, n, k + 1, j));
    }
  }
  let sum = 0;
  for (let i = 0; i < n * n; i++) sum = sum * 31 + load<i32>(table + (i << 2));
  return sum;
}
