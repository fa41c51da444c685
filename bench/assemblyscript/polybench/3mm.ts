/** G = (A B) (C D). */
import { checksum, fill, get2, matrix, reset, set2 } from '../lib';

function multiply(result: usize, a: usize, b: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum: f64 = 0;
      for (let k = 0; k < n; k++) sum += get2(a, n, i, k) * get2(b, n, k, j);
      set2(result, n, i, j, sum);
    }
  }
}

export function run(n: i32): f64 {
  reset();
  const a = matrix(n, n);
  const b = matrix(n, n);
  const c = matrix(n, n);
  const d = matrix(n, n);
  const e = matrix(n, n);
  const f = matrix(n, n);
  const g = matrix(n, n);
  fill(a, n, n, 1);
  fill(b, n, n, 2);
  fill(c, n, n, 3);
  fill(d, n, n, 4);
  multiply(e, a, b, n);
  multiply(f, c, d, n);
  multiply(g, e, f, n);
  return checksum(g, n * n);
}
