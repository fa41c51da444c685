/** CRC-32 of a message that has the same 16 KB n times. */
import { alloc, reset } from './lib';

const SIZE = 16384;

export function run(n: i32): i32 {
  reset();
  const table = alloc(1024);
  const bytes = alloc(SIZE);
  for (let i = 0; i < 256; i++) {
    let value = <u32>i;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    store<u32>(table + (i << 2), value);
  }
  for (let i = 0; i < SIZE; i++) store<u8>(bytes + i, <u8>(i * 31 + (i >> 8)));
  let crc: u32 = 0xffffffff;
  for (let time = 0; time < n; time++) {
    for (let i = 0; i < SIZE; i++) crc = load<u32>(table + (((crc ^ load<u8>(bytes + i)) & 255) << 2)) ^ (crc >>> 8);
  }
  return ~crc;
}
