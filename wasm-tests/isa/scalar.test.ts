/** Every scalar meaning in the instruction table against V8's own WebAssembly, on edge values and random ones. */

import { describe, expect, test } from 'vitest';
import { type Instruction, instructions } from '../../engine/isa/instructions.ts';
import { F32, F64, type ValType } from '../../engine/isa/valtype.ts';
import { memarg } from '../support/build.ts';
import { describeDifference, nanBits, sameOutcome } from '../support/compare.ts';
import { type Bytes, operandTuples, scalarEdges } from '../support/edge-values.ts';
import { isVector, scalarMeaning } from '../support/meaning.ts';
import { memoryCases, sameMemory } from '../support/memory-cases.ts';
import { NativeInstruction, type Outcome } from '../support/native.ts';
import { some } from '../support/thorough.ts';

const rows = instructions.filter((i) => i.meaning !== '' && !isVector(i));
const isAccess = (i: Instruction): boolean => i.immediates.includes('memarg');

/**
 * The bits of a NaN survive these, which a meaning over numbers cannot promise: NaNs are left out here. Tiers
 * have rules of their own for them.
 */
const movesBits = /\.(abs|neg|copysign)$|reinterpret/;

function isNan(type: ValType | undefined, bytes: Bytes): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (type === F32) return Number.isNaN(view.getFloat32(0, true));
  return type === F64 && Number.isNaN(view.getFloat64(0, true));
}

function hasNan(i: Instruction, operands: readonly Bytes[], outcome: Outcome): boolean {
  const isResult = 'result' in outcome && isNan(i.results[0], outcome.result);
  return isResult || operands.some((operand, k) => isNan(i.params[k], operand));
}

describe('the meaning of', () => {
  test.each(
    some(
      rows.filter((i) => !isAccess(i)),
      3,
    ),
  )('$name is that of V8', (i) => {
    const native = new NativeInstruction(i);
    const meaning = scalarMeaning(i);
    const differences: string[] = [];
    let compared = 0;
    for (const operands of operandTuples(i.params, [], i.opcode)) {
      const expected = native.run(operands);
      if (movesBits.test(i.name) && hasNan(i, operands, expected)) continue;
      const actual = meaning(operands, native.memory, 0);
      compared++;
      if (!sameOutcome(expected, actual, { bits: nanBits(i), operands }))
        differences.push(describeDifference(operands, expected, actual));
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });

  test.each(some(rows.filter(isAccess), 3))('$name is that of V8, out of bounds too', (i) => {
    const values = i.params.length === 1 ? [[]] : scalarEdges(i.params[1] as number).map((v) => [v]);
    const meaning = scalarMeaning(i);
    const differences: string[] = [];
    let compared = 0;
    for (const offset of [0, 3, 0xffffffff]) {
      const native = new NativeInstruction(i, memarg(offset));
      const cases = memoryCases(i, offset).flatMap((c) =>
        values.map((rest) => ({ ...c, operands: [c.address, ...rest] })),
      );
      for (const { operands, memory } of cases) {
        native.memory.set(memory);
        const expected = native.run(operands);
        if (hasNan(i, operands, expected)) continue;
        const own = memory.slice();
        const actual = meaning(operands, own, offset);
        compared++;
        const isSame = sameOutcome(expected, actual, { bits: 0, operands });
        if (!isSame) differences.push(describeDifference(operands, expected, actual));
        else if (i.access.writes !== undefined && !sameMemory(native.memory, own)) {
          differences.push(`memory differs after ${describeDifference(operands, expected, actual)}`);
        }
      }
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });
});
