/** Relaxed vector instructions give the results of the deterministic profile: see `support/relaxed.ts`. */

import { describe, expect, test } from 'vitest';
import { instructions } from '../../engine/isa/instructions.ts';
import { describeDifference, sameOutcome } from '../support/compare.ts';
import { operandTuples } from '../support/edge-values.ts';
import { vectorMeaning } from '../support/meaning.ts';
import { relaxedExpectations } from '../support/relaxed.ts';

describe('the relaxed instruction', () => {
  test.each(instructions.filter((i) => i.feature === 'relaxed-simd'))(
    '$name is that of the deterministic profile',
    (i) => {
      const { expected, lane, bits } = relaxedExpectations(i);
      const meaning = vectorMeaning(i, []);
      const differences: string[] = [];
      for (const operands of operandTuples(i.params, [lane], i.opcode)) {
        const outcome = { result: expected(...operands) };
        const actual = meaning(operands, new Uint8Array(0));
        if (!sameOutcome(outcome, actual, { bits, operands })) {
          differences.push(describeDifference(operands, outcome, actual));
        }
      }
      expect(differences).toEqual([]);
    },
  );
});
