/** Covariances between the columns of a matrix. */
import { add, add2, checksum, get, get2, matrix, reset, set, set2, vector } from '../lib';

export function run(n: i32): f64 {
  reset();
  const data = matrix(n, n);
  const covariances = matrix(n, n);
  const mean = vector(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) set2(data, n, i, j, (<f64>i * <f64>j) / <f64>n + <f64>((i * i + j) % 5));
  }
  for (let j = 0; j < n; j++) {
    set(mean, j, 0);
    for (let i = 0; i < n; i++) add(mean, j, get2(data, n, i, j));
    set(mean, j, get(mean, j) / <f64>n);
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) add2(data, n, i, j, -get(mean, j));
  }
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      set2(covariances, n, i, j, 0);
      for (let k = 0; k < n; k++) add2(covariances, n, i, j, get2(data, n, k, i) * get2(data, n, k, j));
      const value = get2(covariances, n, i, j) / (<f64>n - 1.0);
      set2(covariances, n, i, j, value);
      set2(covariances, n, j, i, value);
    }
  }
  return checksum(covariances, n * n);
}
