/** Multiplies each plane of a cube by a matrix. */
import { checksum, fill, get, get2, get3, matrix, reset, set, set3, vector } from '../lib';

export function run(n: i32): f64 {
  reset();
  const a = matrix(n * n, n);
  const c4 = matrix(n, n);
  const sum = vector(n);
  for (let r = 0; r < n; r++) {
    for (let q = 0; q < n; q++) {
      for (let p = 0; p < n; p++) set3(a, n, r, q, p, <f64>((r * q + p) % n) / <f64>n);
    }
  }
  fill(c4, n, n, 0);
  for (let r = 0; r < n; r++) {
    for (let q = 0; q < n; q++) {
      for (let p = 0; p < n; p++) {
        let w: f64 = 0;
        for (let s = 0; s < n; s++) w += get3(a, n, r, q, s) * get2(c4, n, s, p);
        set(sum, p, w);
      }
      for (let p = 0; p < n; p++) set3(a, n, r, q, p, get(sum, p));
    }
  }
  return checksum(a, n * n * n);
}
