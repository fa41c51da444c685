/** Averages of three neighbours, back and forth between two vectors. */
import { checksum, get, reset, set, vector } from '../lib';

const STEPS = 400;

export function run(n: i32): f64 {
  reset();
  const a = vector(n);
  const b = vector(n);
  for (let i = 0; i < n; i++) {
    set(a, i, <f64>(i + 2) / <f64>n);
    set(b, i, <f64>(i + 3) / <f64>n);
  }
  for (let t = 0; t < STEPS; t++) {
    for (let i = 1; i < n - 1; i++) set(b, i, 0.33333 * (get(a, i - 1) + get(a, i) + get(a, i + 1)));
    for (let i = 1; i < n - 1; i++) set(a, i, 0.33333 * (get(b, i - 1) + get(b, i) + get(b, i + 1)));
  }
  return checksum(a, n);
}
