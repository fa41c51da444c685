/** Solves L x = b with a triangular L, several times. */
import { checksum, fillPositive, fillVector, get, get2, matrix, reset, set, vector } from '../lib';

const TIMES = 80;

export function run(n: i32): f64 {
  reset();
  const l = matrix(n, n);
  const x = vector(n);
  const b = vector(n);
  fillPositive(l, n);
  fillVector(b, n, 1);
  for (let time = 0; time < TIMES; time++) {
    for (let i = 0; i < n; i++) {
      set(x, i, get(b, i));
      for (let j = 0; j < i; j++) set(x, i, get(x, i) - get2(l, n, i, j) * get(x, j));
      set(x, i, get(x, i) / get2(l, n, i, i));
    }
    for (let i = 0; i < n; i++) set(b, i, get(x, i) + 0.5);
  }
  return checksum(x, n);
}
