/** The tiers in which programs are tested. */

import { Engine } from '../../engine/index.ts';
import { Random } from '../fuzz/random.ts';

export type EngineOptions = NonNullable<ConstructorParameters<typeof Engine>[0]>;

/** Answers yes in one case of four, the same way for the same seed. */
export function choices(seed: number): () => boolean {
  const random = new Random(seed);
  return () => random.below(4) === 0;
}

/** What makes an engine run programs in a tier: mixed changes the tier at random wherever that is possible. */
export const tierOptions = {
  interpreter: () => ({ tier: 'interpreter' }),
  js: () => ({ tier: 'js' }),
  mixed: (seed = 1) => ({ tier: 'js', stress: choices(seed) }),
} satisfies Record<string, (seed?: number) => EngineOptions>;

export type TierName = keyof typeof tierOptions;
export const tierNames = Object.keys(tierOptions) as TierName[];

/**
 * A stack of 1 MiB: tests make engines by the hundred, and V8 collects garbage the more often the larger arrays are. It is
 * deep enough for frames beyond which compiled code leaves recursion to the interpreter.
 */
const stack = { stackSlots: 1 << 16, maxFrames: 1 << 13 };

export function engineIn(tier: TierName, options: EngineOptions = {}, seed = 1): Engine {
  return new Engine({ ...stack, ...options, ...tierOptions[tier](seed) });
}
