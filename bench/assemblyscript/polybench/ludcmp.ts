/** Solves A x = b by A = L U. */
import { checksum, fillPositive, fillVector, get, get2, matrix, reset, set, set2, vector } from '../lib';

export function run(n: i32): f64 {
  reset();
  const a = matrix(n, n);
  const b = vector(n);
  const x = vector(n);
  const y = vector(n);
  fillPositive(a, n);
  fillVector(b, n, 4);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let w = get2(a, n, i, j);
      for (let k = 0; k < j; k++) w -= get2(a, n, i, k) * get2(a, n, k, j);
      set2(a, n, i, j, w / get2(a, n, j, j));
    }
    for (let j = i; j < n; j++) {
      let w = get2(a, n, i, j);
      for (let k = 0; k < i; k++) w -= get2(a, n, i, k) * get2(a, n, k, j);
      set2(a, n, i, j, w);
    }
  }
  for (let i = 0; i < n; i++) {
    let w = get(b, i);
    for (let j = 0; j < i; j++) w -= get2(a, n, i, j) * get(y, j);
    set(y, i, w);
  }
  for (let i = n - 1; i >= 0; i--) {
    let w = get(y, i);
    for (let j = i + 1; j < n; j++) w -= get2(a, n, i, j) * get(x, j);
    set(x, i, w / get2(a, n, i, i));
  }
  return checksum(x, n);
}
