/** Paths through loops and their order, in every tier; compared with what a log of every instruction says. */

import { describe, expect, it } from 'vitest';
import { type LoopsResult, type LoopTracesResult, MergeError } from '../../analyses/index.ts';
import { pathText, sequenceText } from '../../analyses/loop-traces/present.ts';
import { callAll } from '../fuzz/call-all.ts';
import { generateModule } from '../fuzz/generate.ts';
import { namespaceOf } from '../programs/transcripts.ts';
import { isThorough } from '../support/thorough.ts';
import { engineIn, type TierName, tierNames } from '../support/tiers.ts';
import { referenceTraces, tracesOf } from './support/loop-reference.ts';
import { wat } from './support/programs.ts';
import { type BytesOptions, kindOf, reportContext, runBytes } from './support/run.ts';

const PROGRAM = `
  (module
    (import "host" "again" (func $again (param i32)))
    (table funcref (elem $recursive))
    (func $pattern (export "pattern") (param $n i32) (local $i i32)
      (loop $each
        (if (i32.rem_u (local.get $i) (i32.const 3)) (then nop) (else (nop)))
        (br_if $each (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n)))))
    (func $nested (export "nested") (param $n i32) (local $i i32)
      (block $done
        (loop $outer
          (local.set $i (local.get $n))
          (loop $inner
            (br_if $done (i32.eq (local.get $i) (i32.const 9)))
            (br_if $inner (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
          (br_if $outer (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))
    (func $continues (export "continues") (param $n i32)
      (loop $outer
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (loop $inner (br_if $outer (i32.gt_s (local.get $n) (i32.const 0))))))
    (func $switch (export "switch") (param $n i32) (result i32) (local $i i32)
      (loop $again (result i32)
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (block $other
          (block $two
            (block $one
              (br_table $one $other $two $other $again $other (local.get $n)))
            (return (i32.const 1)))
          (drop (i32.div_u (i32.const 1) (i32.const 0))))
        (br_if $again (i32.const 1) (i32.lt_u (local.get $i) (i32.const 20)))))
    (func $recursive (export "recursive") (param $n i32) (local $i i32)
      (local.set $i (i32.const 2))
      (loop $again
        (if (local.get $n)
          (then (call $recursive (i32.sub (local.get $n) (i32.const 1))) (call $again (i32.const 0)))
          (else (call $again (local.get $n))))
        (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1))))))
    (func $tail (export "tail") (param $n i32)
      (loop $again
        (if (i32.eqz (local.get $n)) (then (return)))
        (if (i32.and (local.get $n) (i32.const 1))
          (then (return_call $tail (i32.sub (local.get $n) (i32.const 1)))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again)))
    (func $nulls (export "nulls") (param $n i32) (local $r funcref)
      (loop $again
        (block $null
          (br_on_null $null (local.get $r))
          (drop))
        (block $set (result (ref func))
          (br_on_non_null $set (local.get $r))
          (ref.func $tail))
        (local.set $r)
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
    (elem declare func $tail)
    (func $collatz (export "collatz") (param $n i32) (local $k i32)
      (loop $each
        (local.set $k (local.get $n))
        (block $done
          (loop $step
            (br_if $done (i32.le_u (local.get $k) (i32.const 1)))
            (if (i32.and (local.get $k) (i32.const 1))
              (then (local.set $k (i32.add (i32.mul (local.get $k) (i32.const 3)) (i32.const 1))))
              (else (local.set $k (i32.shr_u (local.get $k) (i32.const 1)))))
            (br $step)))
        (br_if $each (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))`;

const program = wat(PROGRAM);

const ALL = { paths: 1e6, sequences: 1e6, length: 1e6 };

type Call = readonly [name: string, arg: number];

function optionsFor(calls: readonly Call[], tier: TierName): BytesOptions {
  let depth = 0;
  const exports: Record<string, (n: number) => unknown> = {};
  return {
    tier,
    calls: calls.map(([name, arg]) => ({ name, args: [arg] })),
    onExports: (made) => Object.assign(exports, made),
    // Into the module again, in the middle of a loop.
    imports: {
      host: {
        again: (n: number) => {
          if (depth > 0) return;
          depth++;
          exports.pattern?.(4 + n);
          depth--;
        },
      },
    },
  };
}

