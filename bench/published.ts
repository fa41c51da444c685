/**
 * What analyses cost on kernels of the kind of PolyBench, as papers about such systems show it:
 * `npm run bench [kernel...] [-- --analyses a,b --rounds N --small --json FILE]`.
 *
 * Each kernel has a process of its own, in which V8's WebAssembly, our tiers without probes, and each tier with each analysis take
 * turns; medians of times in the steady state. Every result is compared with V8's, and that of a small run with a known one. The
 * argument is the same in all of them, and so small that the interpreter can take part.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { analysisKinds } from '../analyses/index.ts';
import { internals } from '../engine/index.ts';
import { inChild, serve } from './child.ts';
import { engineOf, loadRun, type Run, type TierName } from './engines.ts';
import { type Kernel, kernelFile, kernels } from './kernels.ts';
import { geometricMean, measure, warmUp } from './measure.ts';
import { benchOptions, hostText, SMALL_NOTE } from './options.ts';
import { published } from './published-figures.ts';
import { failureLines, textTable } from './table.ts';
import { programsOf } from './tier-programs.ts';

/** Part of the argument with which V8 takes some 30 ms. */
const SCALE = 0.25;
const WARM_UP_MS: Readonly<Record<string, number>> = { js: 500, interpreter: 100, native: 100 };
const TURN_MS = 50;
const NATIVE = 'native';
const PLAIN = 'plain';

const tiers = ['interpreter', 'js'] as const satisfies readonly TierName[];
const standard = ['hotness', 'branches', 'coverage', 'memory-trace', 'calls'];

interface Order {
  readonly name: string;
  readonly analyses: readonly string[];
  readonly rounds: number;
  readonly isSmall: boolean;
}

/** By `native`, or by tier and analysis: `js plain`, `js hotness`. */
type Times = Readonly<Record<string, number>>;

interface Measured {
  readonly name: string;
  readonly ms: Times;
  readonly failures: Readonly<Record<string, string>>;
}

const keyOf = (tier: string, analysis: string): string => `${tier} ${analysis}`;

/** `run` in a tier, with an analysis attached from the beginning or without. */
function runIn(tier: TierName, analysis: string, file: string): Run {
  const engine = engineOf(tier);
  const kind = analysisKinds.find(({ name }) => name === analysis);
  const running = kind?.start(engine);
  const { Module, Instance } = engine.WebAssembly;
  const object = new Instance(new Module(new Uint8Array(readFileSync(file))));
  running?.started();
  if (kind !== undefined && !hasProbes(internals.instanceOf(object))) throw new Error(`${analysis} attaches nothing`);
  return object.exports.run as Run; // kernels export it
}

function hasProbes({ funcs, globalProbes }: ReturnType<typeof internals.instanceOf>): boolean {
  return globalProbes.length > 0 || funcs.some(({ probes }) => probes !== null);
}

/** In a process of its own. */
async function measureKernel({ name, analyses, rounds, isSmall }: Order): Promise<Measured> {
  const [kernel] = programsOf(kernels, [name]) as [Kernel];
  const { small } = kernel;
  const n = isSmall ? small.n : Math.max(small.n, Math.round(kernel.n * SCALE));
  const file = await kernelFile(kernel);
  const runs: Record<string, Run> = {};
  const failures: Record<string, string> = {};
  const native = await loadRun(NATIVE, file);
  const expected = native(n);
  const add = (key: string, warmUpMs: number, make: () => Run): void => {
    try {
      const run = make();
      expectResult(run(small.n), small.result);
      expectResult(run(n), expected);
      warmUp(() => run(n), isSmall ? 1 : warmUpMs);
      expectResult(run(n), expected);
      runs[key] = run;
    } catch (error) {
      failures[key] = error instanceof Error ? error.message : String(error);
    }
  };
  add(NATIVE, WARM_UP_MS.native as number, () => native);
  for (const tier of tiers) {
    for (const analysis of [PLAIN, ...analyses]) {
      add(keyOf(tier, analysis), WARM_UP_MS[tier] as number, () => runIn(tier, analysis, file));
    }
  }
  const tasks = Object.fromEntries(Object.entries(runs).map(([key, run]) => [key, () => run(n)]));
  const times = await measure(tasks, { rounds, turnMs: isSmall ? 1 : TURN_MS });
  return {
    name,
    ms: Object.fromEntries(Object.entries(times).map(([key, { medianMs }]) => [key, medianMs])),
    failures,
  };
}

