/** y = alpha A x + beta B x, several times. */
import { checksum, fill, fillVector, get, get2, matrix, reset, set, vector } from '../lib';

const TIMES = 160;

export function run(n: i32): f64 {
  reset();
  const a = matrix(n, n);
  const b = matrix(n, n);
  const x = vector(n);
  const y = vector(n);
  fill(a, n, n, 1);
  fill(b, n, n, 2);
  fillVector(x, n, 0);
  for (let time = 0; time < TIMES; time++) {
    for (let i = 0; i < n; i++) {
      let first: f64 = 0;
      let second: f64 = 0;
      for (let j = 0; j < n; j++) {
        first += get2(a, n, i, j) * get(x, j);
        second += get2(b, n, i, j) * get(x, j);
      }
      set(y, i, 1.5 * first + 1.2 * second);
    }
    for (let i = 0; i < n; i++) set(x, i, get(y, i) / <f64>n);
  }
  return checksum(y, n);
}
