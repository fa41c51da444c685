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

export function engineIn(tier: TierName, options: EngineOptions = {}, seed = 1): Engine {
  return new Engine({ ...options, ...tierOptions[tier](seed) });
}
