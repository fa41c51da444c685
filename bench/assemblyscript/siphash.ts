/** SipHash-2-4 of n messages of 0 to 63 bytes. */
import { alloc, reset } from './lib';

const KEY0: u64 = 0x0706050403020100;
const KEY1: u64 = 0x0f0e0d0c0b0a0908;

let v0: u64 = 0;
let v1: u64 = 0;
let v2: u64 = 0;
let v3: u64 = 0;

// @ts-ignore: decorator
@inline
function round(): void {
  v0 += v1;
  v1 = rotl<u64>(v1, 13) ^ v0;
  v0 = rotl<u64>(v0, 32);
  v2 += v3;
  v3 = rotl<u64>(v3, 16) ^ v2;
  v0 += v3;
  v3 = rotl<u64>(v3, 21) ^ v0;
  v2 += v1;
  v1 = rotl<u64>(v1, 17) ^ v2;
  v2 = rotl<u64>(v2, 32);
}

function compress(word: u64): void {
  v3 ^= word;
  round();
  round();
  v0 ^= word;
}

function hash(message: usize, length: i32): u64 {
  v0 = KEY0 ^ 0x736f6d6570736575;
  v1 = KEY1 ^ 0x646f72616e646f6d;
  v2 = KEY0 ^ 0x6c7967656e657261;
  v3 = KEY1 ^ 0x7465646279746573;
  const whole = length & ~7;
  for (let i = 0; i < whole; i += 8) compress(load<u64>(message + i));
  let last = <u64>length << 56;
  for (let i = whole; i < length; i++) last |= <u64>load<u8>(message + i) << <u64>((i & 7) << 3);
  compress(last);
  v2 ^= 0xff;
  round();
  round();
  round();
  round();
  return v0 ^ v1 ^ v2 ^ v3;
}

/** The bytes 0, 1, 2, ... with the key of the same bytes: what the published test vectors are of. */
function message(): usize {
  reset();
  const bytes = alloc(64);
  for (let i = 0; i < 64; i++) store<u8>(bytes + i, <u8>i);
  return bytes;
}

/** The hash of the first `length` of them, 32 bits from bit `shift` on. */
export function bitsOf(length: i32, shift: i32): i32 {
  return <i32>(hash(message(), length) >> <u64>shift);
}

export function run(n: i32): i32 {
  const bytes = message();
  let sum: u64 = 0;
  for (let i = 0; i < n; i++) sum = rotl<u64>(sum, 1) ^ hash(bytes, i & 63);
  return <i32>(sum ^ (sum >> 32));
}