function expectResult(result: number, expected: number): void {
  if (!Object.is(result, expected)) throw new Error(`computes ${result}, not ${expected}`);
}

async function measureInChild(order: Order): Promise<Measured> {
  try {
    return await inChild<Order, Measured>(import.meta.url, order);
  } catch (error) {
    return { name: order.name, ms: {}, failures: { all: error instanceof Error ? error.message : String(error) } };
  }
}

const times = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 2 : ratio < 100 ? 1 : 0)}x`;

/** Time of `key` in units of that of `base`; undefined where one of them failed. */
function ratioOf({ ms }: Measured, key: string, base: string): number | undefined {
  const [time, unit] = [ms[key], ms[base]];
  return time === undefined || unit === undefined ? undefined : time / unit;
}

function tierTable(measured: readonly Measured[], tier: string, analyses: readonly string[]): string {
  const plain = keyOf(tier, PLAIN);
  const pairs = [[plain, NATIVE], ...analyses.map((analysis) => [keyOf(tier, analysis), plain])] as [string, string][];
  const row = (one: Measured): string[] => [
    one.name,
    one.ms[NATIVE]?.toFixed(2) ?? 'fails',
    ...pairs.map(([key, base]) => {
      const ratio = ratioOf(one, key, base);
      return ratio === undefined ? 'fails' : times(ratio);
    }),
  ];
  const mean = (pick: (one: Measured) => number | undefined): string => {
    const ratios = measured.map(pick).filter((ratio) => ratio !== undefined);
    return ratios.length === 0 ? '-' : times(geometricMean(ratios));
  };
  const means = ['= mean', '', ...pairs.map(([key, base]) => mean((one) => ratioOf(one, key, base)))];
  const toNative = ['= to V8', '', ...pairs.map(([key]) => mean((one) => ratioOf(one, key, NATIVE)))];
  const rows = [...measured.map(row), means, toNative];
  return textTable([tier, 'V8 ms', 'to V8', ...analyses], rows);
}

async function main(): Promise<void> {
  const { names, chosen = standard, rounds, isSmall, json } = benchOptions('analyses', 5);
  const known = analysisKinds.map(({ name }) => name);
  const wrong = chosen.find((name) => !known.includes(name));
  if (wrong !== undefined) throw new Error(`there is no analysis ${wrong}: there are ${known.join(', ')}`);
  const all = kernels.filter(({ group }) => group === 'polybench');
  const measured: Measured[] = [];
  for (const { name } of programsOf(all, names)) {
    process.stderr.write(`${name} `);
    measured.push(await measureInChild({ name, analyses: chosen, rounds, isSmall }));
  }
  process.stderr.write('\n');
  console.log(
    `${hostText()}; medians of ${rounds} turns. Analyses: times the same tier without them; "to V8": times V8\n`,
  );
  console.log(tiers.map((tier) => tierTable(measured, tier, chosen)).join('\n\n'));
  for (const line of failureLines(measured)) console.log(line);
  if (isSmall) console.log(`\n${SMALL_NOTE}`);
  else console.log(`\nOther systems:\n${textTable(['system', 'what', 'costs', 'from'], published)}`);
  if (json !== undefined) writeFileSync(json, JSON.stringify({ host: hostText(), rounds, isSmall, measured }, null, 2));
  if (measured.some(({ failures }) => Object.keys(failures).length > 0)) process.exitCode = 1;
}

if (!(await serve(measureKernel))) await main();
