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

/** Of so many kinds of watching a heavy program has one in each tier. */
const TURNS = 3 * tierNames.length;

/**
 * Is a program watched in this tier? A heavy one is for every third `kind` of watching, in one tier, the next one the next time;
 * thorough runs have all in all tiers, as light programs always do.
 */
export function isWatchedIn(tier: string, program: string, kind = 0): boolean {
  const at = heavy.indexOf(program);
  return isThorough || at < 0 || tierNames.indexOf(tier as TierName) === (at + kind) % TURNS;
}
