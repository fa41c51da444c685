/**
 * How much is tried. `npm test` alone tries a part of what can be put together from tiers, programs and instructions; `WIZ_TESTS=all` tries all of it, as CI
 * does. Tests that can go on for as long as one likes do more where `WIZ_THOROUGH` is set.
 */

export const isThorough = (process.env.WIZ_THOROUGH ?? '') !== '';
export const isWhole = isThorough || process.env.WIZ_TESTS === 'all';

/** One in `step` of them, the first included; all of them where everything is tried. */
export function some<T>(items: readonly T[], step: number): T[] {
  return items.filter((_, i) => isWhole || i % step === 0);
}

/** How many of something there have to be at the least, if there are so many where everything is tried. */
export function fewest(count: number): number {
  return isWhole ? count : Math.floor(count / 4);
}
