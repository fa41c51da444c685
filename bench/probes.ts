/**
 * What probes cost in the interpreter: `npx tsx bench/probes.ts`
 *
 * For each kind: nanoseconds per event over a run of the same program without probes, taken in turns with it; the median.
 * `alone`: in a process that has seen no other kind, so that the host inlines what it can. `among others`: in one
 * that has used all kinds, as in a session with several analyses.
 * Then the time to insert 100,000 probes and to remove them.
 */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ENTRY_PC, insertProbe, type LocalProbe, type ModuleInstance, removeProbe } from '../engine/index.ts';
import {
  type Attachment,
  CountMoreProbe,
  CountProbe,
  HistogramProbe,
  Insertions,
  LastValueProbe,
  OneShotProbe,
  RangeProbe,
  SampleProbe,
  SwitchProbe,
  TakenProbe,
} from '../probes/index.ts';
import { load, type Program } from '../wasm-tests/support/program.ts';
import { shuffled } from '../wasm-tests/support/random.ts';
import { DATA_FIELDS, type EventKind, eventKinds } from './event-kinds.ts';
import { interleaved, median, type Task } from './measure.ts';

const ITERATIONS = 200_000;
const ROUNDS = 15;

const PROGRAM = `(module ${DATA_FIELDS}
  (func $step (export "step") (param $n i32) (result i32) (i32.and (local.get $n) (i32.const 7)))
  (func (export "loop") (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (i32.and (local.get $n) (i32.const 7))))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (func (export "calls") (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (call $step (local.get $n))))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))`;

interface Kind extends EventKind {
  /** Events of a run; default: one for each iteration. */
  readonly events?: number;
}

/** A kind whose probe stands at the loop's `br_if`. */
function atBranch(name: string, make: () => LocalProbe): Kind {
  return {
    name,
    run: 'loop',
    attach: (p) => {
      const insertions = new Insertions();
      insertions.local(p.instance, p.func('loop'), p.pc('loop', 'br_if'), make());
      return insertions;
    },
  };
}

function generic(name: string, run: Kind['run'], attach: (p: Program, insertions: Insertions) => void): Kind {
  return {
    name,
    run,
    attach: (p) => {
      const insertions = new Insertions();
      attach(p, insertions);
      return insertions;
    },
  };
}

const nothing: LocalProbe = { name: 'nothing', fire: () => {} };
/** Where what is read goes, so that reading it is not optimised away. */
const sink: { last: unknown } = { last: undefined };

const kinds: readonly Kind[] = [
  atBranch('CountProbe', () => new CountProbe()),
  atBranch('CountMoreProbe', () => new CountMoreProbe(5)),
  atBranch('TakenProbe', () => new TakenProbe()),
  atBranch('HistogramProbe', () => new HistogramProbe(256)),
  atBranch('RangeProbe', () => new RangeProbe()),
  atBranch('LastValueProbe', () => new LastValueProbe()),
  atBranch('OneShotProbe', () => new OneShotProbe(new CountProbe())),
  atBranch('SampleProbe(1000)', () => new SampleProbe(1000, new CountProbe())),
  atBranch('SwitchProbe, off', () => new SwitchProbe(new CountProbe(), false)),
  atBranch('SwitchProbe, on', () => new SwitchProbe(new CountProbe())),
  generic('8 CountProbes at one place', 'loop', (p, insertions) => {
    for (let i = 0; i < 8; i++) insertions.local(p.instance, p.func('loop'), p.pc('loop', 'br_if'), new CountProbe());
  }),
  atBranch('local probe, empty', () => nothing),
  atBranch('local probe, reads pc', () => ({
    fire: (frame) => {
      sink.last = frame.pc;
    },
  })),
  atBranch('local probe, reads an operand', () => ({
    needs: { operands: 1 },
    fire: (frame) => {
      sink.last = frame.operand(0);
    },
  })),
  atBranch('local probe, reads a local', () => ({
    needs: { locals: true },
    fire: (frame) => {
      sink.last = frame.local(0);
    },
  })),
  generic('entry probe, empty', 'calls', (p, insertions) =>
    insertions.local(p.instance, p.func('step'), ENTRY_PC, nothing),
  ),
  generic('exit probe, empty', 'calls', (p, insertions) =>
    insertions.exit(p.instance, p.func('step'), { name: 'nothing', exit: () => {} }),
  ),
  generic('exit probe, reads results', 'calls', (p, insertions) =>
    insertions.exit(p.instance, p.func('step'), {
      needs: { results: true },
      exit: (_, exit) => {
        sink.last = exit.results;
      },
    }),
  ),
  {
    ...generic('global probe, empty', 'loop', (p, insertions) => insertions.everywhere(p.instance, nothing)),
    events: globalEvents(),
  },
  ...eventKinds,
];

/** Instructions of a run of `loop`, counted. */
function globalEvents(): number {
  const program = load(PROGRAM);
  const count = new CountProbe();
  const insertions = new Insertions();
  insertions.everywhere(program.instance, count);
  program.call('loop', ITERATIONS);
  insertions.detach();
  return count.count;
}

