/** C = alpha A B + beta C. */
import { add2, checksum, fill, get2, matrix, reset, set2 } from '../lib';

export function run(n: i32): f64 {
  reset();
  const a = matrix(n, n);
  const b = matrix(n, n);
  const c = matrix(n, n);
  fill(a, n, n, 1);
  fill(b, n, n, 2);
  fill(c, n, n, 3);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) set2(c, n, i, j, get2(c, n, i, j) * 1.2);
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) add2(c, n, i, j, 1.5 * get2(a, n, i, k) * get2(b, n, k, j));
    }
  }
  return checksum(c, n * n);
}
