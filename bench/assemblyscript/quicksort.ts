/** Sorts n numbers: recursion, comparisons, exchanges. */
import { alloc, reset } from './lib';

// @ts-ignore: decorator
@inline
function at(a: usize, i: i32): i32 {
  return load<i32>(a + (i << 2));
}

// @ts-ignore: decorator
@inline
function put(a: usize, i: i32, value: i32): void {
  store<i32>(a + (i << 2), value);
}

function sort(a: usize, first: i32, last: i32): void {
  while (last - first > 12) {
    const pivot = at(a, (first + last) >>> 1);
    let i = first;
    let j = last;
    while (i <= j) {
      while (at(a, i) < pivot) i++;
      while (at(a, j) > pivot) j--;
      if (i > j) break;
      const value = at(a, i);
      put(a, i++, at(a, j));
      put(a, j--, value);
    }
    if (j - first < last - i) {
      sort(a, first, j);
      first = i;
    } else {
      sort(a, i, last);
      last = j;
    }
  }
  for (let i = first + 1; i <= last; i++) {
    const value = at(a, i);
    let j = i;
    for (; j > first && at(a, j - 1) > value; j--) put(a, j, at(a, j - 1));
    put(a, j, value);
  }
}

export function run(n: i32): i32 {
  reset();
  const a = alloc(n << 2);
  let seed: u32 = 42;
  for (let i = 0; i < n; i++) {
    seed = seed * 1664525 + 1013904223;
    put(a, i, seed);
  }
  sort(a, 0, n - 1);
  let sum = 0;
  for (let i = 0; i < n; i++) sum = sum * 31 + at(a, i);
  return sum;
}
