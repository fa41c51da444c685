/** Encodes 12 KB and decodes the text again, n times. */
import { alloc, reset } from './lib';

const SIZE = 12288;
const alphabet = memory.data<u8>([
  65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 97, 98, 99,
  100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 48,
  49, 50, 51, 52, 53, 54, 55, 56, 57, 43, 47,
]);

// @ts-ignore: decorator
@inline
function byteAt(address: usize): u32 {
  return load<u8>(address);
}

function encode(from: usize, to: usize): void {
  for (let i = 0; i < SIZE; i += 3) {
    const bits = (byteAt(from + i) << 16) | (byteAt(from + i + 1) << 8) | byteAt(from + i + 2);
    store<u8>(to, load<u8>(alphabet + (bits >>> 18)));
    store<u8>(to, load<u8>(alphabet + ((bits >>> 12) & 63)), 1);
    store<u8>(to, load<u8>(alphabet + ((bits >>> 6) & 63)), 2);
    store<u8>(to, load<u8>(alphabet + (bits & 63)), 3);
    to += 4;
  }
}

function decode(from: usize, to: usize, values: usize): void {
  for (let i = 0; i < SIZE; i += 3) {
    const first = (byteAt(values + byteAt(from)) << 18) | (byteAt(values + byteAt(from + 1)) << 12);
    const bits = first | (byteAt(values + byteAt(from + 2)) << 6) | byteAt(values + byteAt(from + 3));
    store<u8>(to + i, bits >>> 16);
    store<u8>(to + i, bits >>> 8, 1);
    store<u8>(to + i, bits, 2);
    from += 4;
  }
}

/** A checksum of the text of the last round, which the first round's bytes went through n - 1 times. */
export function run(n: i32): i32 {
  reset();
  const bytes = alloc(SIZE);
  const text = alloc((SIZE / 3) * 4);
  const values = alloc(256);
  for (let i = 0; i < SIZE; i++) store<u8>(bytes + i, <u8>(i * 31 + (i >> 8)));
  for (let i = 0; i < 64; i++) store<u8>(values + byteAt(alphabet + i), <u8>i);
  for (let time = 0; time < n; time++) {
    encode(bytes, text);
    decode(text, bytes, values);
  }
  let sum = 0;
  for (let i = 0; i < (SIZE / 3) * 4; i++) sum = sum * 31 + load<u8>(text + i);
  for (let i = 0; i < SIZE; i++) sum = sum * 31 + load<u8>(bytes + i);
  return sum;
}
