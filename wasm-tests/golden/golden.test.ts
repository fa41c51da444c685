import { describe, expect, it } from 'vitest';
import { Coverage } from '../../analyses/index.ts';
import { type Frame, insertGlobalProbe, wasmTraceOf } from '../../engine/index.ts';
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

describe.skipIf(goldenFolder === undefined)('counts of an independent engine', () => {
  for (const golden of goldens()) {
    const feature = unsupportedFeature(golden);
    if (feature !== undefined) {
      it.skip(`${golden.name}: needs ${feature}`);
      continue;
    }

    it(`${golden.name}: result, trap and how often each instruction was executed`, () => {
      const counts = new Map<string, number>();
      const count = (frame: Frame): void => {
        const key = `${frame.func.index} ${frame.pc}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      };
      const run = runGolden(golden, (instance) => insertGlobalProbe(instance, { fire: count }));
      expectOutcome(golden, run);
      const hotness = golden.hotness.map(([func, pc]) => [func, pc, counts.get(`${func} ${pc}`) ?? 0]);
      expect(hotness).toEqual(golden.hotness);
      expect([...counts.values()].reduce((a, b) => a + b, 0)).toBe(golden.executed);
    });

    it(`${golden.name}: coverage`, () => {
      const coverage = new Coverage();
      expectOutcome(golden, runGolden(golden, (instance) => coverage.attach(instance)));
      const functions = coverage.result().modules[0]?.functions ?? [];
      const sum = (pick: (f: (typeof functions)[number]) => number): number => functions.reduce((n, f) => n + pick(f), 0);
      expect([sum((f) => f.instructions.covered), sum((f) => f.instructions.all)]).toEqual(golden.coverage.instructions);
      expect([sum((f) => f.blocks.covered), sum((f) => f.blocks.all)]).toEqual(golden.coverage.blocks);
    });
  }
});
