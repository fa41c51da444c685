/** Heat in a cube, back and forth between two of them. */
import { checksum, get3, matrix, reset, set3 } from '../lib';

const STEPS = 20;

function step(to: usize, a: usize, n: i32): void {
  for (let i = 1; i < n - 1; i++) {
    for (let j = 1; j < n - 1; j++) {
      for (let k = 1; k < n - 1; k++) {
        const here = get3(a, n, i, j, k);
        const x = 0.125 * (get3(a, n, i + 1, j, k) - 2.0 * here + get3(a, n, i - 1, j, k));
        const y = 0.125 * (get3(a, n, i, j + 1, k) - 2.0 * here + get3(a, n, i, j - 1, k));
        const z = 0.125 * (get3(a, n, i, j, k + 1) - 2.0 * here + get3(a, n, i, j, k - 1));
        set3(to, n, i, j, k, x + y + z + here);
      }
    }
  }
}

export function run(n: i32): f64 {
  reset();
  const a = matrix(n * n, n);
  const b = matrix(n * n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) {
        const value = (<f64>(i + j + (n - k)) * 10.0) / <f64>n;
        set3(a, n, i, j, k, value);
        set3(b, n, i, j, k, value);
      }
    }
  }
  for (let t = 0; t < STEPS; t++) {
    step(b, a, n);
    step(a, b, n);
  }
  return checksum(a, n * n * n);
}
