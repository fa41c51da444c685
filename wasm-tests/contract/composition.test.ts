/** Rules 27 and 28 of the probe contract: analyses together, and after they were detached. */

import { describe, expect, it } from 'vitest';
import { type Analysis, Coverage } from '../../analyses/index.ts';
import { type ExitProbe, type Frame, functionInstructions, type ModuleInstance } from '../../engine/index.ts';
import { CountProbe, Insertions, TakenProbe } from '../../probes/index.ts';
import type { Program } from '../support/program.ts';
import { shuffled } from '../support/random.ts';
import { loader, tiers } from './tiers.ts';

/** How often each instruction of each function was executed, by module bytes' length, function and pc. */
class Hotness implements Analysis<Record<string, number>> {
  private readonly counts = new Map<string, CountProbe>();
  private readonly insertions = new Insertions();

  attach(instance: ModuleInstance): void {
    const { module } = instance;
    for (let func = module.importCounts.function; func < instance.funcs.length; func++) {
      for (const pc of functionInstructions(module, func).pcs) {
        const key = `${module.bytes.length} ${func} ${pc}`;
        const count = this.counts.get(key) ?? new CountProbe();
        this.counts.set(key, count);
        this.insertions.local(instance, func, pc, count);
      }
    }
  }

  detach(): void {
    this.insertions.detach();
  }

  result(): Record<string, number> {
    return Object.fromEntries([...this.counts].map(([key, { count }]) => [key, count]));
  }
}

/** All instructions in the order of their execution, as a checksum, with a global probe. */
class Trace implements Analysis<{ hash: number; length: number }> {
  private hash = 0;
  private length = 0;
  private readonly insertions = new Insertions();

  attach(instance: ModuleInstance): void {
    this.insertions.everywhere(instance, {
      needs: { stack: true },
      fire: (frame) => {
        this.hash = (Math.imul(this.hash, 31) + frame.func.index * 1000 + frame.pc + frame.depth) | 0;
        this.length++;
      },
    });
  }

  detach(): void {
    this.insertions.detach();
  }

  result(): { hash: number; length: number } {
    return { hash: this.hash, length: this.length };
  }
}

/** Entries and ends of activations; its probes come and go while the program runs. */
class Calls implements Analysis<Record<string, number>> {
  private readonly counts: Record<string, number> = {};
  private readonly insertions = new Insertions();

  attach(instance: ModuleInstance): void {
    const count = (key: string): void => {
      this.counts[key] = (this.counts[key] ?? 0) + 1;
    };
    for (let func = instance.module.importCounts.function; func < instance.funcs.length; func++) {
      const exit: ExitProbe = { exit: (_frame, { reason }) => count(`${func} ${reason}`) };
      const entry = {
        fire: (_frame: Frame) => {
          count(`${func} entered`);
        },
      };
      this.insertions.local(instance, func, 0, entry);
      this.insertions.exit(instance, func, exit);
    }
  }

  detach(): void {
    this.insertions.detach();
  }

  result(): Record<string, number> {
    return { ...this.counts };
  }
}

/** Which way the conditions of one module's `if` instructions go. */
class Bias implements Analysis<number[][]> {
  private readonly probes: TakenProbe[] = [];
  private readonly insertions = new Insertions();
  private readonly program: (instance: ModuleInstance) => readonly (readonly [number, number])[];

  constructor(program: (instance: ModuleInstance) => readonly (readonly [number, number])[]) {
    this.program = program;
  }

  attach(instance: ModuleInstance): void {
    for (const [func, pc] of this.program(instance)) {
      const probe = new TakenProbe();
      this.probes.push(probe);
      this.insertions.local(instance, func, pc, probe);
    }
  }

  detach(): void {
    this.insertions.detach();
  }

  result(): number[][] {
    return this.probes.map(({ taken, notTaken }) => [taken, notTaken]);
  }
}

const FIRST = `(module (import "host" "f" (func $host (param i32)))
  (func $fib (export "fib") (param $n i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $n) (i32.const 2)) (then (local.get $n))
      (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1))) (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
  (func (export "main") (param i32) (result i32)
    (call $host (local.get 0)) (call $fib (local.get 0)))
  (func (export "fail") (param i32) (drop (i32.div_u (i32.const 1) (local.get 0)))))`;

const SECOND = `(module (import "other" "main" (func $main (param i32) (result i32))) (memory 1)
  (func (export "main") (param i32) (result i32)
    (loop (i32.store8 (local.get 0) (i32.const 1)) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (if (result i32) (i32.load8_u (i32.const 3)) (then (call $main (i32.const 6))) (else (i32.const -1)))))`;

