/**
 * Compiled code is left before an event that comes once: what waits for it is told at the same moment in every tier, and what is counted
 * around it is exact.
 */

import { describe, expect, test } from 'vitest';
import {
  type Engine,
  functionLocations,
  insertProbe,
  type LocalProbe,
  type ModuleInstance,
} from '../../engine/index.ts';
import { CountProbe, insertOneShots, insertOutcomeShot } from '../../probes/index.ts';
import { examples, namespaceOf, programs, transcriptOf } from '../programs/transcripts.ts';
import { load } from '../support/program.ts';
import { engineIn, type TierName } from '../support/tiers.ts';
import { some } from '../support/thorough.ts';

const CONDITIONS = new Set(['if', 'br_if', 'select']);

/** Waits everywhere, for each arrival and each outcome, between counters; returns what was told, and then what was counted. */
function waitEverywhere(engine: Engine): () => string[] {
  const told: string[] = [];
  const counts: [string, CountProbe][] = [];
  const count = (instance: ModuleInstance, func: number, pc: number): void => {
    const probe = new CountProbe();
    counts.push([`${func}+${pc}`, probe]);
    insertProbe(instance, func, pc, probe);
  };
  const wait = (instance: ModuleInstance, func: number): void => {
    const locations = [...functionLocations(instance.module, func)];
    for (const { pc } of locations) count(instance, func, pc);
    const pcs = [0, ...locations.map(({ pc }) => pc)];
    insertOneShots(instance, { func, pcs }, (pc) => told.push(`${func}+${pc}`));
    for (const { pc, instruction } of locations) {
      count(instance, func, pc);
      if (!CONDITIONS.has(instruction.name)) continue;
      for (const outcome of [true, false])
        insertOutcomeShot(instance, { func, pc, outcome }, () => told.push(`${func}+${pc} ${outcome}`));
    }
  };
  engine.observe({
    onInstance: (instance) => {
      for (const { index, instance: own } of instance.funcs) if (own === instance) wait(instance, index);
    },
  });
  return () => [...told, ...counts.map(([place, probe]) => `${place}: ${probe.count}`)];
}

const all = [
  ...Object.entries(programs).map(([name, program]) => ({
    name,
    run: (engine: Engine): unknown => transcriptOf(engine, program),
  })),
  ...Object.entries(examples).map(([name, run]) => ({
    name: `example ${name}`,
    run: (engine: Engine): unknown => run(namespaceOf(engine)),
  })),
  // How deep recursion gets differs between tiers where nobody sees frames.
].filter(({ name }) => !name.includes('overflows'));

async function record(tier: TierName, run: (engine: Engine) => unknown, seed: number): Promise<readonly unknown[]> {
  const engine = engineIn(tier, {}, seed);
  const log = waitEverywhere(engine);
  const outcome = await run(engine);
  return [...log(), outcome];
}

describe('what waits for events everywhere', () => {
  test.each(some(all, 3))('$name', async ({ name, run }) => {
    const expected = await record('interpreter', run, 0);
    expect(expected.length).toBeGreaterThan(5);
    for (const tier of ['js', 'mixed'] as const) {
      expect(await record(tier, run, name.length), tier).toEqual(expected);
    }
  });
});

test('one that waits for an outcome sees what a probe before it writes', () => {
  for (const tier of ['interpreter', 'js', 'mixed'] as const) {
    const p = load(
      '(module (func (export "f") (param i32) (result i32) (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2)))))',
      { engine: engineIn(tier) },
    );
    const [func, pc] = [p.func('f'), p.pc('f', 'if')];
    let told = 0;
    const writer: LocalProbe = { needs: { operands: 1, writes: true }, fire: (frame) => frame.setOperand(0, 1) };
    insertProbe(p.instance, func, pc, writer);
    insertOutcomeShot(p.instance, { func, pc, outcome: false }, () => told++);
    expect(p.call('f', 0)).toBe(1);
    expect(p.call('f', 0)).toBe(1);
    expect(told).toBe(0);
    insertOutcomeShot(p.instance, { func, pc, outcome: true }, () => told++);
    expect(p.call('f', 0)).toBe(1);
    expect(p.call('f', 0)).toBe(1);
    expect(told).toBe(1);
  }
});
