/** Alternating directions: sweeps over the columns, then over the rows. */
import { checksum, get2, matrix, reset, set2 } from '../lib';

const STEPS = 10;

export function run(n: i32): f64 {
  reset();
  const u = matrix(n, n);
  const v = matrix(n, n);
  const p = matrix(n, n);
  const q = matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      set2(u, n, i, j, <f64>(i + n - j) / <f64>n);
      set2(v, n, i, j, 0);
      set2(p, n, i, j, 0);
      set2(q, n, i, j, 0);
    }
  }
  const dx = 1.0 / <f64>n;
  const dt = 1.0 / <f64>STEPS;
  const mul1 = (2.0 * dt) / (dx * dx);
  const mul2 = dt / (dx * dx);
  const a = -mul1 / 2.0;
  const b = 1.0 + mul1;
  const d = -mul2 / 2.0;
  const e = 1.0 + mul2;
  for (let t = 1; t <= STEPS; t++) {
    for (let i = 1; i < n - 1; i++) {
      set2(v, n, 0, i, 1);
      set2(p, n, i, 0, 0);
      set2(q, n, i, 0, get2(v, n, 0, i));
      for (let j = 1; j < n - 1; j++) {
        const below = a * get2(p, n, i, j - 1) + b;
        set2(p, n, i, j, -a / below);
        const right = -d * get2(u, n, j, i - 1) + (1.0 + 2.0 * d) * get2(u, n, j, i) - d * get2(u, n, j, i + 1);
        set2(q, n, i, j, (right - a * get2(q, n, i, j - 1)) / below);
      }
      set2(v, n, n - 1, i, 1);
      for (let j = n - 2; j >= 1; j--) {
        set2(v, n, j, i, get2(p, n, i, j) * get2(v, n, j + 1, i) + get2(q, n, i, j));
      }
    }
    for (let i = 1; i < n - 1; i++) {
      set2(u, n, i, 0, 1);
      set2(p, n, i, 0, 0);
      set2(q, n, i, 0, get2(u, n, i, 0));
      for (let j = 1; j < n - 1; j++) {
        const below = d * get2(p, n, i, j - 1) + e;
        set2(p, n, i, j, -d / below);
        const right = -a * get2(v, n, i - 1, j) + (1.0 + 2.0 * a) * get2(v, n, i, j) - a * get2(v, n, i + 1, j);
        set2(q, n, i, j, (right - d * get2(q, n, i, j - 1)) / below);
      }
      set2(u, n, i, n - 1, 1);
      for (let j = n - 2; j >= 1; j--) {
        set2(u, n, i, j, get2(p, n, i, j) * get2(u, n, i, j + 1) + get2(q, n, i, j));
      }
    }
  }
  return checksum(u, n * n);
}
