/** Rule 21 of the probe contract: programs do the same with every kind of probe attached to everything. */

import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../engine/index.ts';
import { callAll } from '../fuzz/call-all.ts';
import { generateModule } from '../fuzz/generate.ts';
import { isWatchedIn } from '../programs/heavy.ts';
import { examples, namespaceOf, programs, transcriptOf } from '../programs/transcripts.ts';
import { isThorough, isWhole, some } from '../support/thorough.ts';
import { engineIn } from '../support/tiers.ts';
import { watchEngine, watchers } from './support/everything.ts';
import { type Tier, tiers } from './tiers.ts';

/** In thorough runs somewhat more than 100, since a few are passed over. */
const GENERATED = isThorough ? 110 : isWhole ? 12 : 4;
const GENERATED_PER_TEST = 4;

/** Of the kinds, those that a compiling tier treats in ways of its own; thorough runs have all in all tiers. */
const kindsOfCompiled = new Set(['fast', 'together']);

function kindsIn(tier: Tier): [string, (typeof watchers)[string]][] {
  const hasAll = isThorough || tier.name === 'interpreter';
  return Object.entries(watchers).filter(([kind]) => hasAll || kindsOfCompiled.has(kind));
}

/** Of programs, those whose turn it is with this kind and tier: every second one; all in thorough runs. */
function inTurn<T>(entries: readonly T[], tier: Tier, kind: string): readonly T[] {
  const turn = Object.keys(watchers).indexOf(kind) + tiers.indexOf(tier);
  return some(
    entries.filter((_, i) => isThorough || (i + turn) % 2 === 0),
    3,
  );
}

function programsFor(tier: Tier, kind: string): readonly [string, (typeof programs)[string]][] {
  const at = Object.keys(watchers).indexOf(kind);
  return inTurn(Object.entries(programs), tier, kind).filter(([name]) => isWatchedIn(tier.name, name, at));
}

/** What programs do in the interpreter without probes: what every tier is compared with. */
const plain = new Map<string, unknown>();

async function withoutProbes<T>(name: string, run: (engine: Engine) => T | Promise<T>): Promise<T> {
  if (!plain.has(name)) plain.set(name, await run(engineIn('interpreter')));
  return plain.get(name) as T; // the name stands for the run
}

let observed = 0;
let compared = 0;

async function compareGenerated(tier: Tier, seed: number): Promise<void> {
  const bytes = await generateModule(seed);
  // Now and then the generator uses a feature that it was not given.
  if (!namespaceOf(tier.engine()).validate(bytes)) return;
  compared++;
  const expected = await withoutProbes(`seed ${seed}`, (engine) => callAll(namespaceOf(engine), bytes, seed));
  const engine = tier.engine();
  const { watches } = watchEngine(engine, watchers.together as (typeof watchers)[string]);
  expect(callAll(namespaceOf(engine), bytes, seed), `seed ${seed}`).toEqual(expected);
  observed += watches.length;
}

describe.each(tiers)('non-interference in tier $name', (tier) => {
  describe.each(kindsIn(tier))('rule 21: with probes of kind %s', (kind, watcher) => {
    it.each(programsFor(tier, kind))('the program %s', async (name, program) => {
      const expected = await withoutProbes(name, (engine) => transcriptOf(engine, program));
      expect(expected.length).toBeGreaterThan(3);
      const engine = tier.engine();
      const { watches } = watchEngine(engine, watcher);
      expect(await transcriptOf(engine, program)).toEqual(expected);
      for (const watch of watches) {
        observed += watch.events();
        watch.detach();
      }
      expect(engine.machine.isTraced).toBe(false);
    });

    it.each(inTurn(Object.entries(examples), tier, kind))('the example %s', async (name, run) => {
      const expected = await withoutProbes(`example ${name}`, (engine) => run(namespaceOf(engine)));
      const engine = tier.engine();
      const { watches } = watchEngine(engine, watcher);
      expect(run(namespaceOf(engine))).toEqual(expected);
      expect(watches.reduce((sum, watch) => sum + watch.events(), 0)).toBeGreaterThan(0);
    });
  });

  describe('rule 21: with all of them together', () => {
    for (let first = 0; first < GENERATED; first += GENERATED_PER_TEST) {
      const end = Math.min(first + GENERATED_PER_TEST, GENERATED);
      it(`the generated modules ${first} to ${end - 1}`, { timeout: 300_000 }, async () => {
        for (let seed = first; seed < end; seed++) await compareGenerated(tier, seed);
      });
    }
  });
});

afterAll(() => {
  // An attachment to nothing would pass everything above.
  expect(observed).toBeGreaterThan(isWhole ? 10_000 : 1000);
  expect(compared).toBeGreaterThanOrEqual(Math.floor(GENERATED * tiers.length * 0.9));
});
