/** What an engine tells of insertions, how events of others are counted by it, and empty probes at their places. */

import { describe, expect, test } from 'vitest';
import { type AnalysisKind, analysisKinds } from '../../analyses/index.ts';
import {
  type Engine,
  type Insertion,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  type LocalProbe,
  type ModuleInstance,
  removeExitProbe,
  removeGlobalProbe,
  removeProbe,
} from '../../engine/index.ts';
import { CountProbe, InsertionRecorder, insertEmptyProbes, insertOneShots, onEntry } from '../../probes/index.ts';
import { stateOf } from '../compiler/support/states.ts';
import { load, type Program } from '../support/program.ts';
import { isThorough } from '../support/thorough.ts';
import { engineIn, type TierName, tierNames } from '../support/tiers.ts';

const FIB = `
  (module (func $fib (export "fib") (param i32) (result i32)
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else (i32.add
        (call $fib (i32.sub (local.get 0) (i32.const 1)))
        (call $fib (i32.sub (local.get 0) (i32.const 2))))))))`;

/** Calls of fib(10). */
const CALLS = 177;

/** Loops, calls, branches of all kinds, accesses, and in the end a trap. */
const VARIED = `
  (module
    (memory (export "memory") 1)
    (global $g (mut i32) (i32.const 0))
    (table funcref (elem $twice $once))
    (type $unary (func (param i32) (result i32)))
    (func (export "main") (param $n i32) (result i32)
      (loop $again
        (i32.store (i32.mul (local.get $n) (i32.const 4)) (call $twice (local.get $n)))
        (drop (call_indirect (type $unary) (local.get $n) (i32.and (local.get $n) (i32.const 1))))
        (block $b (block $a (br_table $a $b (i32.and (local.get $n) (i32.const 1)))) (global.set $g (local.get $n)))
        (drop (select (global.get $g) (i32.const 2) (i32.eqz (local.get $n))))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (f64.store (i32.const 0) (f64.div (f64.const 0) (f64.const 0)))
      (i32.load (i32.sub (i32.const 0) (i32.const 1))))
    (func $twice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
    (func $once (param i32) (result i32) (local.get 0)))`;

function silently(action: () => unknown): void {
  try {
    action();
  } catch {
    // a trap, which the program is made for
  }
}

describe('an engine tells its observers', () => {
  test('of each insertion and removal, whoever asks for it, as long as they observe', () => {
    const program = load(FIB);
    const { instance, engine } = program;
    const told: [string, Insertion][] = [];
    const stop = engine.observe({
      onProbeInserted: (insertion) => told.push(['inserted', insertion]),
      onProbeRemoved: (insertion) => told.push(['removed', insertion]),
    });
    const probe = { fire: () => {}, exit: () => {} };
    const pc = program.pc('fib', 'call');
    insertProbe(instance, 0, pc, probe);
    insertExitProbe(instance, 0, probe);
    insertGlobalProbe(instance, probe);
    expect(removeProbe(instance, 0, 0, probe)).toBe(false); // is not there, and not told
    removeProbe(instance, 0, pc, probe);
    removeExitProbe(instance, 0, probe);
    removeGlobalProbe(instance, probe);
    stop();
    insertProbe(instance, 0, pc, probe);
    const local = { kind: 'local', instance, func: 0, pc, probe };
    const exit = { kind: 'exit', instance, func: 0, probe };
    const global = { kind: 'global', instance, probe };
    expect(told).toEqual([
      ...[local, exit, global].map((insertion) => ['inserted', insertion]),
      ...[local, exit, global].map((insertion) => ['removed', insertion]),
    ]);
  });

  test('of removals that a probe makes while it fires', () => {
    const removed: number[] = [];
    const program = load(FIB);
    program.engine.observe({ onProbeRemoved: ({ kind, ...rest }) => removed.push('pc' in rest ? rest.pc : -1) });
    insertOneShots(program.instance, { func: 0, pcs: [0] }, () => {});
    program.call('fib', 3);
    expect(removed).toEqual([0]);
  });

  test('and not of insertions that fail', () => {
    const program = load(FIB);
    const told: Insertion[] = [];
    program.engine.observe({ onProbeInserted: (insertion) => told.push(insertion) });
    expect(() => insertProbe(program.instance, 0, 1_000_000, new CountProbe())).toThrow();
    expect(told).toEqual([]);
  });
});

/** Runs a program with something attached, and a recorder behind it. */
function recorded(
  tier: TierName,
  attach: (engine: Engine) => void,
  { wat = VARIED, run = (program: Program): unknown => program.call('main', 5), hasMoments = false } = {},
): { readonly recorder: InsertionRecorder; readonly program: Program } {
  const engine = engineIn(tier);
  attach(engine);
  const recorder = new InsertionRecorder(engine, { hasMoments });
  const program = load(wat, { engine });
  silently(() => run(program));
  return { recorder, program };
}

const onInstances = (attach: (instance: ModuleInstance) => void) => (engine: Engine) =>
  void engine.observe({ onInstance: attach });

