// SHA-256 of each argument, or of standard input when there is none.
//
//   wiz examples/sha256.wasm abc
//
// Shows a program whose time goes into one hot loop: 64 rounds of i32 arithmetic on tables in memory.

import { args, print, readAll } from './wasi';

// prettier-ignore
const roundConstants: StaticArray<u32> = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
];

const state = new StaticArray<u32>(8);
const schedule = new StaticArray<u32>(64);

function reset(): void {
  state[0] = 0x6a09e667;
  state[1] = 0xbb67ae85;
  state[2] = 0x3c6ef372;
  state[3] = 0xa54ff53a;
  state[4] = 0x510e527f;
  state[5] = 0x9b05688c;
  state[6] = 0x1f83d9ab;
  state[7] = 0x5be0cd19;
}

function expand(block: usize): void {
  for (let i = 0; i < 16; i++) schedule[i] = bswap(load<u32>(block + 4 * i));
  for (let i = 16; i < 64; i++) {
    const a = schedule[i - 15];
    const b = schedule[i - 2];
    const s0 = rotr(a, 7) ^ rotr(a, 18) ^ (a >> 3);
    const s1 = rotr(b, 17) ^ rotr(b, 19) ^ (b >> 10);
    schedule[i] = schedule[i - 16] + s0 + schedule[i - 7] + s1;
  }
}

function compress(block: usize): void {
  expand(block);
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = h + s1 + choice + roundConstants[i] + schedule[i];
    const s0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + s0 + majority;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** The message, a one bit, zeros and the length in bits, filled up to a multiple of 64 bytes. */
function pad(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array((message.length + 72) & ~63);
  padded.set(message);
  padded[message.length] = 0x80;
  store<u64>(padded.dataStart + padded.length - 8, bswap((<u64>message.length) << 3));
  return padded;
}

function digest(message: Uint8Array): string {
  const padded = pad(message);
  reset();
  for (let i = 0; i < padded.length; i += 64) compress(padded.dataStart + i);
  let hex = '';
  for (let i = 0; i < 8; i++) hex += state[i].toString(16).padStart(8, '0');
  return hex;
}

function main(): void {
  const texts = args().slice(1);
  if (texts.length == 0) print(digest(readAll()) + '  -');
  for (let i = 0; i < texts.length; i++) {
    print(digest(Uint8Array.wrap(String.UTF8.encode(texts[i]))) + '  ' + texts[i]);
  }
}

main();
