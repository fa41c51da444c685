/** Counts of instructions and blocks on random modules, compared with modules that count by themselves in the host's own engine. */

import { describe, expect, test } from 'vitest';
import type { BlocksResult, HotnessResult } from '../../analyses/index.ts';
import { decodeModule } from '../../engine/index.ts';
import { type Exports, native, type WasmNamespace } from '../diff/namespace.ts';
import { callAll } from '../fuzz/call-all.ts';
import { generateModule } from '../fuzz/generate.ts';
import { verdict } from '../fuzz/verdict.ts';
import { namespaceOf } from '../programs/transcripts.ts';
import { isThorough, isWhole } from '../support/thorough.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import { counterName, rewritten } from './support/rewritten.ts';
import { kindOf } from './support/run.ts';

const SEEDS = isThorough ? 200 : isWhole ? 40 : 10;
const PER_TEST = 10;

/** A namespace that shows the exports of the instances that it makes. */
function watched(W: WasmNamespace, seen: (exports: Exports) => void): WasmNamespace {
  const Instance = class extends W.Instance {
    constructor(...args: ConstructorParameters<typeof W.Instance>) {
      super(...args);
      seen(this.exports);
    }
  };
  return new Proxy(W, { get: (target, key) => (key === 'Instance' ? Instance : Reflect.get(target, key)) });
}

/** Counts of a module's run by the module itself; undefined where the host refuses it. */
async function ownCounts(bytes: Uint8Array, seed: number): Promise<Map<string, number> | undefined> {
  if (!verdict(native.W, bytes).accepted) return undefined;
  const changed = rewritten(decodeModule(bytes));
  let exports: Exports = {};
  callAll(
    watched(native.W, (made) => {
      exports = made;
    }),
    changed.bytes,
    seed,
  );
  const countIn = (name: string): number => Number((exports[name] as { value: bigint } | undefined)?.value ?? 0);
  return new Map(changed.counted.map((location) => [counterName(location), countIn(counterName(location))]));
}

let executed = 0;
let compared = 0;

async function compare(seed: number): Promise<void> {
  const bytes = await generateModule(seed);
  const expected = await ownCounts(bytes, seed);
  if (expected === undefined) return;
  compared++;
  const engine = engineIn(tierNames[seed % tierNames.length] as (typeof tierNames)[number], {}, seed);
  const running = ['hotness', 'blocks'].map((name) => kindOf(name).start(engine));
  callAll(namespaceOf(engine), bytes, seed);
  const [hotness, blocks] = running.map((analysis) => analysis.result());
  for (const { index, blocks: counted } of (blocks as BlocksResult).modules[0]?.functions ?? []) {
    for (const { pc, count } of counted) {
      const own = expected.get(counterName({ func: index, pc }));
      if (count !== own) expect(count, `seed ${seed}, block ${index} ${pc}`).toBe(own);
    }
  }
  const functions = (hotness as HotnessResult).modules[0]?.functions ?? [];
  for (const { index, pcs, counts } of functions) {
    for (const [i, pc] of pcs.entries()) {
      const count = expected.get(counterName({ func: index, pc }));
      if (count === undefined) continue; // the final end
      executed += count;
      if (counts[i] !== count) expect(counts[i], `seed ${seed}, function ${index}, pc ${pc}`).toBe(count);
      expected.delete(counterName({ func: index, pc }));
    }
  }
  // Functions that were never entered.
  expect(Math.max(0, ...expected.values()), `seed ${seed}`).toBe(0);
}

describe('modules that count by themselves', () => {
  for (let first = 0; first < SEEDS; first += PER_TEST) {
    test(`seeds ${first} to ${first + PER_TEST - 1}`, { timeout: 120_000 }, async () => {
      for (let seed = first; seed < first + PER_TEST; seed++) await compare(seed);
    });
  }

  test('have executed something worth comparing', () => {
    expect(compared).toBeGreaterThan(SEEDS * 0.9);
    expect(executed).toBeGreaterThan(SEEDS * 1000);
  });
});