/** Nanoseconds per event of each of the kinds. */
async function costs(chosen: readonly Kind[]): Promise<Record<string, number>> {
  const program = load(PROGRAM);
  const runs = [...new Set(chosen.map(({ run }) => run))];
  const tasks: Task[] = runs.map((run) => ({ name: `plain ${run}`, run: () => program.call(run, ITERATIONS) }));
  for (const kind of chosen) {
    let attachment: Attachment | undefined;
    tasks.push({
      name: kind.name,
      before: () => (attachment = kind.attach(program)),
      run: () => program.call(kind.run, ITERATIONS),
      after: () => attachment?.detach(),
    });
  }
  const samples = await interleaved(tasks, ROUNDS);
  const result: Record<string, number> = {};
  for (const { name, run, events = ITERATIONS } of chosen) {
    const plain = samples.get(`plain ${run}`) as number[];
    const differences = (samples.get(name) as number[]).map((ms, round) => ms - (plain[round] as number));
    result[name] = (median(differences) * 1e6) / events;
  }
  return result;
}

/** The cost of one kind in a process of its own. */
function costAlone(kind: Kind): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [kind.name]);
    child.on('message', (message) => resolve((message as Record<string, number>)[kind.name] as number));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code !== 0) reject(new Error(`the process for ${kind.name} ended with code ${code}`));
    });
  });
}

interface Spot {
  readonly func: number;
  readonly pc: number;
}

const PROBES = 100_000;
const REQUEST_ROUNDS = 9;

/** `functions` functions that have 100,000 instructions together. */
function largeProgram(functions: number): Program {
  const nops = 'nop '.repeat(PROBES / functions - 1);
  return load(`(module ${`(func ${nops})\n`.repeat(functions)})`);
}

function spotsOf(program: Program): Spot[] {
  return program.instance.funcs.flatMap(({ index }) => program.pcs(index).map((pc) => ({ func: index, pc })));
}

interface Requests {
  readonly name: string;
  readonly functions: number;
  order(spots: readonly Spot[]): readonly Spot[];
}

const requests: readonly Requests[] = [
  { name: '1,000 functions, in order', functions: 1000, order: (spots) => spots },
  { name: '1,000 functions, shuffled', functions: 1000, order: (spots) => shuffled(spots, 1) },
  { name: 'one function, in order', functions: 1, order: (spots) => spots },
  { name: 'one function, shuffled', functions: 1, order: (spots) => shuffled(spots, 1) },
  { name: 'one place', functions: 1, order: (spots) => spots.map(() => spots[0] as Spot) },
];

interface Duration {
  readonly wallMs: number;
  /** Time of the processor, in all threads: does not grow when others use the machine. */
  readonly cpuMs: number;
}

function timed(action: () => void): Duration {
  const cpu = process.cpuUsage();
  const start = performance.now();
  action();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

/** How long it takes to insert and to remove 100,000 probes. */
function timeRequests(program: Program, spots: readonly Spot[]): [Duration, Duration] {
  const { instance } = program;
  const probes = spots.map(() => new CountProbe());
  const insert = timed(() => {
    spots.forEach(({ func, pc }, i) => {
      insertProbe(instance, func, pc, probes[i] as LocalProbe);
    });
  });
  const remove = timed(() => {
    spots.forEach(({ func, pc }, i) => {
      removeProbe(instance, func, pc, probes[i] as LocalProbe);
    });
  });
  requireClean(instance);
  return [insert, remove];
}

function requireClean(instance: ModuleInstance): void {
  if (instance.funcs.some((func) => func.probes !== null || func.code !== func.made?.units)) {
    throw new Error('probes were left behind');
  }
}

function durationText(durations: readonly Duration[]): string {
  const wall = median(durations.map(({ wallMs }) => wallMs));
  const cpu = median(durations.map(({ cpuMs }) => cpuMs));
  return `${wall.toFixed(1)} / ${cpu.toFixed(1)}`.padStart(18);
}

function printRequests(): void {
  console.log(`\n${PROBES} probes, milliseconds of wall clock / of the processor (medians of ${REQUEST_ROUNDS};`);
  console.log('"first": in a new instance, where the code is made as well)');
  console.log(
    `${'probes in'.padEnd(28)}${'insert, first'.padStart(18)}${'insert'.padStart(18)}${'remove'.padStart(18)}`,
  );
  for (const { name, functions, order } of requests) {
    const columns: [Duration[], Duration[], Duration[]] = [[], [], []];
    for (let round = 0; round < REQUEST_ROUNDS; round++) {
      const program = largeProgram(functions);
      const spots = order(spotsOf(program));
      columns[0].push(timeRequests(program, spots)[0]);
      const [insert, remove] = timeRequests(program, spots);
      columns[1].push(insert);
      columns[2].push(remove);
    }
    console.log(name.padEnd(28) + columns.map(durationText).join(''));
  }
}

async function main(): Promise<void> {
  const among = await costs(kinds);
  console.log(`interpreter, ns per event (median of ${ROUNDS}, over a run without probes)`);
  console.log(`${'kind'.padEnd(34)}${'alone'.padStart(10)}${'among others'.padStart(14)}`);
  for (const kind of kinds) {
    const alone = (await costAlone(kind)).toFixed(1);
    console.log(kind.name.padEnd(34) + alone.padStart(10) + (among[kind.name] as number).toFixed(1).padStart(14));
  }
  printRequests();
}

const [only] = process.argv.slice(2);
if (only === undefined) await main();
else process.send?.(await costs(kinds.filter(({ name }) => name === only)));
