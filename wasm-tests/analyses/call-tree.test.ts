/** Call tree: contexts nest whatever ends them, and every executed instruction is in exactly one of them. */

import { Profile } from 'pprof-format';
import { describe, expect, test } from 'vitest';
import type { CallTreeResult } from '../../analyses/index.ts';
import type { HotnessResult } from '../../analyses/hotness/data.ts';
import { bytesOf, goldenFolder, goldens, unsupportedFeature } from '../golden/golden.ts';
import { tierNames } from '../support/tiers.ts';
import { wat } from './support/programs.ts';
import { type BytesOptions, kindOf, reportContext, runBytes } from './support/run.ts';

/** `a > b x3`: path of each context, with its calls and instructions. */
function contexts({ nodes, functions }: CallTreeResult): [string, number, number][] {
  const paths: string[] = [];
  return nodes.map(({ parent, function: f, calls, instructions }) => {
    const name = functions[f]?.name ?? '?';
    const path = parent < 0 ? name : `${paths[parent]} > ${name}`;
    paths.push(path);
    return [path, calls, instructions ?? -1];
  });
}

async function treeOf(
  text: string,
  options: BytesOptions = {},
  asked: object = {},
): Promise<[string, number, number][]> {
  const bytes = await wat(text);
  const [first, ...others] = tierNames.map((tier) => {
    const run = runBytes(bytes, [{ name: 'call-tree', options: { ...asked } }], { ...options, tier });
    return contexts(run.results[0] as CallTreeResult);
  });
  for (const other of others) expect(other).toEqual(first);
  return first as [string, number, number][];
}

test('recursion, direct and indirect calls', async () => {
  const text = `(module
    (table funcref (elem $leaf))
    (func $leaf)
    (func $down (param i32)
      (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1))))))
    (func $main (export "main") (call $down (i32.const 2)) (call_indirect (i32.const 0)) (call $leaf)))`;
  expect(await treeOf(text)).toEqual([
    ['main', 1, 6],
    ['main > down', 1, 8],
    ['main > down > down', 1, 8],
    ['main > down > down > down', 1, 4],
    ['main > leaf', 2, 2],
  ]);
  expect(await treeOf(text, {}, { depth: 2 })).toEqual([
    ['main', 1, 6],
    ['main > down', 1, 20],
    ['main > leaf', 2, 2],
  ]);
  expect(await treeOf(text, {}, { except: ['down'] })).toEqual([
    ['main', 1, 26],
    ['main > leaf', 2, 2],
  ]);
});

test('a tail call ends its caller', async () => {
  const text = `(module (func $b) (func $a (return_call $b)) (func $main (export "main") (call $a) (call $b)))`;
  expect(await treeOf(text)).toEqual([
    ['main', 1, 3],
    ['main > a', 1, 1],
    ['main > b', 2, 2],
  ]);
});

test('a trap in the middle of a run counts what was executed, and ends all activations', async () => {
  const text = `(module
    (func $div (param i32) (result i32)
      (i32.add (i32.const 1) (i32.div_u (i32.const 1) (local.get 0))) (i32.const 2) drop)
    (func $main (export "main") (param i32) (drop (call $div (local.get 0))) nop nop))`;
  const call = (arg: number): { name: string; args: number[] } => ({ name: 'main', args: [arg] });
  expect(await treeOf(text, { calls: [call(0)] })).toEqual([
    ['main', 1, 2],
    ['main > div', 1, 4],
  ]);
  expect(await treeOf(text, { calls: [call(1), call(0)] })).toEqual([
    ['main', 2, 8],
    ['main > div', 2, 12],
  ]);
});

test('calls of the host are nodes, what they call is below, and their exceptions pass through', async () => {
  const text = `(module
    (type $void (func))
    (import "env" "host" (func $host (param i32)))
    (import "env" "thrower" (func $thrower))
    (table funcref (elem $thrower))
    (func $leaf (export "leaf"))
    (func $inner (call_indirect (type $void) (i32.const 0)) nop)
    (func $throws (export "throws") (call $inner) nop)
    (func $main (export "main") (call $host (i32.const 1)) (call $leaf)))`;
  const bytes = await wat(text);
  for (const tier of tierNames) {
    const exports: Record<string, () => void> = {};
    let calls = 0;
    const host = (): void => {
      exports.leaf?.();
      expect(() => exports.throws?.()).toThrow('thrown');
      calls++;
    };
    const thrower = (): never => {
      throw new Error('thrown');
    };
    const { Engine } = await import('../../engine/index.ts');
    const engine = new Engine({ tier: tier === 'interpreter' ? 'interpreter' : 'js' });
    const analysis = kindOf('call-tree').start(engine);
    const { Module, Instance } = engine.WebAssembly;
    Object.assign(exports, new Instance(new Module(bytes), { env: { host, thrower } }).exports);
    exports.main?.();
    expect(calls).toBe(1);
    expect(contexts(analysis.result() as CallTreeResult)).toEqual([
      ['main', 1, 4],
      ['main > host', 1, 0],
      ['main > host > leaf', 1, 1],
      ['main > host > throws', 1, 1],
      ['main > host > throws > inner', 1, 2],
      ['main > host > throws > inner > thrower', 1, 0],
      ['main > leaf', 1, 1],
    ]);
    analysis.stop();
  }
});

