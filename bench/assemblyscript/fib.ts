/** Fibonacci numbers, by recursion: calls. */
export function run(n: i32): i32 {
  return n < 2 ? n : run(n - 1) + run(n - 2);
}