describe.each(tiers)('analyses in tier $name', (tier) => {
  const load = loader(tier);

  interface World {
    readonly first: Program;
    readonly second: Program;
    readonly third: Program;
    run(): unknown[];
  }

  /** Two modules, three instances, one of which calls into another. */
  function world(host: () => void = () => {}): World {
    const engine = tier.engine();
    const imports = { host: { f: host } };
    const first = load(FIRST, { engine, imports });
    const third = load(FIRST, { engine, imports });
    const second = load(SECOND, { engine, imports: { other: { main: (n: number) => first.call('main', n) } } });
    const run = (): unknown[] => {
      const attempt = (action: () => unknown): unknown => {
        try {
          return action();
        } catch (error) {
          return String(error);
        }
      };
      return [
        attempt(() => second.call('main', 9)),
        attempt(() => first.call('main', 7)),
        attempt(() => third.call('main', 5)),
        attempt(() => third.call('fail', 0)),
        attempt(() => second.call('main', 0)),
      ];
    };
    return { first, second, third, run };
  }

  const ifs =
    (w: World) =>
    (instance: ModuleInstance): [number, number][] =>
      instance === w.first.instance ? [[1, w.first.pc('fib', 'if')]] : [];
  const makers: ((w: World) => Analysis<unknown>)[] = [
    () => new Coverage(),
    () => new Hotness(),
    () => new Trace(),
    () => new Calls(),
    (w) => new Bias(ifs(w)),
  ];

  const instancesOf = ({ first, second, third }: World): ModuleInstance[] => [
    first.instance,
    second.instance,
    third.instance,
  ];

  /** What each analysis gives when nothing else is attached. */
  function alone(): unknown[] {
    return makers.map((make) => {
      const w = world();
      const analysis = make(w);
      for (const instance of instancesOf(w)) analysis.attach(instance);
      w.run();
      return analysis.result();
    });
  }

  it('rule 27: any set of analyses, in any order, several times each, on several modules and instances: each as alone', () => {
    const expected = alone();
    const outcome = world().run();
    for (let seed = 1; seed <= 8; seed++) {
      const w = world();
      const attached = shuffled([...makers.keys(), ...makers.keys(), 1, 3], seed).map((kind) => {
        const analysis = (makers[kind] as (w: World) => Analysis<unknown>)(w);
        for (const instance of instancesOf(w)) analysis.attach(instance);
        return { kind, analysis };
      });
      expect(w.run()).toEqual(outcome);
      for (const { kind, analysis } of attached) expect(analysis.result()).toEqual(expected[kind]);
    }
  });

  it('rule 27: one that is attached and detached in the middle of a run disturbs no other', () => {
    const expected = alone();
    let calls = 0;
    const guests: Analysis<unknown>[] = [];
    const w: World = world(() => {
      // Comes at one host call and goes at the next one.
      calls++;
      for (const guest of guests.splice(0)) guest.detach();
      for (const make of makers) {
        const guest = make(w);
        for (const instance of instancesOf(w)) guest.attach(instance);
        guests.push(guest);
      }
    });
    const residents = makers.map((make) => make(w));
    for (const analysis of residents) for (const instance of instancesOf(w)) analysis.attach(instance);
    w.run();
    expect(calls).toBe(3);
    expect(residents.map((analysis) => analysis.result())).toEqual(expected);
  });

  it('rule 28: detached in any order, analyses leave nothing behind, keep their results, and can be detached again', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const w = world();
      w.run();
      const funcs = instancesOf(w).flatMap((instance) => instance.funcs);
      const before = funcs.map(({ code, entry, probes }) => ({ code, entry, probes }));
      const analyses = makers.map((make) => make(w));
      for (const analysis of analyses) for (const instance of instancesOf(w)) analysis.attach(instance);
      const outcome = w.run();
      const results = analyses.map((analysis) => analysis.result());
      for (const analysis of shuffled(analyses, seed)) analysis.detach();
      funcs.forEach((func, i) => {
        // Probes make code where there was none yet; it is that of the module.
        expect(func.code).toBe(before[i]?.code ?? func.made?.units ?? null);
        expect([func.entry, func.probes]).toEqual([before[i]?.entry, null]);
      });
      expect(instancesOf(w).every((instance) => instance.globalProbes.length === 0)).toBe(true);
      expect(w.first.engine.machine.isTraced).toBe(false);
      expect(w.run()).toEqual(outcome);
      expect(analyses.map((analysis) => analysis.result())).toEqual(results);
      for (const analysis of analyses) analysis.detach();
      expect(analyses.map((analysis) => analysis.result())).toEqual(results);
    }
  });

  it('rule 28: detached while the program runs, in the middle of its functions', () => {
    let detach = (): void => {};
    const w = world(() => detach());
    const analyses = makers.map((make) => make(w));
    for (const analysis of analyses) for (const instance of instancesOf(w)) analysis.attach(instance);
    let results: unknown[] = [];
    detach = () => {
      for (const analysis of analyses) analysis.detach();
      results = analyses.map((analysis) => analysis.result());
      detach = () => {};
    };
    const outcome = w.run();
    expect(outcome).toEqual(world().run());
    expect(analyses.map((analysis) => analysis.result())).toEqual(results);
    expect(instancesOf(w).every((instance) => instance.funcs.every((func) => func.probes === null))).toBe(true);
  });
});
