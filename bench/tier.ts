/**
 * Speed of the compiling tier: `npm run bench:tier [program...] [-- --engines a,b --rounds N --small --json FILE]`.
 *
 * Steady state: every engine runs a program until V8 has optimised it, then they take turns; medians, as ratios to V8's own
 * WebAssembly running the same bytes. Each program has a process of its own. Engines that give another result than
 * V8's are not timed.
 */

import { writeFileSync } from 'node:fs';
import { inChild, serve } from './child.ts';
import { type EngineName, engineNames, isEngineName, type Run } from './engines.ts';
import { measure, type Timing, warmUp } from './measure.ts';
import { type BenchOptions, benchOptions, hostText, SMALL_NOTE } from './options.ts';
import { programsOf, type TierProgram, tierPrograms } from './tier-programs.ts';
import { type Measured, resultTable, verdicts } from './tier-report.ts';

const WARM_UP_MS = 1000;
const TURN_MS = 100;
/** Programs that take an engine longer than this are measured in fewer rounds. */
const SLOW_MS = 1500;
const ROUNDS_OF_SLOW = 3;

interface Order {
  readonly name: string;
  readonly engines: readonly EngineName[];
  readonly rounds: number;
  readonly isSmall: boolean;
}

/** Why an engine is left out, in a few words; undefined if it computes what it should. */
async function failureOf(action: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.split('\n', 1)[0] ?? message;
  }
}

function expectResult(run: Run, n: number, expected: number): void {
  const result = run(n);
  if (!Object.is(result, expected)) throw new WrongResult(n, result, expected);
}

class WrongResult extends Error {
  constructor(n: number, result: number, expected: number) {
    super(`wrong: run(${n}) is ${result}, not ${expected}`);
  }
}

/** In a process of its own: loads a program into all engines, compares what they compute, and times them. */
async function measureProgram({ name, engines, rounds, isSmall }: Order): Promise<Measured> {
  const [program] = programsOf(tierPrograms, [name]) as [TierProgram];
  const n = isSmall ? program.small.n : program.n;
  const runs = new Map<EngineName, Run>();
  const failures: Partial<Record<EngineName, string>> = {};
  let expected: number | undefined;
  let slowest = 0;
  for (const engine of engines) {
    const failure = await failureOf(async () => {
      const run = await program.load(engine);
      expectResult(run, program.small.n, program.small.result);
      const start = performance.now();
      expected ??= run(n);
      expectResult(run, n, expected);
      slowest = Math.max(slowest, performance.now() - start);
      warmUp(() => run(n), isSmall ? 10 : WARM_UP_MS);
      expectResult(run, n, expected);
      runs.set(engine, run);
    });
    if (failure !== undefined) failures[engine] = failure;
  }
  const tasks = Object.fromEntries([...runs].map(([engine, run]) => [engine, () => run(n)]));
  const options = { rounds: slowest > SLOW_MS ? Math.min(rounds, ROUNDS_OF_SLOW) : rounds, turnMs: TURN_MS };
  const times: Partial<Record<EngineName, Timing>> = await measure(tasks, options);
  return { name, group: program.group, n, times, failures };
}

/** A process that ends before it answers is a failure of every engine, and the other programs go on. */
async function measureInChild({ name, group, n }: TierProgram, order: Order): Promise<Measured> {
  try {
    return await inChild<Order, Measured>(import.meta.url, order);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      name,
      group,
      n,
      times: {},
      failures: Object.fromEntries(order.engines.map((engine) => [engine, message])),
    };
  }
}

function enginesOf({ chosen }: BenchOptions): EngineName[] {
  if (chosen === undefined) return engineNames.filter((name) => name !== 'interpreter');
  const wrong = chosen.find((name) => !isEngineName(name));
  if (wrong !== undefined) throw new Error(`there is no engine ${wrong}: there are ${engineNames.join(', ')}`);
  // V8's own comes first: the others are compared with it.
  return engineNames.filter((name) => name === 'native' || chosen.includes(name));
}

async function main(): Promise<void> {
  const options = benchOptions('engines', 7);
  const { names, rounds, isSmall, json } = options;
  const engines = enginesOf(options);
  const measured: Measured[] = [];
  for (const program of programsOf(tierPrograms, names)) {
    process.stderr.write(`${program.name} `);
    measured.push(await measureInChild(program, { name: program.name, engines, rounds, isSmall }));
  }
  process.stderr.write('\n');
  console.log(`${hostText()}; medians of ${rounds} turns, ratios to V8's WebAssembly\n`);
  console.log(resultTable(engines, measured));
  console.log(`\n${isSmall ? SMALL_NOTE : verdicts(engines, measured).join('\n')}`);
  if (json !== undefined) writeFileSync(json, JSON.stringify({ host: hostText(), rounds, isSmall, measured }, null, 2));
}

if (!(await serve(measureProgram))) await main();
