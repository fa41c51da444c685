/** x1 += A y1 and x2 += transposed A y2, several times. */
import { add, checksum, fill, fillVector, get, get2, matrix, reset, vector } from '../lib';

const TIMES = 30;

export function run(n: i32): f64 {
  reset();
  const a = matrix(n, n);
  const x1 = vector(n);
  const x2 = vector(n);
  const y1 = vector(n);
  const y2 = vector(n);
  fill(a, n, n, 0);
  fillVector(x1, n, 0);
  fillVector(x2, n, 1);
  fillVector(y1, n, 3);
  fillVector(y2, n, 4);
  for (let time = 0; time < TIMES; time++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) add(x1, i, get2(a, n, i, j) * get(y1, j));
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) add(x2, i, get2(a, n, j, i) * get(y2, j));
    }
  }
  return checksum(x1, n) + checksum(x2, n);
}
