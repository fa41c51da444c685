/**
 * An oracle that knows nothing of taint: a bit of an input is flipped, and the program runs again. Whatever it puts out
 * differently came from that input, so that the analysis must have said so.
 */

import { describe, expect, test } from 'vitest';
import type { TaintResult } from '../../../analyses/index.ts';
import { Engine } from '../../../engine/index.ts';
import { isThorough } from '../../support/thorough.ts';
import { type TierName, tierNames } from '../../support/tiers.ts';
import { wat } from '../support/programs.ts';
import { runBytes } from '../support/run.ts';
import { type GeneratedModule, generatedFlow, INPUTS } from './generated.ts';

const SEEDS = Array.from({ length: isThorough ? 300 : 8 }, (_, i) => i + 1);
/** Bits that are flipped, of each input. */
const BITS = [0, 1, 4, 7, 12, 31];

type Exports = Readonly<Record<string, (...args: unknown[]) => unknown>>;

/** Functions of the host for a module; what is put out goes to `log`, as a list for each output. */
function hostOf(inputs: readonly number[], outputs: number, log: number[][]) {
  let exports: Exports | undefined;
  let depth = 0;
  const env: Record<string, (...args: never[]) => unknown> = {
    mix: (a: number, b: bigint) => Math.imul(a, 31) ^ Number(BigInt.asIntN(32, b)),
    again: () => {
      if (depth > 0) return;
      depth++;
      exports?.inner?.(3, 5, 7n, 9.5);
      depth--;
    },
  };
  for (let i = 0; i < INPUTS; i++) env[`in${i}`] = () => inputs[i];
  for (let k = 0; k < outputs; k++) env[`put${k}`] = (value: number) => log[k]?.push(value);
  const onExports = (made: Readonly<Record<string, unknown>>): void => {
    exports = made as Exports;
  };
  return { imports: { env }, onExports };
}

type Run = (inputs: readonly number[]) => number[][];

/** Runs a module without any probe. */
function runner(bytes: Uint8Array, { outputs }: GeneratedModule): Run {
  const { Module, Instance } = new Engine({ tier: 'interpreter' }).WebAssembly;
  const module = new Module(bytes);
  return (inputs) => outputsOf((imports) => new Instance(module, imports as never).exports, outputs, inputs);
}

function outputsOf(instantiate: (imports: object) => object, outputs: number, inputs: readonly number[]): number[][] {
  const log = Array.from({ length: outputs }, () => []);
  const { imports, onExports } = hostOf(inputs, outputs, log);
  const exports = instantiate(imports) as Exports;
  onExports(exports);
  exports.main?.();
  return log;
}

const INPUT_VALUES = [0x12345678, 3, -77];

/** The flows that flipping bits proves, as `input -> output`. */
function proven(bytes: Uint8Array, generated: GeneratedModule): Set<string> {
  const run = runner(bytes, generated);
  const before = run(INPUT_VALUES);
  const flows = new Set<string>();
  for (let i = 0; i < INPUTS; i++) {
    for (const bit of BITS) {
      const inputs = INPUT_VALUES.map((value, k) => (k === i ? value ^ (1 << bit) : value));
      for (const [k, list] of run(inputs).entries()) {
        if (list.join() !== before[k]?.join()) flows.add(`result:env.in${i} -> args:env.put${k}`);
      }
    }
  }
  return flows;
}

function reported(bytes: Uint8Array, generated: GeneratedModule, tier: TierName): TaintResult {
  const log = Array.from({ length: generated.outputs }, () => []);
  const options = { source: ['import:env.in*'], sink: ['import:env.put*'] };
  const asked = [{ name: 'taint', options }];
  const run = runBytes(bytes, asked, { tier, ...hostOf(INPUT_VALUES, generated.outputs, log) });
  expect(run.outcome).toEqual({ kind: 'returned' });
  return run.results[0] as TaintResult;
}

describe('what changes with an input is tainted by it', () => {
  let provenFlows = 0;
  let reportedFlows = 0;
  let possibleFlows = 0;

  test.each(SEEDS)('module %i', async (seed) => {
    const generated = generatedFlow(seed);
    const bytes = await wat(generated.text);
    const expected = proven(bytes, generated);
    const tiers: readonly TierName[] = isThorough ? tierNames : ['interpreter', seed % 2 === 0 ? 'js' : 'mixed'];
    const [first, ...others] = tiers.map((tier) => reported(bytes, generated, tier));
    for (const other of others) expect(other).toEqual(first);
    const found = new Set(first?.modules[0]?.flows.map(({ source, sink }) => `${source} -> ${sink}`));
    expect([...expected].filter((flow) => !found.has(flow))).toEqual([]);
    provenFlows += expected.size;
    reportedFlows += found.size;
    possibleFlows += INPUTS * generated.outputs;
  });

  test('and not everything is', () => {
    expect(provenFlows).toBeGreaterThan(20);
    expect(reportedFlows).toBeLessThan(possibleFlows / 2);
  });
});
