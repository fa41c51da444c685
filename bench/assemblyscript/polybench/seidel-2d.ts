/** Averages of nine neighbours, in place. */
import { checksum, get2, matrix, reset, set2 } from '../lib';

const STEPS = 20;

export function run(n: i32): f64 {
  reset();
  const a = matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) set2(a, n, i, j, (<f64>i * <f64>(j + 2) + 2.0) / <f64>n);
  }
  for (let t = 0; t < STEPS; t++) {
    for (let i = 1; i < n - 1; i++) {
      for (let j = 1; j < n - 1; j++) {
        const above = get2(a, n, i - 1, j - 1) + get2(a, n, i - 1, j) + get2(a, n, i - 1, j + 1);
        const around = get2(a, n, i, j - 1) + get2(a, n, i, j) + get2(a, n, i, j + 1);
        const below = get2(a, n, i + 1, j - 1) + get2(a, n, i + 1, j) + get2(a, n, i + 1, j + 1);
        set2(a, n, i, j, (above + around + below) / 9.0);
      }
    }
  }
  return checksum(a, n * n);
}
