/** D = alpha A B C + beta D. */
import { checksum, fill, get2, matrix, reset, set2 } from '../lib';

export function run(n: i32): f64 {
  reset();
  const a = matrix(n, n);
  const b = matrix(n, n);
  const c = matrix(n, n);
  const d = matrix(n, n);
  const product = matrix(n, n);
  fill(a, n, n, 1);
  fill(b, n, n, 2);
  fill(c, n, n, 3);
  fill(d, n, n, 4);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum: f64 = 0;
      for (let k = 0; k < n; k++) sum += 1.5 * get2(a, n, i, k) * get2(b, n, k, j);
      set2(product, n, i, j, sum);
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = get2(d, n, i, j) * 1.2;
      for (let k = 0; k < n; k++) sum += get2(product, n, i, k) * get2(c, n, k, j);
      set2(d, n, i, j, sum);
    }
  }
  return checksum(d, n * n);
}
