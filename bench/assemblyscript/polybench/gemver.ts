/** A += u1 v1 + u2 v2; x = beta transposed A y + z; w = alpha A x; several times. */
import { add, add2, checksum, fill, fillVector, get, get2, matrix, reset, set, vector } from '../lib';

const TIMES = 12;

export function run(n: i32): f64 {
  reset();
  const a = matrix(n, n);
  const u1 = vector(n);
  const v1 = vector(n);
  const u2 = vector(n);
  const v2 = vector(n);
  const w = vector(n);
  const x = vector(n);
  const y = vector(n);
  const z = vector(n);
  fill(a, n, n, 0);
  fillVector(u1, n, 0);
  fillVector(v1, n, 2);
  fillVector(u2, n, 3);
  fillVector(v2, n, 5);
  fillVector(y, n, 7);
  fillVector(z, n, 9);
  for (let time = 0; time < TIMES; time++) {
    for (let i = 0; i < n; i++) {
      set(x, i, 0);
      set(w, i, 0);
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) add2(a, n, i, j, get(u1, i) * get(v1, j) + get(u2, i) * get(v2, j));
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) add(x, i, 1.2 * get2(a, n, j, i) * get(y, j));
    }
    for (let i = 0; i < n; i++) add(x, i, get(z, i));
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) add(w, i, 1.5 * get2(a, n, i, j) * get(x, j));
    }
  }
  return checksum(w, n);
}
