/** A = Q R with orthonormal columns of Q. */
import { add2, checksum, fillPositive, get2, matrix, reset, set2 } from '../lib';

export function run(n: i32): f64 {
  reset();
  const a = matrix(n, n);
  const r = matrix(n, n);
  const q = matrix(n, n);
  fillPositive(a, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      set2(r, n, i, j, 0);
      set2(q, n, i, j, 0);
    }
  }
  for (let k = 0; k < n; k++) {
    let norm: f64 = 0;
    for (let i = 0; i < n; i++) norm += get2(a, n, i, k) * get2(a, n, i, k);
    set2(r, n, k, k, Math.sqrt(norm));
    for (let i = 0; i < n; i++) set2(q, n, i, k, get2(a, n, i, k) / get2(r, n, k, k));
    for (let j = k + 1; j < n; j++) {
      for (let i = 0; i < n; i++) add2(r, n, k, j, get2(q, n, i, k) * get2(a, n, i, j));
      for (let i = 0; i < n; i++) add2(a, n, i, j, -(get2(q, n, i, k) * get2(r, n, k, j)));
    }
  }
  return checksum(r, n * n) + checksum(q, n * n);
}
