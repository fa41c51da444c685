/**
 * What the kernels share: arrays at addresses, without bounds checks, as C has them.
 * The memory has a fixed size; every run lays its arrays out anew.
 */

// Static data is below.
const FIRST: usize = (__heap_base + 15) & ~15;
let top: usize = FIRST;

/** Forgets all arrays. */
export function reset(): void {
  top = FIRST;
}

/** Memory for `bytes` bytes, at a multiple of 16. What was there before is still in it. */
export function alloc(bytes: i32): usize {
  const start = top;
  top = (top + bytes + 15) & ~15;
  return start;
}

/** Memory for a vector of f64. */
export function vector(n: i32): usize {
  return alloc(n << 3);
}

/** Memory for a matrix of f64. */
export function matrix(rows: i32, columns: i32): usize {
  return alloc((rows * columns) << 3);
}

// @ts-ignore: decorator
@inline
export function get(a: usize, i: i32): f64 {
  return load<f64>(a + (i << 3));
}

// @ts-ignore: decorator
@inline
export function set(a: usize, i: i32, value: f64): void {
  store<f64>(a + (i << 3), value);
}

// @ts-ignore: decorator
@inline
export function add(a: usize, i: i32, value: f64): void {
  store<f64>(a + (i << 3), load<f64>(a + (i << 3)) + value);
}

/** Element of a matrix with rows of length `n`. */
// @ts-ignore: decorator
@inline
export function get2(a: usize, n: i32, i: i32, j: i32): f64 {
  return load<f64>(a + ((i * n + j) << 3));
}

// @ts-ignore: decorator
@inline
export function set2(a: usize, n: i32, i: i32, j: i32, value: f64): void {
  store<f64>(a + ((i * n + j) << 3), value);
}

// @ts-ignore: decorator
@inline
export function add2(a: usize, n: i32, i: i32, j: i32, value: f64): void {
  const at = a + ((i * n + j) << 3);
  store<f64>(at, load<f64>(at) + value);
}

// @ts-ignore: decorator
@inline
export function get3(a: usize, n: i32, i: i32, j: i32, k: i32): f64 {
  return load<f64>(a + (((i * n + j) * n + k) << 3));
}

// @ts-ignore: decorator
@inline
export function set3(a: usize, n: i32, i: i32, j: i32, k: i32, value: f64): void {
  store<f64>(a + (((i * n + j) * n + k) << 3), value);
}

/** Fills a matrix with ((i * j + c) mod n) / n, as PolyBench does. */
export function fill(a: usize, rows: i32, columns: i32, c: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) set2(a, columns, i, j, <f64>((i * j + c) % rows) / <f64>rows);
  }
}

/** Fills a vector with ((i + c) mod n) / n. */
export function fillVector(a: usize, n: i32, c: i32): void {
  for (let i = 0; i < n; i++) set(a, i, <f64>((i + c) % n) / <f64>n);
}

/** Fills a matrix so that it is symmetric and positive definite: its diagonal outweighs the rest. */
export function fillPositive(a: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const distance = i > j ? i - j : j - i;
      set2(a, n, i, j, i == j ? <f64>n + 1.0 : 1.0 / <f64>(distance + 1));
    }
  }
}

/** A sum in which every element counts with a weight of its own. */
export function checksum(a: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) sum += get(a, i) * <f64>((i % 7) + 1);
  return sum;
}
