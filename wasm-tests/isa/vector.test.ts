/** Every vector instruction against V8's own WebAssembly, on edge values of every shape and random ones. */

import { describe, expect, test } from 'vitest';
import { type Instruction, instructions } from '../../engine/isa/instructions.ts';
import { memarg } from '../support/build.ts';
import { describeDifference, nanBits, sameOutcome } from '../support/compare.ts';
import { type Bytes, edgeVectors, type LaneType, operandTuples, randomBytes, sizeOf } from '../support/edge-values.ts';
import { vectorMeaning, vectorSlots, vectorUnit } from '../support/meaning.ts';
import { memoryCases, sameMemory } from '../support/memory-cases.ts';
import { NativeInstruction, type Outcome } from '../support/native.ts';
import { some } from '../support/thorough.ts';

const rows = instructions.filter((i) => i.feature === 'simd');
const isAccess = (i: Instruction): boolean => i.immediates.includes('memarg');
const allLanes: readonly LaneType[] = ['i8', 'i16', 'i32', 'i64', 'f32', 'f64'];

/** The shapes that the name speaks of, or all. */
function lanesOf(i: Instruction): readonly LaneType[] {
  const named = allLanes.filter((lane) => i.name.includes(`${lane}x`));
  return named.length === 0 ? allLanes : named;
}

/** Immediates of a row but for the memarg: in their encoding, and as units of interpreter code. */
interface Immediates {
  readonly bytes: readonly number[];
  readonly units: readonly number[];
}

function words(bytes: readonly number[]): number[] {
  return [...new Int32Array(Uint8Array.from(bytes).buffer)];
}

function immediatesOf(i: Instruction): Immediates[] {
  if (i.immediates.includes('lane')) {
    const bits = Number(/(?:load|store|[if])(\d+)/.exec(i.name)?.[1]);
    return Array.from({ length: 128 / bits }, (_, lane) => ({ bytes: [lane], units: [lane] }));
  }
  const random = randomBytes(i.opcode);
  const sixteen = (all: readonly (readonly number[])[]): Immediates[] =>
    all.map((bytes) => ({ bytes, units: words(bytes) }));
  if (i.immediates.includes('lanes')) {
    const ordered = Array.from({ length: 16 }, (_, k) => k);
    const mixed = Array.from({ length: 12 }, () => [...random(16)].map((byte) => byte & 31));
    return sixteen([ordered, ordered.map((k) => k + 16), ordered.map((k) => 31 - k), ...mixed]);
  }
  if (i.immediates.includes('v128')) return sixteen(allLanes.flatMap((l) => edgeVectors(l, 0)).map((v) => [...v]));
  return [{ bytes: [], units: [] }];
}

/** Fewer operands where an instruction is executed with many immediates. */
function sample<T>(all: readonly T[], parts: number): readonly T[] {
  return all.filter((_, index) => index % parts === 0);
}

describe('the vector instruction', () => {
  test.each(
    some(
      rows.filter((i) => !isAccess(i)),
      4,
    ),
  )('$name is that of V8', (i) => {
    const variants = immediatesOf(i);
    const tuples = sample(operandTuples(i.params, lanesOf(i), i.opcode), variants.length > 4 ? 3 : 1);
    const differences: string[] = [];
    for (const { bytes, units } of variants) {
      const native = new NativeInstruction(i, bytes);
      const meaning = vectorMeaning(i, units);
      for (const operands of tuples) {
        const expected = native.run(operands);
        const actual = meaning(operands, native.memory);
        if (!sameOutcome(expected, actual, { bits: nanBits(i), operands })) {
          differences.push(`${bytes} ${describeDifference(operands, expected, actual)}`);
        }
      }
    }
    expect(differences).toEqual([]);
  });

  test.each(some(rows.filter(isAccess), 3))('$name is that of V8, and writes nothing out of bounds', (i) => {
    const random = randomBytes(i.opcode);
    const differences: string[] = [];
    for (const offset of [0, 3, 0xffffffff]) {
      for (const { bytes, units } of immediatesOf(i)) {
        const native = new NativeInstruction(i, [...memarg(offset), ...bytes]);
        const meaning = vectorMeaning(i, [offset | 0, ...units]);
        for (const { address, memory } of memoryCases(i, offset)) {
          const operands = [address, ...i.params.slice(1).map(() => random(16))];
          native.memory.set(memory);
          const expected = native.run(operands);
          const own = memory.slice();
          const actual = meaning(operands, own);
          if (!sameOutcome(expected, actual, { bits: 0, operands }))
            differences.push(describeDifference(operands, expected, actual));
          if (!sameMemory(native.memory, own)) {
            differences.push(`${describeDifference(operands, expected, actual)}: memory differs`);
          }
        }
      }
    }
    expect(differences).toEqual([]);
  });
});

describe('the function of', () => {
  const pure = instructions.filter((i) => i.feature.endsWith('simd') && !isAccess(i));

  /** Runs the function with the result in slot `d` and operands in slots 2, 3 and 4. */
  function call(i: Instruction, operands: readonly Bytes[], d: number, units: readonly number[]): Outcome {
    vectorSlots.u8.fill(0xa5);
    operands.forEach((operand, k) => {
      vectorSlots.u8.set(operand, 16 * (2 + k));
    });
    const lane = i.immediates.includes('lane') ? units : [];
    const code = i.immediates.includes('lanes') || i.immediates.includes('v128') ? [[i.op, ...units], 0] : [];
    // Which arguments it takes depends on the instruction.
    const execute = vectorUnit.functions[i.name] as (...args: unknown[]) => void;
    execute(4 * d, ...operands.map((_, k) => 4 * (2 + k)), ...lane, ...code);
    const [result] = i.results;
    return { result: vectorSlots.u8.slice(16 * d, 16 * d + sizeOf(result as number)) as Bytes };
  }

  test.each(some(pure, 4))('$name can put its result into any slot, also over an operand', (i) => {
    const variants = immediatesOf(i);
    const { units } = variants[variants.length - 1] as Immediates;
    const meaning = vectorMeaning(i, units);
    const memory = new Uint8Array(0);
    for (const operands of sample(operandTuples(i.params, lanesOf(i), 1), 7)) {
      const expected = meaning(operands, memory);
      for (let d = 1; d <= 2 + operands.length; d++) {
        expect(call(i, operands, d, units), `result in slot ${d}`).toEqual(expected);
      }
    }
  });
});
