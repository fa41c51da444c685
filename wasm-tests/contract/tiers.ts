/** Tiers in which every rule of the probe contract is tested. */

export const tiers = ['interpreter'] as const;
