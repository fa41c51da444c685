/** The n-th number of xorshift64*, both halves of it together; and of a shift by a variable amount. */
export function run(n: i32): i32 {
  let state: u64 = 0x9e3779b97f4a7c15;
  let sum: u64 = 0;
  for (let i = 0; i < n; i++) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    sum += rotl<u64>(state * 0x2545f4914f6cdd1d, i & 63);
  }
  return <i32>(sum ^ (sum >> 32));
}
