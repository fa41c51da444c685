/** Every vector row without memory, interpreted and compiled: against V8, the relaxed ones against what they stand for. */

import { describe, expect, test } from 'vitest';
import type { Instruction } from '../../engine/isa/instructions.ts';
import { V128 } from '../../engine/isa/valtype.ts';
import { describeDifference, nanBits, sameOutcome } from '../support/compare.ts';
import { type LaneType, operandTuples, randomBytes } from '../support/edge-values.ts';
import { InterpretedInstruction, instructionTiers } from '../support/interpreted.ts';
import { NativeInstruction } from '../support/native.ts';
import { shuffled } from '../support/random.ts';
import { relaxedExpectations } from '../support/relaxed.ts';
import { rowGroups } from '../support/rows.ts';

const maxTuples = 400;
const tracedTuples = 20;
const allLanes: readonly LaneType[] = ['i8', 'i16', 'i32', 'i64', 'f32', 'f64'];

/** The shapes that the name speaks of, or all. */
function lanesOf(i: Instruction): readonly LaneType[] {
  const named = allLanes.filter((lane) => i.name.includes(`${lane}x`));
  return named.length === 0 ? allLanes : named;
}

function immediatesOf(i: Instruction): number[][] {
  if (i.immediates.includes('lane')) {
    const last = Number(/x(\d+)/.exec(i.name)?.[1]) - 1;
    return Array.from({ length: last + 1 }, (_, lane) => [lane]);
  }
  if (!i.immediates.includes('lanes')) return [[]];
  const random = randomBytes(i.opcode);
  const ordered = Array.from({ length: 16 }, (_, k) => k);
  const mixed = Array.from({ length: 6 }, () => [...random(16)].map((byte) => byte & 31));
  return [ordered, ordered.map((k) => k + 16), ordered.map((k) => 31 - k), ...mixed];
}

describe.each(instructionTiers)('in tier %s', (tier) => {
  test.each(rowGroups.vector)('$name gives what V8 gives', (i) => {
    const variants = immediatesOf(i);
    const all = shuffled(operandTuples(i.params, lanesOf(i), i.opcode), i.opcode);
    const tuples = all.slice(0, Math.ceil(maxTuples / variants.length));
    const differences: string[] = [];
    for (const immediates of variants) {
      const native = new NativeInstruction(i, immediates);
      const interpreted = new InterpretedInstruction(i, immediates, 0, tier);
      for (const [n, operands] of tuples.entries()) {
        const expected = native.run(operands);
        const actual = n < tracedTuples ? interpreted.runTraced(operands) : interpreted.run(operands);
        if (!sameOutcome(expected, actual, { bits: nanBits(i), operands }))
          differences.push(`${immediates} ${describeDifference(operands, expected, actual)}`);
      }
    }
    expect(differences.slice(0, 5)).toEqual([]);
    expect(tuples.length * variants.length).toBeGreaterThan(100);
  });

  test.each(rowGroups.relaxed)('$name gives the result of the deterministic profile', (i) => {
    const { expected, lane, bits } = relaxedExpectations(i);
    const interpreted = new InterpretedInstruction(i, [], 0, tier);
    const differences: string[] = [];
    const tuples = shuffled(operandTuples(i.params, [lane], i.opcode), i.opcode).slice(0, maxTuples);
    for (const [n, operands] of tuples.entries()) {
      const outcome = { result: expected(...operands) };
      const actual = n < tracedTuples ? interpreted.runTraced(operands) : interpreted.run(operands);
      if (!sameOutcome(outcome, actual, { bits, operands }))
        differences.push(describeDifference(operands, outcome, actual));
    }
    expect(i.results).toEqual([V128]);
    expect(differences.slice(0, 5)).toEqual([]);
    expect(tuples.length).toBeGreaterThan(100);
  });
});
