/** Deriche's edge detector: recursive filters in four directions, several times. */
import { checksum, get2, matrix, reset, set2 } from '../lib';

// For alpha = 0.25: e^-alpha and e^(-2 alpha).
const E1: f64 = 0.7788007830714049;
const E2: f64 = 0.6065306597126334;
const K: f64 = ((1.0 - E1) * (1.0 - E1)) / (1.0 + 0.5 * E1 - E2);
const A1: f64 = K;
const A2: f64 = K * E1 * (0.25 - 1.0);
const A3: f64 = K * E1 * (0.25 + 1.0);
const A4: f64 = -K * E2;
const B1: f64 = 2.0 * E1;
const B2: f64 = -E2;

const TIMES = 20;

function detect(image: usize, out: usize, forth: usize, back: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    let x1: f64 = 0, x2: f64 = 0, y1: f64 = 0, y2: f64 = 0;
    for (let j = 0; j < n; j++) {
      const value = A1 * get2(image, n, i, j) + A2 * x1 + B1 * y1 + B2 * y2;
      set2(forth, n, i, j, value);
      x1 = get2(image, n, i, j);
      y2 = y1;
      y1 = value;
    }
    x1 = 0, x2 = 0, y1 = 0, y2 = 0;
    for (let j = n - 1; j >= 0; j--) {
      const value = A3 * x1 + A4 * x2 + B1 * y1 + B2 * y2;
      set2(back, n, i, j, value);
      x2 = x1;
      x1 = get2(image, n, i, j);
      y2 = y1;
      y1 = value;
    }
    for (let j = 0; j < n; j++) set2(out, n, i, j, get2(forth, n, i, j) + get2(back, n, i, j));
  }
  for (let j = 0; j < n; j++) {
    let x1: f64 = 0, x2: f64 = 0, y1: f64 = 0, y2: f64 = 0;
    for (let i = 0; i < n; i++) {
      const value = A1 * get2(out, n, i, j) + A2 * x1 + B1 * y1 + B2 * y2;
      set2(forth, n, i, j, value);
      x1 = get2(out, n, i, j);
      y2 = y1;
      y1 = value;
    }
    x1 = 0, x2 = 0, y1 = 0, y2 = 0;
    for (let i = n - 1; i >= 0; i--) {
      const value = A3 * x1 + A4 * x2 + B1 * y1 + B2 * y2;
      set2(back, n, i, j, value);
      x2 = x1;
      x1 = get2(out, n, i, j);
      y2 = y1;
      y1 = value;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) set2(out, n, i, j, get2(forth, n, i, j) + get2(back, n, i, j));
  }
}

export function run(n: i32): f64 {
  reset();
  const image = matrix(n, n);
  const out = matrix(n, n);
  const forth = matrix(n, n);
  const back = matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) set2(image, n, i, j, <f64>((313 * i + 991 * j) % 65536) / 65535.0);
  }
  for (let time = 0; time < TIMES; time++) {
    detect(image, out, forth, back, n);
    // What was found is looked at again.
    memory.copy(image, out, (n * n) << 3);
  }
  return checksum(out, n * n);
}
