/** B = alpha transposed A B, with A triangular. */
import { add2, checksum, fill, get2, matrix, reset, set2 } from '../lib';

export function run(n: i32): f64 {
  reset();
  const a = matrix(n, n);
  const b = matrix(n, n);
  fill(a, n, n, 1);
  fill(b, n, n, 2);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = i + 1; k < n; k++) add2(b, n, i, j, get2(a, n, k, i) * get2(b, n, k, j));
      set2(b, n, i, j, 1.5 * get2(b, n, i, j));
    }
  }
  return checksum(b, n * n);
}
