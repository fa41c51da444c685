/** Every row over numbers against V8's own WebAssembly, interpreted in both dispatch loops and compiled: all bits. */

import { describe, expect, test } from 'vitest';
import type { Instruction } from '../../engine/isa/instructions.ts';
import { V128 } from '../../engine/isa/valtype.ts';
import { signedLeb } from '../support/build.ts';
import { describeDifference, nanBits, sameOutcome } from '../support/compare.ts';
import { type Bytes, edgeVectors, type LaneType, operandTuples, scalarEdges } from '../support/edge-values.ts';
import { InterpretedInstruction, instructionTiers } from '../support/interpreted.ts';
import { NativeInstruction } from '../support/native.ts';
import { shuffled } from '../support/random.ts';
import { rowGroups } from '../support/rows.ts';
import { some } from '../support/thorough.ts';

const maxTuples = 1500;
const tracedTuples = 40;

describe.each(instructionTiers)('in tier %s', (tier) => {
  test.each(some(rowGroups.scalar, 3))('$name gives what V8 gives', (i) => {
    const native = new NativeInstruction(i);
    const interpreted = new InterpretedInstruction(i, [], 0, tier);
    const bits = nanBits(i);
    const differences: string[] = [];
    const tuples = shuffled(operandTuples(i.params, [], i.opcode), i.opcode).slice(0, maxTuples);
    for (const [n, operands] of tuples.entries()) {
      const expected = native.run(operands);
      const actual = n < tracedTuples ? interpreted.runTraced(operands) : interpreted.run(operands);
      if (!sameOutcome(expected, actual, { bits, operands }))
        differences.push(describeDifference(operands, expected, actual));
    }
    expect(differences.slice(0, 5)).toEqual([]);
    expect(tuples.length).toBeGreaterThan(200);
  });

  const lanes: readonly LaneType[] = ['i8', 'i16', 'i32', 'i64', 'f32', 'f64'];

  /** Values for the immediate of a constant, in its encoding. */
  function immediates(i: Instruction): number[][] {
    const [type] = i.results as [number];
    if (type === V128) return lanes.flatMap((lane) => edgeVectors(lane, 0)).map((value) => [...value]);
    return scalarEdges(type).map((bytes) => (i.name.startsWith('i') ? signedLeb(toBigInt(bytes)) : [...bytes]));
  }

  function toBigInt(bytes: Bytes): bigint {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return bytes.length === 4 ? BigInt(view.getInt32(0, true)) : view.getBigInt64(0, true);
  }

  test.each(rowGroups.constant)('$name gives the bits of its immediate, as V8 does', (i) => {
    const outcomes = immediates(i).map((immediate) => ({
      expected: new NativeInstruction(i, immediate).run([]),
      actual: new InterpretedInstruction(i, immediate, 0, tier).run([]),
      traced: new InterpretedInstruction(i, immediate, 0, tier).runTraced([]),
    }));
    expect(outcomes.map((o) => o.actual)).toEqual(outcomes.map((o) => o.expected));
    expect(outcomes.map((o) => o.traced)).toEqual(outcomes.map((o) => o.expected));
    expect(new Set(outcomes.map((o) => JSON.stringify(o.expected))).size).toBeGreaterThan(40);
  });
});
