/** Averages of five neighbours, back and forth between two matrices. */
import { checksum, get2, matrix, reset, set2 } from '../lib';

const STEPS = 40;

function step(to: usize, a: usize, n: i32): void {
  for (let i = 1; i < n - 1; i++) {
    for (let j = 1; j < n - 1; j++) {
      const sum =
        get2(a, n, i, j) + get2(a, n, i, j - 1) + get2(a, n, i, 1 + j) + get2(a, n, 1 + i, j) + get2(a, n, i - 1, j);
      set2(to, n, i, j, 0.2 * sum);
    }
  }
}

export function run(n: i32): f64 {
  reset();
  const a = matrix(n, n);
  const b = matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      set2(a, n, i, j, (<f64>i * <f64>(j + 2) + 2.0) / <f64>n);
      set2(b, n, i, j, (<f64>i * <f64>(j + 3) + 3.0) / <f64>n);
    }
  }
  for (let t = 0; t < STEPS; t++) {
    step(b, a, n);
    step(a, b, n);
  }
  return checksum(a, n * n);
}
