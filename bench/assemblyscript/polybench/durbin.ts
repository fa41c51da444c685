/** Solves a system of Yule and Walker, several times. */
import { checksum, get, reset, set, vector } from '../lib';

const TIMES = 4;

export function run(n: i32): f64 {
  reset();
  const r = vector(n);
  const y = vector(n);
  const z = vector(n);
  let result: f64 = 0;
  for (let time = 0; time < TIMES; time++) {
    for (let i = 0; i < n; i++) set(r, i, 1.0 / <f64>(n + 1 + i + time));
    set(y, 0, -get(r, 0));
    let beta: f64 = 1;
    let alpha = -get(r, 0);
    for (let k = 1; k < n; k++) {
      beta = (1 - alpha * alpha) * beta;
      let sum: f64 = 0;
      for (let i = 0; i < k; i++) sum += get(r, k - i - 1) * get(y, i);
      alpha = -(get(r, k) + sum) / beta;
      for (let i = 0; i < k; i++) set(z, i, get(y, i) + alpha * get(y, k - i - 1));
      for (let i = 0; i < k; i++) set(y, i, get(z, i));
      set(y, k, alpha);
    }
    result += checksum(y, n);
  }
  return result;
}
