import { describe, expect, it } from 'vitest';
import { Coverage, type FunctionCoverage } from '../../analyses/index.ts';
import { type Frame, insertGlobalProbe, wasmTraceOf } from '../../engine/index.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import { Counts } from './counts.ts';
import { type Golden, goldenFolder, goldens, runGolden, unsupportedFeature } from './golden.ts';

/** Traps in the words of the golden files, and in V8's. */
const trapMessages: Readonly<Record<string, string>> = {
  unreachable: 'unreachable',
  'integer divide by zero': 'divide by zero',
  'out of bounds memory access': 'memory access out of bounds',
  'uninitialized element': 'null function or function signature mismatch',
};

/** The other engine names the second byte of a prefixed instruction that traps; counts and our traces name the first. */
function instructionAtOrBelow(golden: Golden, func: number, pc: number): number {
  return Math.max(...golden.hotness.filter(([f, p]) => f === func && p <= pc).map(([, p]) => p));
}

function expectOutcome(golden: Golden, run: { result: unknown; error: unknown }): void {
  if (golden.trap === undefined) {
    if (run.error !== undefined) throw run.error;
    const values = golden.result?.length === 1 ? [run.result] : (run.result as unknown[]);
    expect(values.map(String)).toEqual(golden.result?.map((r) => r.value));
    return;
  }
  expect((run.error as Error).message).toBe(trapMessages[golden.trap.kind]);
  const trace = wasmTraceOf(run.error);
  expect(trace.map((frame) => [frame.func, frame.pc]).reverse()).toEqual(
    golden.trap.stack.map(([func, pc]) => [func, instructionAtOrBelow(golden, func, pc)]),
  );
}

/** The pcs that were not executed, by function. */
function uncoveredOf(golden: Golden, functions: readonly FunctionCoverage[]): [number, number[]][] {
  return functions
    .map(({ index, uncovered }): [number, number[]] => {
      const isIn = (pc: number): boolean => uncovered.some(([first, last]) => first <= pc && pc <= last);
      return [index, golden.hotness.filter(([func, pc]) => func === index && isIn(pc)).map(([, pc]) => pc)];
    })
    .filter(([, pcs]) => pcs.length > 0);
}

describe.skipIf(goldenFolder === undefined).each(tierNames)('in tier %s, counts of an independent engine', (tier) => {
  for (const golden of goldens()) {
    const feature = unsupportedFeature(golden);
    if (feature !== undefined) {
      it.skip(`${golden.name}: needs ${feature}`);
      continue;
    }

    it(`${golden.name}: result, trap and how often each instruction was executed, by a global probe`, () => {
      const counts = new Map<string, number>();
      const count = (frame: Frame): void => {
        const key = `${frame.func.index} ${frame.pc}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      };
      const run = runGolden(golden, (instance) => insertGlobalProbe(instance, { fire: count }), engineIn(tier));
      expectOutcome(golden, run);
      const hotness = golden.hotness.map(([func, pc]) => [func, pc, counts.get(`${func} ${pc}`) ?? 0]);
      expect(hotness).toEqual(golden.hotness);
      expect([...counts.values()].reduce((a, b) => a + b, 0)).toBe(golden.executed);
    });

    it(`${golden.name}: instructions, opcodes, branches, loops, calls, globals, memory pages and blocks`, () => {
      let counts: Counts | undefined;
      expectOutcome(
        golden,
        runGolden(golden, (instance) => (counts = new Counts(instance)), engineIn(tier)),
      );
      const ours = counts as unknown as Counts;
      expect(ours.hotness()).toEqual(golden.hotness);
      if (golden.icount !== undefined) expect(ours.icount()).toEqual(golden.icount);
      expect(ours.icount().reduce((sum, [, , executed]) => sum + (executed as number), 0)).toBe(golden.executed);
      expect(ours.opcodes()).toEqual(golden.opcodes);
      expect(ours.branches()).toEqual(golden.branches);
      // A null is an end that the other engine did not find.
      const known = golden.loops.map(([, , end]) => end);
      expect(
        ours.loops().map(([func, pc, end, count], i) => [func, pc, known[i] === null ? null : end, count]),
      ).toEqual(golden.loops);
      if (golden.calls !== undefined) expect(ours.calls()).toEqual(golden.calls);
      expect(ours.globals()).toEqual(golden.globals);
      if (golden.memstats !== undefined) expect(ours.memstats()).toEqual(golden.memstats);
      expect(ours.blocks()).toEqual(golden.blocks);
    });

    it(`${golden.name}: coverage`, () => {
      const coverage = new Coverage();
      expectOutcome(
        golden,
        runGolden(golden, (instance) => coverage.attach(instance), engineIn(tier)),
      );
      const functions = coverage.result().modules[0]?.functions ?? [];
      const sum = (pick: (f: (typeof functions)[number]) => number): number =>
        functions.reduce((n, f) => n + pick(f), 0);
      expect([sum((f) => f.instructions.covered), sum((f) => f.instructions.all)]).toEqual(
        golden.coverage.instructions,
      );
      expect(uncoveredOf(golden, functions)).toEqual(golden.coverage.uncovered);
      expect([sum((f) => f.blocks.covered), sum((f) => f.blocks.all)]).toEqual(golden.coverage.blocks);
    });
  }
});
