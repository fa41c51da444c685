/** Compares the log of events with that of a reference, on one program. */

import { expect } from 'vitest';
import { functionLocations, type ModuleInstance } from '../../../engine/index.ts';
import type { Tier } from '../../contract/tiers.ts';
import { engineIn } from '../../support/tiers.ts';
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

interface Expected {
  readonly logs: readonly string[];
  /** What the program does without probes. */
  readonly lines: readonly string[];
}

/** By kind of events and program; the interpreter's answer is every tier's. */
const expectations = new Map<Comparison<object>['reference'], Map<string, Promise<Expected>>>();

function expectedOf<Entry extends object>(name: string, reference: Comparison<Entry>['reference']): Promise<Expected> {
  const known = expectations.get(reference) ?? new Map<string, Promise<Expected>>();
  expectations.set(reference, known);
  const made = known.get(name) ?? makeExpected(name, reference);
  known.set(name, made);
  return made;
}

async function makeExpected(name: string, reference: Comparison<object>['reference']): Promise<Expected> {
  const logs: (readonly object[])[] = [];
  await runProgram(engineIn('interpreter'), name, { attach: (instance) => logs.push(reference(instance)) });
  return { logs: logs.map(textOf), lines: await runProgram(engineIn('interpreter'), name) };
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
  const expected = await expectedOf(name, reference);
  expect(logs.map(textOf)).toEqual(expected.logs);
  expect(lines).toEqual(expected.lines);
  return logs.reduce((sum, log) => sum + log.length, 0);
}