async function run(
  calls: readonly Call[],
  tier: TierName,
  options: Partial<typeof ALL> = ALL,
): Promise<LoopTracesResult> {
  const { results } = runBytes(await program, [{ name: 'loop-traces', options }], optionsFor(calls, tier));
  return results[0] as LoopTracesResult;
}

const CALLS: readonly Call[] = [
  ['pattern', 1],
  ['pattern', 100],
  ['nested', 3],
  ['nested', 11],
  ['continues', 5],
  ['switch', 1],
  ['switch', 2],
  ['switch', 40],
  ['switch', 17],
  ['recursive', 2],
  ['tail', 9],
  ['nulls', 3],
  ['collatz', 30],
];

describe.each(tierNames)('in tier %s', (tier) => {
  it.each(CALLS)('%s of %i: what a log of every instruction says', async (...call) => {
    const engine = engineIn('interpreter');
    const expected = referenceTraces(engine);
    const { imports, onExports } = optionsFor([call], 'interpreter');
    const { Module, Instance, RuntimeError } = engine.WebAssembly;
    const { exports } = new Instance(new Module(await program), imports as never);
    onExports?.(exports);
    try {
      (exports[call[0]] as (n: number) => unknown)(call[1]);
    } catch (error) {
      expect(error).toBeInstanceOf(RuntimeError);
    }
    expect(Object.keys(expected)).not.toEqual([]);
    expect(tracesOf(await run([call], tier))).toEqual(expected);
  });

  it('counts as many entries and iterations as the analysis of loops', async () => {
    const calls = CALLS.filter(([name, arg]) => name !== 'switch' || arg !== 17);
    const asked = [{ name: 'loop-traces', options: { paths: 2, sequences: 1, length: 2 } }, { name: 'loops' }];
    const { results } = runBytes(await program, asked, optionsFor(calls, tier));
    const [traces, loops] = results as [LoopTracesResult, LoopsResult];
    const counts = (functions: readonly { loops: readonly { entries: number; iterations: number }[] }[]) =>
      functions.flatMap((f) =>
        f.loops.filter((l) => l.entries > 0).map(({ entries, iterations }) => [entries, iterations]),
      );
    expect(counts(traces.modules[0]?.functions ?? [])).toEqual(counts(loops.modules[0]?.functions ?? []));
    // What is left out is told: all iterations and entries are accounted for.
    let truncated = 0;
    for (const loop of traces.modules[0]?.functions.flatMap((f) => f.loops) ?? []) {
      const onPaths = loop.paths.reduce((sum, { count }) => sum + count, 0);
      const inSequences = loop.sequences.reduce((sum, { entries }) => sum + entries, 0);
      expect(onPaths + loop.truncated.iterations).toBe(loop.iterations);
      expect(inSequences + loop.truncated.entries).toBe(loop.entries);
      expect(loop.paths.length).toBeLessThanOrEqual(2);
      truncated += loop.truncated.iterations + loop.sequences.reduce((sum, { cut }) => sum + cut, 0);
    }
    expect(truncated).toBeGreaterThan(100);
  });
});

it('on random modules: what a log of every instruction says', { timeout: 120_000 }, async () => {
  let iterations = 0;
  for (let seed = 0; seed < (isThorough ? 100 : tierNames.length); seed++) {
    const bytes = await generateModule(seed);
    const logged = engineIn('interpreter');
    const expected = referenceTraces(logged);
    const lines = callAll(namespaceOf(logged), bytes, seed);
    const engine = engineIn(tierNames[seed % tierNames.length] as TierName, {}, seed);
    const running = kindOf('loop-traces').start(engine, { options: ALL });
    expect(callAll(namespaceOf(engine), bytes, seed)).toEqual(lines);
    const result = running.result() as LoopTracesResult;
    expect(tracesOf(result), `seed ${seed}`).toEqual(expected);
    for (const loop of result.modules[0]?.functions.flatMap((f) => f.loops) ?? []) iterations += loop.iterations;
  }
  expect(iterations).toBeGreaterThan(100);
});

/** Sequences of the only loop, or of loop number `at`. */
function texts({ modules }: LoopTracesResult, at = 0): { paths: string[]; sequences: string[] } {
  const loop = modules[0]?.functions[0]?.loops[at];
  if (loop === undefined) throw new Error('no loop was entered');
  return {
    paths: loop.paths.map((path) => `${path.count} ${pathText(path, loop)}`),
    sequences: loop.sequences.map((sequence) => `${sequence.entries} ${sequenceText(sequence)}`),
  };
}

