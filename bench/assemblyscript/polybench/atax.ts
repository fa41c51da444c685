/** y = transposed A (A x), several times. */
import { add, checksum, fill, fillVector, get, get2, matrix, reset, set, vector } from '../lib';

const TIMES = 100;

export function run(n: i32): f64 {
  reset();
  const a = matrix(n, n);
  const x = vector(n);
  const y = vector(n);
  fill(a, n, n, 1);
  fillVector(x, n, 1);
  for (let time = 0; time < TIMES; time++) {
    for (let i = 0; i < n; i++) set(y, i, 0);
    for (let i = 0; i < n; i++) {
      let sum: f64 = 0;
      for (let j = 0; j < n; j++) sum += get2(a, n, i, j) * get(x, j);
      for (let j = 0; j < n; j++) add(y, j, get2(a, n, i, j) * sum);
    }
    for (let i = 0; i < n; i++) set(x, i, (4.0 * get(y, i)) / <f64>(n * n));
  }
  return checksum(y, n);
}
