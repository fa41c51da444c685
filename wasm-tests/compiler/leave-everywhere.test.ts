/**
 * Leaving compiled code is possible at every check, and changes nothing. A program runs once to count the checks, and then once
 * for each of them: there, and only there, compiled code is left, or a probe is inserted into all functions.
 */

import { describe, expect, test } from 'vitest';
import {
  type Engine,
  type Frame,
  functionLocations,
  insertProbe,
  type LocalProbe,
  type ModuleInstance,
  removeProbe,
} from '../../engine/index.ts';
import { programs, transcriptOf } from '../programs/transcripts.ts';
import { isThorough, some } from '../support/thorough.ts';
import { type EngineOptions, engineIn } from '../support/tiers.ts';
import { difference, logEngine, logKinds } from './support/event-log.ts';
import { leaving } from './support/leaving-programs.ts';

const options: EngineOptions = { maxFrames: 200, stackSlots: 1 << 14 };
const own = some(Object.entries(leaving), 2);

type Run = (engine: Engine) => unknown;

async function outcome(engine: Engine, run: Run): Promise<string[]> {
  return [JSON.stringify(await run(engine), (_, value) => (typeof value === 'bigint' ? `${value}n` : value))];
}

async function logged(engine: Engine, run: Run): Promise<string[]> {
  const log = logEngine(engine, logKinds.frames);
  const last = await outcome(engine, run);
  return [...log.lines, ...last];
}

/** An engine in the JS tier that does something at one of its checks, counted from 0. */
function engineAt(check: number, action: (engine: Engine) => boolean): { engine: Engine; checks: () => number } {
  let checks = 0;
  const engine: Engine = engineIn('js', { ...options, stress: () => checks++ === check && action(engine) });
  return { engine, checks: () => checks };
}

function engineThatCounts(): { engine: Engine; checks: () => number } {
  return engineAt(-1, () => false);
}

/** Numbers of checks: all of them, or of many an even choice. */
function chosen(count: number, most: number): number[] {
  if (isThorough || count <= most) return Array.from({ length: count }, (_, k) => k);
  return Array.from({ length: most }, (_, i) => Math.floor((i * count) / most));
}

/** One probe at all instructions of all functions, so that every activation has to leave. */
class Everywhere {
  readonly instances: ModuleInstance[] = [];
  fired = 0;
  private readonly probe: LocalProbe;

  constructor(needs: LocalProbe['needs']) {
    const fire = (_frame: Frame): void => {
      this.fired++;
    };
    this.probe = { name: 'everywhere', fire, ...(needs === undefined ? {} : { needs }) };
  }

  insert(): void {
    this.forEach((instance, index, pc) => void insertProbe(instance, index, pc, this.probe));
  }

  remove(): void {
    this.forEach((instance, index, pc) => void removeProbe(instance, index, pc, this.probe));
  }

  private forEach(action: (instance: ModuleInstance, index: number, pc: number) => void): void {
    for (const instance of this.instances) {
      for (const func of instance.funcs) {
        if (func.host !== null || func.instance !== instance) continue;
        for (const { pc } of functionLocations(instance.module, func.index)) action(instance, func.index, pc);
      }
    }
  }
}

describe('leaving once', () => {
  test.each(own)('at any check of %s changes neither result nor log', async (_name, run) => {
    const { engine, checks } = engineThatCounts();
    const expected = await logged(engineIn('interpreter', options), run);
    expect(difference(expected, await logged(engine, run))).toBeUndefined();
    expect(checks()).toBeGreaterThan(10);
    for (const k of chosen(checks(), 15)) {
      const { engine: leavingEngine } = engineAt(k, () => true);
      expect(difference(expected, await logged(leavingEngine, run)), `check ${k}`).toBeUndefined();
    }
  });

  test.each(own)('at any check of %s without probes changes no result', async (_name, run) => {
    const { engine, checks } = engineThatCounts();
    const expected = await outcome(engineIn('interpreter', options), run);
    expect(await outcome(engine, run)).toEqual(expected);
    for (const k of chosen(checks(), 40)) {
      expect(await outcome(engineAt(k, () => true).engine, run), `check ${k}`).toEqual(expected);
    }
  });

  const most = Object.entries(programs).filter(([name]) => !/overflows|tail calls/.test(name));

  test.each(some(most, 3))('at checks of the program "%s" changes no result', async (_name, program) => {
    const { engine, checks } = engineThatCounts();
    const expected = await transcriptOf(engineIn('interpreter', options), program);
    expect(await transcriptOf(engine, program)).toEqual(expected);
    for (const k of chosen(checks(), 4)) {
      const actual = await transcriptOf(engineAt(k, () => true).engine, program);
      expect(difference(expected, actual), `check ${k}`).toBeUndefined();
    }
  });
});

describe.each([
  ['that reads nothing', undefined],
  ['that gets no frame', { frame: false }],
  ['that writes', { writes: true, locals: true }],
] as const)('a probe %s, inserted everywhere', (_what, needs) => {
  test.each(own)('at any check of %s, changes no result', async (_name, run) => {
    const { engine, checks } = engineThatCounts();
    const expected = await outcome(engineIn('interpreter', options), run);
    await outcome(engine, run);
    let fired = 0;
    for (const k of chosen(checks(), 12)) {
      const everywhere = new Everywhere(needs);
      // Without a yes it is the insertion alone that makes activations leave, each at its next check.
      const { engine: changing } = engineAt(k, () => {
        everywhere.insert();
        return false;
      });
      changing.observe({ onInstance: (instance) => void everywhere.instances.push(instance) });
      expect(await outcome(changing, run), `check ${k}`).toEqual(expected);
      fired += everywhere.fired;
      everywhere.remove();
      for (const { funcs } of everywhere.instances) for (const func of funcs) expect(func.probes).toBeNull();
    }
    expect(fired).toBeGreaterThan(0);
  });
});
