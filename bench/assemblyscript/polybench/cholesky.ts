/** A = L transposed L, in place. */
import { add2, checksum, fillPositive, get2, matrix, reset, set2 } from '../lib';

export function run(n: i32): f64 {
  reset();
  const a = matrix(n, n);
  fillPositive(a, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      for (let k = 0; k < j; k++) add2(a, n, i, j, -(get2(a, n, i, k) * get2(a, n, j, k)));
      set2(a, n, i, j, get2(a, n, i, j) / get2(a, n, j, j));
    }
    for (let k = 0; k < i; k++) add2(a, n, i, i, -(get2(a, n, i, k) * get2(a, n, i, k)));
    set2(a, n, i, i, Math.sqrt(get2(a, n, i, i)));
  }
  return checksum(a, n * n);
}
