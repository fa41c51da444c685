/** Shortest paths between all nodes; distances are i32. */
import { alloc, reset } from '../lib';

// @ts-ignore: decorator
@inline
function at(paths: usize, n: i32, i: i32, j: i32): usize {
  return paths + ((i * n + j) << 2);
}

export function run(n: i32): i32 {
  reset();
  const paths = alloc((n * n) << 2);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const isFar = (i + j) % 13 == 0 || (i + j) % 7 == 0 || (i + j) % 11 == 0;
      store<i32>(at(paths, n, i, j), isFar ? 999 : ((i * j) % 7) + 1);
    }
  }
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const direct = load<i32>(at(paths, n, i, j));
        const through = load<i32>(at(paths, n, i, k)) + load<i32>(at(paths, n, k, j));
        store<i32>(at(paths, n, i, j), direct < through ? direct : through);
      }
    }
  }
  let sum = 0;
  for (let i = 0; i < n * n; i++) sum = sum * 31 + load<i32>(paths + (i << 2));
  return sum;
}
