/** Electric and magnetic fields in a plane. */
import { add2, checksum, get2, matrix, reset, set2 } from '../lib';

const STEPS = 60;

export function run(n: i32): f64 {
  reset();
  const ex = matrix(n, n);
  const ey = matrix(n, n);
  const hz = matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      set2(ex, n, i, j, (<f64>i * <f64>(j + 1)) / <f64>n);
      set2(ey, n, i, j, (<f64>i * <f64>(j + 2)) / <f64>n);
      set2(hz, n, i, j, (<f64>i * <f64>(j + 3)) / <f64>n);
    }
  }
  for (let t = 0; t < STEPS; t++) {
    for (let j = 0; j < n; j++) set2(ey, n, 0, j, <f64>t);
    for (let i = 1; i < n; i++) {
      for (let j = 0; j < n; j++) add2(ey, n, i, j, -0.5 * (get2(hz, n, i, j) - get2(hz, n, i - 1, j)));
    }
    for (let i = 0; i < n; i++) {
      for (let j = 1; j < n; j++) add2(ex, n, i, j, -0.5 * (get2(hz, n, i, j) - get2(hz, n, i, j - 1)));
    }
    for (let i = 0; i < n - 1; i++) {
      for (let j = 0; j < n - 1; j++) {
        const x = get2(ex, n, i, j + 1) - get2(ex, n, i, j);
        const y = get2(ey, n, i + 1, j) - get2(ey, n, i, j);
        add2(hz, n, i, j, -0.7 * (x + y));
      }
    }
  }
  return checksum(ex, n * n) + checksum(ey, n * n) + checksum(hz, n * n);
}
