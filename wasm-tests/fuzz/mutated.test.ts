/** Damaged modules: the engine accepts and refuses what the host does, and never crashes. */

import { describe, expect, test } from 'vitest';
import { native, wiz } from '../diff/namespace.ts';
import { type Base, bases } from './bases.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { compareVerdicts } from './verdict.ts';

const MODULES = 1000;
const SEED = 2024;
/** Modules on which the two may differ since one of them lacks a feature. */
const MOST_DIFFERENT = MODULES / 20;

describe('damaged modules', () => {
  test(`${MODULES} of them are judged as the host judges them`, async () => {
    const originals = (await bases()) as [Base, ...Base[]];
    const random = new Random(SEED);
    const reasons: string[] = [];
    let accepted = 0;
    for (let i = 0; i < MODULES; i++) {
      const { name, bytes } = random.pick(originals);
      const damaged = mutate(random, bytes);
      try {
        const reason = compareVerdicts(native.W, wiz.W, damaged);
        if (reason !== null) reasons.push(reason);
        else if (native.W.validate(damaged)) accepted++;
      } catch (error) {
        throw new Error(`number ${i}, made of ${name}`, { cause: error });
      }
    }
    // Both verdicts are common, and reasons to differ are not.
    expect(accepted).toBeGreaterThan(MODULES / 10);
    expect(accepted).toBeLessThan(MODULES / 2);
    expect(reasons.length, reasons.join('\n')).toBeLessThan(MOST_DIFFERENT);
  });

  test('every prefix of a module is judged as the host judges it', async () => {
    // It has nearly all kinds of sections.
    const { bytes: whole } = (await bases()).find(({ name }) => name === 'life.wasm') as Base;
    for (let length = 0; length < whole.length; length++) {
      expect(compareVerdicts(native.W, wiz.W, whole.subarray(0, length)), `${length} bytes`).toBeNull();
    }
  });
});
