/** Analyses that count, compared with what an independent engine measured, in every tier; and with each other. */

import { describe, expect, it } from 'vitest';
import type {
  BlocksResult,
  BranchesResult,
  CallsResult,
  CoverageResult,
  HotnessResult,
  IcountResult,
  LoopsResult,
  OpcodesResult,
} from '../../analyses/index.ts';
import { bytesOf, type Golden, goldenFolder, goldens, unsupportedFeature } from '../golden/golden.ts';
import { type TierName, tierNames } from '../support/tiers.ts';
import { runBytes } from './support/run.ts';

const NAMES = ['blocks', 'branches', 'calls', 'coverage', 'hotness', 'icount', 'loops', 'opcodes'] as const;

interface Results {
  readonly blocks: BlocksResult;
  readonly branches: BranchesResult;
  readonly calls: CallsResult;
  readonly coverage: CoverageResult;
  readonly hotness: HotnessResult;
  readonly icount: IcountResult;
  readonly loops: LoopsResult;
  readonly opcodes: OpcodesResult;
}

/** All of them together. */
function resultsOf(golden: Golden, tier: TierName): Results {
  const { results, outcome } = runBytes(
    bytesOf(golden),
    NAMES.map((name) => ({ name })),
    { tier, calls: [{ name: golden.entry }] },
  );
  expect(outcome.kind).toBe(golden.trap === undefined ? 'returned' : 'trap');
  return Object.fromEntries(NAMES.map((name, i) => [name, results[i]])) as unknown as Results;
}

function counts({ hotness }: Results): Map<string, number> {
  const functions = hotness.modules[0]?.functions ?? [];
  return new Map(
    functions.flatMap(({ index, pcs, counts }) => pcs.map((pc, i) => [`${index} ${pc}`, counts[i] as number])),
  );
}

describe.skipIf(goldenFolder === undefined).each(tierNames)('in tier %s', (tier) => {
  for (const golden of goldens()) {
    const feature = unsupportedFeature(golden);
    if (feature !== undefined) {
      it.skip(`${golden.name}: needs ${feature}`);
      continue;
    }

    it(`${golden.name}: the counts of an independent engine`, () => {
      const results = resultsOf(golden, tier);
      const hot = counts(results);
      expect(golden.hotness.map(([func, pc]) => [func, pc, hot.get(`${func} ${pc}`) ?? 0])).toEqual(golden.hotness);
      const [icount] = results.icount.modules;
      expect(icount?.executed).toBe(golden.executed);
      if (golden.icount !== undefined)
        expect(icount?.functions.map((f) => [f.index, f.instructions, f.executed])).toEqual(golden.icount);
      const opcodes = results.opcodes.modules[0]?.opcodes ?? [];
      expect(Object.fromEntries(opcodes.map((o) => [o.mnemonic, [o.static, o.executed]]))).toEqual(golden.opcodes);
      const branches = (results.branches.modules[0]?.functions ?? []).flatMap(({ index, branches }) =>
        branches.filter(({ mnemonic }) => mnemonic !== 'select').map((b) => [index, b.pc, b.mnemonic, b.counts]),
      );
      const entered = new Set(results.hotness.modules[0]?.functions.map(({ index }) => index));
      expect(branches).toEqual(golden.branches.filter(([func]) => entered.has(func)));
      const loops = new Map(
        (results.loops.modules[0]?.functions ?? []).flatMap(({ index, loops }) =>
          loops.map((loop) => [`${index} ${loop.pc}`, [loop.end, loop.iterations]]),
        ),
      );
      for (const [func, pc, end, count] of golden.loops) {
        const [ourEnd, iterations] = loops.get(`${func} ${pc}`) ?? [end, 0];
        expect([func, pc, end === null ? null : ourEnd, iterations]).toEqual([func, pc, end, count]);
      }
      const blocks = (results.blocks.modules[0]?.functions ?? []).flatMap(({ index, blocks }) =>
        blocks.map(({ pc, end, count }) => [index, pc, end, count]),
      );
      expect(blocks).toEqual(golden.blocks);
      const calls = results.calls.modules[0];
      if (golden.calls !== undefined) {
        expect(calls?.functions.filter((f) => f.entered > 0).map((f) => [f.index, f.entered])).toEqual(
          golden.calls.entries,
        );
        expect(
          calls?.sites.map(({ func, pc, mnemonic, callees }) => [
            func,
            pc,
            mnemonic,
            callees.map((c) => [c.index, c.count]),
          ]),
        ).toEqual(golden.calls.sites);
      }
      const totals = results.coverage.modules[0]?.totals;
      expect([totals?.instructions.covered, totals?.instructions.all]).toEqual(golden.coverage.instructions);
      expect([totals?.blocks.covered, totals?.blocks.all]).toEqual(golden.coverage.blocks);
    });

    it(`${golden.name}: analyses agree with each other`, () => {
      const results = resultsOf(golden, tier);
      const hot = counts(results);
      const sum = [...hot.values()].reduce((a, b) => a + b, 0);
      expect(results.hotness.modules[0]?.executed).toBe(sum);
      expect(results.icount.modules[0]?.executed).toBe(sum);
      expect(results.opcodes.modules[0]?.executed).toBe(sum);
      expect(results.opcodes.modules[0]?.opcodes.reduce((n, o) => n + o.executed, 0)).toBe(sum);
      for (const { index, uncovered } of results.coverage.modules[0]?.functions ?? []) {
        const missed = new Set(
          uncovered.flatMap(([first, last]) => [...hot.keys()].filter((key) => isIn(key, index, first, last))),
        );
        for (const [key, count] of hot) {
          if (key.startsWith(`${index} `)) expect(missed.has(key), key).toBe(count === 0);
        }
      }
      for (const { index, loops } of results.loops.modules[0]?.functions ?? []) {
        for (const loop of loops) {
          expect(loop.iterations).toBe(hot.get(`${index} ${loop.pc}`));
          expect(loop.trips.histogram.reduce((a, b) => a + b, 0)).toBe(loop.entries);
        }
      }
    });
  }
});

function isIn(key: string, func: number, first: number, last: number): boolean {
  const [index, pc] = key.split(' ').map(Number) as [number, number];
  return index === func && pc >= first && pc <= last;
}
