/** Programs that execute hundreds of thousands of instructions and more. */

import { isThorough } from '../support/thorough.ts';
import { type TierName, tierNames } from '../support/tiers.ts';

const heavy = [
  'recursion, and a stack that overflows',
  'rounding and conversions of floats',
  'hashes of i32 and i64',
  'tail calls',
  'several memories',
  'multi-memory',
  'life',
  'branches, loops and unreachable code',
  'words',
  'sha256',
];

export function isHeavy(program: string): boolean {
  return heavy.includes(program);
}

/**
 * Is this the tier in which a program is watched? A heavy one has one tier for each `kind` of watching, the next one for the next
 * kind; thorough runs have all in all tiers, as light programs always do.
 */
export function isWatchedIn(tier: string, program: string, kind = 0): boolean {
  const at = heavy.indexOf(program);
  return isThorough || at < 0 || tierNames.indexOf(tier as TierName) === (at + kind) % tierNames.length;
}
