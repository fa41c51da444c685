/** C = alpha A B + beta C, of a symmetric A that has its lower half only. */
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
    for (let j = 0; j < n; j++) {
      let sum: f64 = 0;
      for (let k = 0; k < i; k++) {
        add2(c, n, k, j, 1.5 * get2(b, n, i, j) * get2(a, n, i, k));
        sum += get2(b, n, k, j) * get2(a, n, i, k);
      }
      set2(c, n, i, j, 1.2 * get2(c, n, i, j) + 1.5 * get2(b, n, i, j) * get2(a, n, i, i) + 1.5 * sum);
    }
  }
  return checksum(c, n * n);
}
