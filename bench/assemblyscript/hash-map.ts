/** A map with open addressing: 2n keys are inserted and counted, some of them removed; eight times. */
import { alloc, reset } from './lib';

const EMPTY: i32 = 0;
const REMOVED: i32 = -1;
const TIMES = 8;
let table: usize = 0;
let mask: i32 = 0;

// @ts-ignore: decorator
@inline
function hash(key: i32): i32 {
  let h = key * 0x9e3779b1;
  h ^= h >>> 15;
  h *= 0x85ebca77;
  return h ^ (h >>> 13);
}

/** Where the key is, or where it can be put. */
function find(key: i32): usize {
  let free: usize = 0;
  let i = hash(key) & mask;
  let entry = table + (i << 3);
  let found = load<i32>(entry);
  while (found != key && found != EMPTY) {
    if (found == REMOVED && free == 0) free = entry;
    i = (i + 1) & mask;
    entry = table + (i << 3);
    found = load<i32>(entry);
  }
  return found == EMPTY && free != 0 ? free : entry;
}

function use(n: i32, seed: u32): i32 {
  let sum = 0;
  for (let i = 0; i < 2 * n; i++) {
    seed = seed * 1664525 + 1013904223;
    const key = ((seed >>> 8) % n) + 1;
    const entry = find(key);
    if (load<i32>(entry) != key) {
      store<i32>(entry, key);
      store<i32>(entry + 4, 0);
    }
    store<i32>(entry + 4, load<i32>(entry + 4) + 1);
    if (i % 3 == 0) {
      const other = find(((seed >>> 4) % n) + 1);
      if (load<i32>(other) > 0) {
        sum += load<i32>(other + 4);
        store<i32>(other, REMOVED);
      }
    }
  }
  for (let key = 1; key <= n; key++) {
    const entry = find(key);
    if (load<i32>(entry) == key) sum = sum * 31 + load<i32>(entry + 4);
  }
  return sum;
}

export function run(n: i32): i32 {
  reset();
  let size = 16;
  while (size < 2 * n) size <<= 1;
  mask = size - 1;
  table = alloc(size << 3);
  let sum = 0;
  for (let time = 0; time < TIMES; time++) {
    memory.fill(table, 0, size << 3);
    sum = sum * 31 + use(n, time);
  }
  return sum;
}