describe.each(tierNames)('a recorder in the tier %s', (tier) => {
  const run = (program: Program): unknown => program.call('fib', 10);

  test('counts the events of others: entries, ends, instructions', () => {
    const entries = recorded(
      tier,
      onInstances((instance) => void onEntry(instance, () => {})),
      { wat: FIB, run },
    );
    expect(entries.recorder.events).toBe(CALLS);
    const ends = recorded(
      tier,
      onInstances((instance) => insertExitProbe(instance, 0, { exit: () => {} })),
      {
        wat: FIB,
        run,
      },
    );
    expect(ends.recorder.events).toBe(CALLS);
    const own = new CountProbe();
    const all = recorded(
      tier,
      onInstances((instance) => insertGlobalProbe(instance, own)),
      { wat: FIB, run },
    );
    expect(all.recorder.events).toBe(own.count);
    expect(own.count).toBeGreaterThan(CALLS * 5);
  });

  test('counts each insertion of one probe by itself, and none that is gone', () => {
    const probe = new CountProbe();
    const attach = onInstances((instance) => {
      insertProbe(instance, 0, 0, probe);
      insertProbe(instance, 0, 0, probe);
      insertOneShots(instance, { func: 0, pcs: [0] }, () => {});
    });
    const { recorder } = recorded(tier, attach, { wat: FIB, run });
    expect(probe.count).toBe(2 * CALLS);
    expect([recorder.events, recorder.insertions, recorder.changes]).toEqual([2 * CALLS + 1, 3, 1]);
  });
});

describe('empty probes', () => {
  const tiers: readonly TierName[] = isThorough ? tierNames : ['interpreter', 'js'];

  test.each(tiers)('have as many events as those whose places they take, for every analysis: %s', (tier) => {
    const counts = (kind: AnalysisKind): [string, number, number] => {
      const { recorder } = recorded(tier, (engine) => kind.start(engine), { hasMoments: true });
      const log = structuredClone(recorder.log()); // as it goes to another process
      const empty = recorded(
        tier,
        onInstances((instance) => void insertEmptyProbes(instance, log)),
      );
      expect(empty.recorder.changes, kind.name).toBe(recorder.changes);
      return [kind.name, recorder.events, empty.recorder.events];
    };
    const all = analysisKinds.map(counts);
    expect(all.map(([name, , events]) => [name, events])).toEqual(all.map(([name, events]) => [name, events]));
    expect(all.filter(([, events]) => events > 0).length).toBeGreaterThan(20);
  });

  test('come and go as others did, also when those were inserted by events', () => {
    /** Inserts a counter at the third call, which goes at the ninth. */
    class Switching implements LocalProbe {
      private calls = 0;
      readonly counter = new CountProbe();
      private readonly instance: ModuleInstance;
      constructor(instance: ModuleInstance) {
        this.instance = instance;
      }
      fire(): void {
        this.calls++;
        if (this.calls === 3) insertProbe(this.instance, 0, 0, this.counter);
        if (this.calls === 9) removeProbe(this.instance, 0, 0, this.counter);
      }
    }
    const run = (program: Program): unknown => program.call('fib', 10);
    let switching: Switching | undefined;
    const attach = onInstances((instance) => {
      switching = new Switching(instance);
      insertProbe(instance, 0, 0, switching);
    });
    const { recorder } = recorded('js', attach, { wat: FIB, run, hasMoments: true });
    expect(switching?.counter.count).toBe(6); // the third event is over, the ninth not yet
    const log = recorder.log();
    const empty = recorded(
      'js',
      onInstances((instance) => void insertEmptyProbes(instance, log)),
      { wat: FIB, run },
    );
    expect(empty.recorder.events).toBe(CALLS + 6);
    expect(recorder.events).toBe(CALLS + 6);
  });

  test('in place of counters cost compiled code nothing: it is the same as without', () => {
    const attach = onInstances((instance) => insertProbe(instance, 0, 0, new CountProbe()));
    const log = recorded('js', attach, { wat: FIB }).recorder.log();
    const plain = load(FIB, { engine: engineIn('js') });
    const onInstance = (instance: ModuleInstance): void => void insertEmptyProbes(instance, log);
    const empty = load(FIB, { engine: engineIn('js'), onInstance });
    for (const program of [plain, empty]) expect(program.call('fib', 10)).toBe(55);
    expect(stateOf(empty, 'fib').unit?.source).toBe(stateOf(plain, 'fib').unit?.source);
  });

  test('are gone when they are detached', () => {
    const { recorder } = recorded('interpreter', (engine) => analysisKinds[0]?.start(engine), { hasMoments: true });
    const engine = engineIn('interpreter');
    const program = load(VARIED, { engine });
    const { instance } = program;
    insertEmptyProbes(instance, recorder.log()).detach();
    expect(instance.funcs.map(({ probes }) => probes)).toEqual(instance.funcs.map(() => null));
  });
});
