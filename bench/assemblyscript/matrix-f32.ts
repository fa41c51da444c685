/** C = A B, in f32. */
import { alloc, reset } from './lib';

// @ts-ignore: decorator
@inline
function at(a: usize, n: i32, i: i32, j: i32): usize {
  return a + ((i * n + j) << 2);
}

export function run(n: i32): f32 {
  reset();
  const a = alloc((n * n) << 2);
  const b = alloc((n * n) << 2);
  const c = alloc((n * n) << 2);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      store<f32>(at(a, n, i, j), <f32>((i * j + 1) % n) / <f32>n);
      store<f32>(at(b, n, i, j), <f32>((i * (j + 1) + 2) % n) / <f32>n);
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum: f32 = 0;
      for (let k = 0; k < n; k++) sum += load<f32>(at(a, n, i, k)) * load<f32>(at(b, n, k, j));
      store<f32>(at(c, n, i, j), sum);
    }
  }
  let sum: f32 = 0;
  for (let i = 0; i < n * n; i++) sum += load<f32>(c + (i << 2)) * <f32>((i % 7) + 1);
  return sum;
}
