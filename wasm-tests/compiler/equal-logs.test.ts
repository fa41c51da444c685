/** The log of all events of a program, with all locals and operands, is the same in every tier, line by line. */

import { afterAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../engine/index.ts';
import { callAll } from '../fuzz/call-all.ts';
import { generateModule } from '../fuzz/generate.ts';
import { examples, namespaceOf, programs, transcriptOf } from '../programs/transcripts.ts';
import { isThorough, isWhole, some } from '../support/thorough.ts';
import { engineIn } from '../support/tiers.ts';
import { difference, logEngine, logKinds } from './support/event-log.ts';

const GENERATED = isThorough ? 300 : isWhole ? 12 : 4;
const PER_TEST = 4;
/** Events that are compared: then all probes go, and the program must end as it would have. */
const MOST_EVENTS = isThorough ? 200_000 : isWhole ? 15_000 : 5_000;
/**
 * Recursion ends here in all tiers, as long as there are probes: compiled code of functions that nobody watches has no
 * frames, and recurses until the host's stack ends.
 */
const options = { maxFrames: 300 };

interface Program {
  readonly name: string;
  readonly run: (engine: Engine) => unknown;
  /** Does it use up the stack? Then the probes must stay. */
  readonly exhausts?: boolean;
}

let events = 0;

async function record(engine: Engine, { run, exhausts = false }: Program, kind: keyof typeof logKinds) {
  const log = logEngine(engine, logKinds[kind], { limit: MOST_EVENTS, keepsProbes: exhausts });
  const outcome = await run(engine);
  return [...log.lines, JSON.stringify(outcome, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))];
}

/** Compares the tiers on a program; mixed with a seed of its own. */
async function compareTiers(program: Program, kind: keyof typeof logKinds, seed: number): Promise<void> {
  const expected = await record(engineIn('interpreter', options), program, kind);
  events += expected.length;
  for (const tier of ['js', 'mixed'] as const) {
    const actual = await record(engineIn(tier, options, seed), program, kind);
    expect(difference(expected, actual), `${program.name} in tier ${tier}, seed ${seed}`).toBeUndefined();
  }
}

const all: Program[] = [
  ...Object.entries(programs).map(([name, program]) => ({
    name,
    run: (engine: Engine) => transcriptOf(engine, program),
    exhausts: name.includes('overflows'),
  })),
  ...Object.entries(examples).map(([name, run]) => ({
    name: `example ${name}`,
    run: (engine: Engine) => run(namespaceOf(engine)),
  })),
];

const kinds = ['frames', 'operands', 'stacks'] as const;

describe.each(kinds)('logs of %s are equal in all tiers', (kind) => {
  test.each(some(all, 3))('$name', (program) => compareTiers(program, kind, program.name.length));

  for (let first = 0; first < GENERATED; first += PER_TEST) {
    const end = Math.min(first + PER_TEST, GENERATED);
    test(`generated modules ${first} to ${end - 1}`, { timeout: 300_000 }, async () => {
      for (let seed = first; seed < end; seed++) {
        if (!isThorough && seed % kinds.length !== kinds.indexOf(kind)) continue;
        const bytes = await generateModule(seed);
        // Now and then the generator uses a feature that it was not given.
        if (!namespaceOf(engineIn('interpreter')).validate(bytes)) continue;
        const run = (engine: Engine) => callAll(namespaceOf(engine), bytes, seed);
        await compareTiers({ name: `seed ${seed}`, run, exhausts: true }, kind, seed);
      }
    });
  }
});

afterAll(() => {
  expect(events).toBeGreaterThan(isWhole ? 50_000 : 10_000);
});
