/** Compares the log of events with that of a reference, on one program. */

import { expect } from 'vitest';
import { functionLocations, type ModuleInstance } from '../../../engine/index.ts';
import type { Tier } from '../../contract/tiers.ts';
import { runProgram } from './programs.ts';

export interface Comparison<Entry extends object> {
  /** Mnemonics without which a program has nothing to compare. */
  readonly concerns: RegExp;
  /** Both begin to write down what an instance does, in entries with the same fields. */
  readonly events: (instance: ModuleInstance) => readonly Entry[];
  readonly reference: (instance: ModuleInstance) => readonly Entry[];
}

function isConcerned({ module }: ModuleInstance, concerns: RegExp): boolean {
  return module.bodies.some(({ index }) =>
    functionLocations(module, index).some(({ instruction }) => concerns.test(instruction.mnemonic)),
  );
}

/** One text for each log: half a million entries are compared at once. */
function textOf(log: readonly object[]): string {
  return log.map((entry) => Object.values(entry).join(' ')).join('\n');
}

/** Fails where the logs differ, and where the program does something else while it is watched. The number of entries. */
export async function compareOn<Entry extends object>(
  tier: Tier,
  name: string,
  comparison: Comparison<Entry>,
): Promise<number> {
  const { concerns, events, reference } = comparison;
  const instances: ModuleInstance[] = [];
  const logs: (readonly Entry[])[] = [];
  const attach = (instance: ModuleInstance): void => {
    instances.push(instance);
    logs.push(events(instance));
  };
  const lines = await runProgram(tier.engine(), name, { attach });
  if (!instances.some((instance) => isConcerned(instance, concerns))) {
    expect(logs.flat()).toEqual([]);
    return 0;
  }
  const expected: (readonly Entry[])[] = [];
  await runProgram(tier.engine(), name, { attach: (instance) => expected.push(reference(instance)) });
  expect(logs.map(textOf)).toEqual(expected.map(textOf));
  expect(lines).toEqual(await runProgram(tier.engine(), name));
  return logs.reduce((sum, log) => sum + log.length, 0);
}
