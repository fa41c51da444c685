/** Every load and store, interpreted and compiled, against V8's own WebAssembly, on the first memory and on a second one. */

import { describe, expect, test } from 'vitest';
import type { Instruction } from '../../engine/isa/instructions.ts';
import { V128 } from '../../engine/isa/valtype.ts';
import { memarg } from '../support/build.ts';
import { describeDifference, sameOutcome } from '../support/compare.ts';
import { type Bytes, randomBytes, scalarEdges } from '../support/edge-values.ts';
import { type InstructionTier, InterpretedInstruction, instructionTiers } from '../support/interpreted.ts';
import { memoryCases, sameMemory } from '../support/memory-cases.ts';
import { NativeInstruction } from '../support/native.ts';
import { shuffled } from '../support/random.ts';
import { rowGroups } from '../support/rows.ts';
import { some } from '../support/thorough.ts';

/** Lanes to access: the first, one between and the last. */
function laneImmediates(i: Instruction): number[][] {
  if (!i.immediates.includes('lane')) return [[]];
  const last = 128 / Number(/(\d+)_lane/.exec(i.name)?.[1]) - 1;
  return [...new Set([0, last >> 1, last])].map((lane) => [lane]);
}

/** Values to store, or to put a lane into; other ones for each case. */
function valueSource(i: Instruction): () => Bytes[] {
  const [, type] = i.params;
  if (type === undefined) return () => [];
  const random = randomBytes(i.opcode);
  if (type === V128) return () => [random(16)];
  const edges = shuffled(scalarEdges(type), i.opcode);
  let next = 0;
  return () => [edges[next++ % edges.length] as Bytes];
}

interface Comparison {
  readonly differences: string[];
  compared: number;
  traps: number;
}

interface Access {
  readonly tier: InstructionTier;
  readonly memory: 0 | 1;
  readonly offset: number;
  readonly lane: readonly number[];
}

/** Executes the instruction with these immediates on all cases, here and in V8. */
function compareAccess(i: Instruction, { tier, memory, offset, lane }: Access, found: Comparison): void {
  const native = new NativeInstruction(i, [...memarg(offset), ...lane]);
  const interpreted = new InterpretedInstruction(i, [...memarg(offset, memory), ...lane], memory, tier);
  const values = valueSource(i);
  for (const { address, memory: before } of memoryCases(i, offset)) {
    const operands = [address, ...values()];
    native.memory.set(before);
    interpreted.memory.set(before);
    const expected = native.run(operands);
    const actual = found.compared++ % 8 === 0 ? interpreted.runTraced(operands) : interpreted.run(operands);
    if ('trap' in expected) found.traps++;
    const text = describeDifference(operands, expected, actual);
    if (!sameOutcome(expected, actual, { bits: 0, operands })) found.differences.push(text);
    else if (!sameMemory(native.memory, interpreted.memory)) found.differences.push(`memory differs after ${text}`);
  }
}

const places = instructionTiers.flatMap((tier) => ([0, 1] as const).map((memory) => ({ tier, memory })));

describe.each(places)('in tier $tier, on memory $memory,', ({ tier, memory }) => {
  test.each(some(rowGroups.access, 4))('$name does what V8 does on memory 0', (i) => {
    const found: Comparison = { differences: [], compared: 0, traps: 0 };
    for (const offset of [0, 3, 0x80000000, 0xffffffff]) {
      for (const lane of laneImmediates(i)) compareAccess(i, { tier, memory, offset, lane }, found);
    }
    expect(found.differences.slice(0, 5)).toEqual([]);
    expect(found.compared - found.traps).toBeGreaterThan(50);
    expect(found.traps).toBeGreaterThan(50);
  });
});