interface Speedscope {
  readonly shared: { readonly frames: readonly { readonly name: string }[] };
  readonly profiles: readonly {
    readonly type: string;
    readonly unit: string;
    readonly startValue: number;
    readonly endValue: number;
    readonly events: readonly { readonly type: 'O' | 'C'; readonly frame: number; readonly at: number }[];
  }[];
}

test.each(['instructions', 'time'])(
  'speedscope: events are in order and close what they opened, by %s',
  async (weight) => {
    const text = '(module (func $b) (func $a (call $b) (call $b)) (func $main (export "main") (call $a) (call $b)))';
    const { analyses } = runBytes(await wat(text), [{ name: 'flamegraph', options: { weight } }]);
    const file = JSON.parse(analyses[0]?.report('speedscope', reportContext).text as string) as Speedscope;
    expect(file.shared.frames.map(({ name }) => name)).toEqual(['main', 'a', 'b']);
    const [profile] = file.profiles;
    expect(profile).toMatchObject({
      type: 'evented',
      unit: weight === 'time' ? 'milliseconds' : 'none',
      startValue: 0,
    });
    const open: number[] = [];
    let last = 0;
    for (const { type, frame, at } of profile?.events ?? []) {
      expect(at).toBeGreaterThanOrEqual(last);
      last = at;
      if (type === 'O') open.push(frame);
      else expect(open.pop()).toBe(frame);
    }
    expect(open).toEqual([]);
    expect(profile?.endValue).toBe(last);
    if (weight === 'instructions') expect(last).toBe(9);
  },
);

test('folded stacks and Chrome trace events', async () => {
  const text = '(module (func $b) (func $a (call $b) (call $b)) (func $main (export "main") (call $a) (call $b)))';
  const { analyses } = runBytes(await wat(text), [{ name: 'flamegraph' }]);
  const [flame] = analyses;
  expect(flame?.report('folded', reportContext).text).toBe('main 3\nmain;a 3\nmain;a;b 2\nmain;b 1\n');
  const trace = JSON.parse(flame?.report('chrome', reportContext).text as string);
  expect(trace.traceEvents.map(({ ts, dur }: { ts: number; dur: number }) => [ts, dur])).toEqual([
    [0, 9],
    [3, 5],
    [6, 2],
    [8, 1],
  ]);
});

test.each(['instructions', 'time'])('pprof: stacks with calls and weights, by %s', async (weight) => {
  const text = '(module (func $b) (func $a (call $b) (call $b)) (func $main (export "main") (call $a) (call $b)))';
  const { analyses } = runBytes(await wat(text), [{ name: 'flamegraph', options: { weight } }]);
  const { bytes } = analyses[0]?.report('pprof', { ...reportContext, out: 'p.pb' }) ?? {};
  const { stringTable, sampleType, sample, location, function: functions } = Profile.decode(bytes as Uint8Array);
  const textAt = (index: unknown): string => stringTable.strings[Number(index)] as string;
  expect(sampleType.map(({ type, unit }) => [textAt(type), textAt(unit)])).toEqual([
    ['calls', 'count'],
    weight === 'time' ? ['time', 'nanoseconds'] : ['instructions', 'count'],
  ]);
  const nameAt = (id: unknown): string => {
    const line = location.find((l) => l.id === id)?.line[0];
    return textAt(functions.find((f) => f.id === line?.functionId)?.name);
  };
  const stacks = sample.map(({ locationId, value }) => [locationId.map(nameAt).join(' < '), Number(value[0])]);
  expect(stacks).toEqual([
    ['main', 1],
    ['a < main', 1],
    ['b < a < main', 2],
    ['b < main', 1],
  ]);
  if (weight === 'instructions') expect(sample.map(({ value }) => Number(value[1]))).toEqual([3, 3, 2, 1]);
});

describe.skipIf(goldenFolder === undefined)('counts as many instructions as another engine', () => {
  const measured = goldens().filter((golden) => unsupportedFeature(golden) === undefined);
  test.each(measured.map((golden) => [golden.name, golden] as const))('%s', (_name, golden) => {
    for (const tier of tierNames) {
      const asked = [{ name: 'call-tree', options: { time: false } }, { name: 'hotness' }];
      const { results } = runBytes(bytesOf(golden), asked, { tier, calls: [{ name: golden.entry }] });
      const [tree, hotness] = results as [CallTreeResult, HotnessResult];
      const self = new Map<number, number>();
      for (const { function: f, instructions } of tree.nodes) {
        const { index } = tree.functions[f] as CallTreeResult['functions'][number];
        self.set(index, (self.get(index) ?? 0) + (instructions ?? 0));
      }
      const expected = hotness.modules[0]?.functions.map((f) => [f.index, f.counts.reduce((a, b) => a + b, 0)]);
      expect([...self].sort(([a], [b]) => a - b)).toEqual(expected);
      expect([...self.values()].reduce((a, b) => a + b, 0)).toBe(golden.executed);
    }
  });
});
