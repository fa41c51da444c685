/** s = transposed A r and q = A p, several times. */
import { add, checksum, fill, fillVector, get, get2, matrix, reset, set, vector } from '../lib';

const TIMES = 40;

export function run(n: i32): f64 {
  reset();
  const a = matrix(n, n);
  const s = vector(n);
  const q = vector(n);
  const p = vector(n);
  const r = vector(n);
  fill(a, n, n, 1);
  fillVector(p, n, 1);
  fillVector(r, n, 2);
  for (let i = 0; i < n; i++) set(s, i, 0);
  for (let time = 0; time < TIMES; time++) {
    for (let i = 0; i < n; i++) {
      set(q, i, 0);
      for (let j = 0; j < n; j++) {
        add(s, j, get(r, i) * get2(a, n, i, j));
        add(q, i, get2(a, n, i, j) * get(p, j));
      }
    }
    for (let i = 0; i < n; i++) set(r, i, get(q, i) / <f64>n);
  }
  return checksum(s, n) + checksum(q, n);
}
