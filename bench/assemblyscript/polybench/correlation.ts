/** Correlations between the columns of a matrix. */
import { add, checksum, get, get2, matrix, reset, set, set2, vector } from '../lib';

export function run(n: i32): f64 {
  reset();
  const data = matrix(n, n);
  const correlations = matrix(n, n);
  const mean = vector(n);
  const deviation = vector(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) set2(data, n, i, j, (<f64>i * <f64>j) / <f64>n + <f64>((i * i + j) % 5));
  }
  for (let j = 0; j < n; j++) {
    set(mean, j, 0);
    for (let i = 0; i < n; i++) add(mean, j, get2(data, n, i, j));
    set(mean, j, get(mean, j) / <f64>n);
  }
  for (let j = 0; j < n; j++) {
    set(deviation, j, 0);
    for (let i = 0; i < n; i++) {
      const distance = get2(data, n, i, j) - get(mean, j);
      add(deviation, j, distance * distance);
    }
    const root = Math.sqrt(get(deviation, j) / <f64>n);
    set(deviation, j, root <= 0.1 ? 1.0 : root);
  }
  const scale = Math.sqrt(<f64>n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      set2(data, n, i, j, (get2(data, n, i, j) - get(mean, j)) / (scale * get(deviation, j)));
    }
  }
  for (let i = 0; i < n; i++) {
    set2(correlations, n, i, i, 1);
    for (let j = i + 1; j < n; j++) {
      let sum: f64 = 0;
      for (let k = 0; k < n; k++) sum += get2(data, n, k, i) * get2(data, n, k, j);
      set2(correlations, n, i, j, sum);
      set2(correlations, n, j, i, sum);
    }
  }
  return checksum(correlations, n * n);
}