describe('loop traces', () => {
  it('are short for what repeats, also in groups of groups', async () => {
    expect(texts(await run([['pattern', 3001]], 'interpreter')).sequences).toEqual(['1 (B Ax2)x1000 C']);
    expect(texts(await run([['nested', 4]], 'interpreter'), 0)).toEqual({
      paths: ['3 loop 11, br_if 37 taken: back', '1 loop 11, br_if 37 not taken: end'],
      sequences: ['1 Ax3 B'],
    });
  });

  it('name what every step decided, and how iterations end', async () => {
    const { paths } = texts(await run([['nested', 10]], 'interpreter'), 1);
    expect(paths).toEqual(['1 br_if 18 not taken, br_if 27 taken: back', '1 br_if 18 taken: out']);
  });

  it('show executions that are on their way', async () => {
    const engine = engineIn('interpreter');
    const running = kindOf('loop-traces').start(engine, { options: ALL });
    const { Module, Instance } = engine.WebAssembly;
    const seen: LoopTracesResult[] = [];
    const again = (): void => void seen.push(running.result() as LoopTracesResult);
    const { exports } = new Instance(new Module(await program), { host: { again } } as never);
    (exports.recursive as (n: number) => void)(0);
    expect(seen.map((result) => texts(result).sequences)).toEqual([['1 A'], ['1 A B']]);
    expect(seen.map((result) => result.modules[0]?.functions[0]?.loops[0]?.paths.map(({ ending }) => ending))).toEqual([
      ['running'],
      ['back', 'running'],
    ]);
    expect(texts(running.result() as LoopTracesResult).sequences).toEqual(['1 B A']);
  });

  it('keep the beginning of what does not repeat', async () => {
    const { modules } = await run([['collatz', 30]], 'interpreter', { length: 4, sequences: 2 });
    const [, step] = modules[0]?.functions[0]?.loops ?? [];
    expect(step?.sequences.every(({ items }) => items.length <= 4)).toBe(true);
    expect(step?.sequences.length).toBe(2);
    expect(step?.truncated.entries).toBeGreaterThan(0);
  });

  it('of several runs add up, also when their most frequent paths are others', async () => {
    const runs = [await run([['collatz', 1]], 'interpreter'), await run([['collatz', 27]], 'interpreter')];
    const both = await run(
      [
        ['collatz', 1],
        ['collatz', 27],
      ],
      'interpreter',
    );
    const merged = kindOf('loop-traces').merge?.(runs[0], runs[1]) as LoopTracesResult;
    expect(merged.modules[0]?.functions).toEqual(both.modules[0]?.functions);
    const other = await run([['collatz', 1]], 'interpreter', { paths: 3 });
    expect(() => kindOf('loop-traces').merge?.(runs[0], other)).toThrow(MergeError);
  });

  it('start in activations that are already in a loop, with the next entry', async () => {
    const engine = engineIn('interpreter');
    const { Module, Instance } = engine.WebAssembly;
    const instances: Parameters<ReturnType<ReturnType<typeof kindOf>['start']>['attach']>[0][] = [];
    engine.observe({ onInstance: (instance) => void instances.push(instance) });
    const running = kindOf('loop-traces').start(engine, { options: ALL });
    let calls = 0;
    const again = (): void => {
      calls++;
      if (calls === 1 && instances[0] !== undefined) late.attach(instances[0]);
    };
    const late = kindOf('loop-traces').start(engineIn('interpreter'), { options: ALL });
    const { exports } = new Instance(new Module(await program), { host: { again } } as never);
    (exports.recursive as (n: number) => void)(1);
    const entries = (analysis: typeof late) =>
      (analysis.result() as LoopTracesResult).modules[0]?.functions[0]?.loops[0]?.entries;
    // Two activations were in the loop by then, and come to its beginning once more each; one is new.
    expect([entries(running), entries(late)]).toEqual([3, 3]);
  });

  it('stand beside the code', async () => {
    const bytes = await program;
    const { analyses } = runBytes(bytes, [{ name: 'loop-traces' }], optionsFor([['nested', 5]], 'interpreter'));
    expect(analyses[0]?.report('detail', reportContext).text).toMatch(/loop .*;; A 4: loop \d+, br_if \d+ taken: back/);
  });
});
