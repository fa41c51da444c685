/** Primes below n, by the sieve of Eratosthenes, found four times. */
import { alloc, reset } from './lib';

const TIMES = 4;

function primes(isComposite: usize, n: i32): i32 {
  memory.fill(isComposite, 0, n);
  let count = 0;
  for (let i = 2; i < n; i++) {
    if (load<u8>(isComposite + i) != 0) continue;
    count++;
    for (let j = i + i; j < n; j += i) store<u8>(isComposite + j, 1);
  }
  return count;
}

export function run(n: i32): i32 {
  reset();
  const isComposite = alloc(n);
  let count = 0;
  for (let time = 0; time < TIMES; time++) count += primes(isComposite, n);
  return count;
}
