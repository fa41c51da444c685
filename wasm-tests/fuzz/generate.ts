/** Random valid modules from a seed: binaryen makes a module of random bytes. */

import { exposeState } from './expose.ts';
import { Random } from './random.ts';
import { transform } from './wasm-opt.ts';

/** What both the oldest supported Node and the engine execute; `denan`, since JavaScript does not keep the bits of NaN. */
const options = [
  '--translate-to-fuzz',
  '--denan',
  '--mvp-features',
  '--enable-sign-ext',
  '--enable-mutable-globals',
  '--enable-nontrapping-float-to-int',
  '--enable-simd',
  '--enable-bulk-memory',
  '--enable-multivalue',
  '--enable-reference-types',
  '--enable-tail-call',
] as const;

const made = new Map<number, Promise<Uint8Array>>();

/** The module of this seed; loops and recursion in it end after a number of rounds, by a trap. */
export function generateModule(seed: number): Promise<Uint8Array> {
  const known = made.get(seed);
  if (known !== undefined) return known;
  const random = new Random(seed);
  const input = random.bytes(random.pick([500, 2000, 5000, 15_000, 40_000]));
  const module = transform(input, options).then(exposeState);
  made.set(seed, module);
  return module;
}
