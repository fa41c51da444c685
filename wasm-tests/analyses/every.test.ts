/** What holds for every analysis: programs do not notice it, its result is data, and is the same in every tier. */

import { describe, expect, test } from 'vitest';
import { type AnalysisKind, analysisKinds } from '../../analyses/index.ts';
import { Engine } from '../../engine/index.ts';
import { cases } from '../programs/cases.ts';
import { isHeavy } from '../programs/heavy.ts';
import { isThorough, some } from '../support/thorough.ts';
import { type TierName, tierNames } from '../support/tiers.ts';
import { wat } from './support/programs.ts';
import { reportContext, runBytes, runCase } from './support/run.ts';

/** How deep a stack can get depends on the tier, and so do counts of a program that overflows it. */
const programs = Object.keys(cases).filter(
  (name) => !name.includes('overflows') && !name.includes('traps of every kind'),
);

function turnOf(name: string, program: string): number {
  return analysisKinds.findIndex((kind) => kind.name === name) + programs.indexOf(program);
}

/** All programs in thorough runs; otherwise every analysis runs on each second light one and each fourth heavy one. */
function programsFor(name: string): readonly string[] {
  const inTurn = programs.filter((program) => isThorough || turnOf(name, program) % (isHeavy(program) ? 4 : 2) === 0);
  return some(inTurn, 4);
}

/** The interpreter, and one of the other tiers in turn; all of them in thorough runs. */
function tiersFor(name: string, program: string): readonly TierName[] {
  return isThorough ? tierNames : ['interpreter', turnOf(name, program) % 4 === 0 ? 'js' : 'mixed'];
}

const plain = new Map<string, Promise<readonly string[]>>();

function plainLines(program: string): Promise<readonly string[]> {
  const lines = plain.get(program) ?? runCase(program, [], 'interpreter').then((run) => run.lines);
  plain.set(program, lines);
  return lines;
}

/** One function with a loop; what a run of it does depends on its argument. */
const SHARDS = `
  (module
    (memory (export "memory") 1)
    (global $calls (mut i32) (i32.const 0))
    (table funcref (elem $twice))
    (type $unary (func (param i32) (result i32)))
    (func (export "main") (param $n i32) (result i32)
      (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
      (if (i32.eqz (local.get $n)) (then (return (i32.const 0))))
      (loop $again
        (i32.store (i32.mul (local.get $n) (i32.const 8)) (call $twice (local.get $n)))
        (drop (call_indirect (type $unary) (local.get $n) (i32.const 0)))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (i32.load (i32.const 8)))
    (func $twice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))`;

async function shard(kind: AnalysisKind, arg: number): Promise<unknown> {
  const { analyses } = runBytes(await wat(SHARDS), [{ name: kind.name }], { calls: [{ name: 'main', args: [arg] }] });
  return JSON.parse(analyses[0]?.report('json', reportContext).text as string);
}

describe.each(analysisKinds.map((kind): [string, AnalysisKind] => [kind.name, kind]))('%s', (name, kind) => {
  test.each(programsFor(name))('is not noticed, and finds the same in every tier: %s', async (program) => {
    const [first, ...others] = await Promise.all(
      tiersFor(name, program).map((tier) => runCase(program, [{ name }], tier)),
    );
    expect(first?.lines).toEqual(await plainLines(program));
    for (const other of others) {
      expect(other.lines).toEqual(first?.lines);
      expect(other.results).toEqual(first?.results);
    }
  });

  test('has a report in each of its formats, also of a result that was kept, of nothing, and before anything ran', async () => {
    const { analyses } = runBytes(await wat(SHARDS), [{ name }], { calls: [{ name: 'main', args: [3] }] });
    const empty = kind.start(new Engine());
    for (const format of kind.formats) {
      const name = kind.fileNames[format] ?? `out.${format}`;
      const context = kind.fileFormats.includes(format) ? { ...reportContext, out: name } : reportContext;
      const report = analyses[0]?.report(format, context);
      if (report?.bytes === undefined) expect(report?.text).toMatch(/\n$/);
      else expect(report.bytes.length).toBeGreaterThan(0);
      expect(typeof empty.report(format, context).text).toBe('string');
    }
  });

  test('gives the same report of a result that was kept', async () => {
    const bytes = await wat(SHARDS);
    const { analyses } = runBytes(bytes, [{ name }], { calls: [{ name: 'main', args: [3] }] });
    const [analysis] = analyses;
    const result = JSON.parse(analysis?.report('json', reportContext).text as string);
    const context = { ...reportContext, modules: [new Engine().compile(bytes)] };
    for (const format of kind.formats.filter((f) => !kind.fileFormats.includes(f))) {
      expect(kind.render(result, format, context)).toEqual(analysis?.report(format, reportContext));
    }
  });

  test.runIf(kind.merge !== undefined)('merges in any order and grouping', async () => {
    const { merge } = kind;
    if (merge === undefined) return;
    const [a, b, c] = (await Promise.all([3, 0, 5].map((arg) => shard(kind, arg)))) as [unknown, unknown, unknown];
    expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)));
    expect(merge(a, b)).toEqual(merge(b, a));
    expect(merge(merge(c, a), b)).toEqual(merge(merge(a, b), c));
  });
});
