/** Random modules: the engine, in every tier, and the host's own compute the same results, traps, host calls, memories, tables and globals. */

import { describe, expect, test } from 'vitest';
import { native, wiz } from '../diff/namespace.ts';
import { namespaceOf } from '../programs/transcripts.ts';
import { isThorough, isWhole } from '../support/thorough.ts';
import { engineIn, type TierName, tierNames } from '../support/tiers.ts';
import { callAll } from './call-all.ts';
import { generateModule } from './generate.ts';
import { verdict } from './verdict.ts';

/** In thorough runs somewhat more than 200, since a few are passed over. */
const SEEDS = isThorough ? 200 + 10 : isWhole ? 90 : 30;
const SEEDS_PER_TEST = 10;
/** So that a generator that makes nothing worth calling is noticed: real numbers are several times higher. */
const FEWEST_VALUES = 5 * SEEDS;
const FEWEST_TRAPS = 2 * SEEDS;

let values = 0;
let traps = 0;
let passedOver = 0;

/** The generator now and then uses an instruction of a feature that it was not given, which the host has behind a flag. */
const MOST_PASSED_OVER = 6;

/** All of them, or one after the other. */
function tiersFor(seed: number): readonly TierName[] {
  return isThorough ? tierNames : [tierNames[seed % tierNames.length] as TierName];
}

async function compare(seed: number): Promise<void> {
  const bytes = await generateModule(seed);
  const oracle = verdict(native.W, bytes);
  if (!oracle.accepted) {
    expect(oracle.message, `seed ${seed}`).toMatch(/enable with --experimental-wasm/);
    verdict(wiz.W, bytes); // throws where it is more than a refusal
    passedOver++;
    return;
  }
  const expected = callAll(native.W, bytes, seed);
  for (const tier of tiersFor(seed)) {
    const W = namespaceOf(engineIn(tier, {}, seed));
    expect(callAll(W, bytes, seed), `seed ${seed} in tier ${tier}`).toEqual(expected);
  }
  for (const line of expected) {
    if (line.includes(') = ')) values++;
    if (line.includes(' ! RuntimeError')) traps++;
  }
}

describe('generated modules', () => {
  for (let first = 0; first < SEEDS; first += SEEDS_PER_TEST) {
    test(`seeds ${first} to ${first + SEEDS_PER_TEST - 1}`, async () => {
      for (let seed = first; seed < first + SEEDS_PER_TEST; seed++) await compare(seed);
    });
  }

  test('are worth running', () => {
    expect(values).toBeGreaterThan(FEWEST_VALUES);
    expect(passedOver).toBeLessThanOrEqual(MOST_PASSED_OVER);
    expect(traps).toBeGreaterThan(FEWEST_TRAPS);
  });
});
