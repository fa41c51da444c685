/** Damaged modules: truncated, or with some bits or bytes changed. */

import type { Random } from './random.ts';

/** Makes a damaged copy. The header of eight bytes is spared mostly, since damage there is always found at once. */
export function mutate(random: Random, module: Uint8Array): Uint8Array {
  const kind = random.below(10);
  if (kind < 2) return module.subarray(0, random.below(module.length));
  const copy = Uint8Array.from(module);
  const place = () => (random.below(50) === 0 ? random.below(8) : 8 + random.below(copy.length - 8));
  if (kind < 7) flipBits(random, copy, place);
  else if (kind === 7) copy[place()] = random.below(256);
  else if (kind === 8) copy[place()] = random.pick([0, 1, 0x0b, 0x40, 0x7f, 0x80, 0xff, 0xfc, 0xfd]);
  else copy.copyWithin(place(), place(), place());
  return copy;
}

function flipBits(random: Random, bytes: Uint8Array, place: () => number): void {
  for (let left = 1 + random.below(3); left > 0; left--) {
    const at = place();
    bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
  }
}
