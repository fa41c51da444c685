/** The product of two numbers of n words of 32 bits, four times over; every word counts in the result. */
import { alloc, reset } from './lib';

const TIMES = 4;

function fill(a: usize, n: i32, seed: u32): void {
  for (let i = 0; i < n; i++) {
    seed = seed * 1664525 + 1013904223;
    store<u32>(a + (i << 2), seed);
  }
}

function multiply(product: usize, a: usize, b: usize, n: i32): void {
  memory.fill(product, 0, n << 3);
  for (let i = 0; i < n; i++) {
    const factor = <u64>load<u32>(a + (i << 2));
    let carry: u64 = 0;
    let at = product + (i << 2);
    for (let j = 0; j < n; j++) {
      const sum = factor * <u64>load<u32>(b + (j << 2)) + <u64>load<u32>(at) + carry;
      store<u32>(at, <u32>sum);
      carry = sum >> 32;
      at += 4;
    }
    store<u32>(at, <u32>carry);
  }
}

export function run(n: i32): i32 {
  reset();
  const a = alloc(n << 2);
  const b = alloc(n << 2);
  const product = alloc(n << 3);
  fill(a, n, 1);
  fill(b, n, 2);
  for (let time = 0; time < TIMES; time++) {
    multiply(product, a, b, n);
    // The upper half, which has the carries of all words, goes on.
    memory.copy(a, product + (n << 2), n << 2);
  }
  let sum = 0;
  for (let i = 0; i < 2 * n; i++) sum = sum * 31 + load<i32>(product + (i << 2));
  return sum;
}
