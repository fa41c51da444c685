/** Rule 22 of the probe contract: what was attached, ran and was dropped keeps no memory. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Engine, Frame, ModuleInstance } from '../../engine/index.ts';
import { insertExitProbe, insertProbe, removeExitProbe, removeProbe } from '../../engine/index.ts';
import type { Program } from '../support/program.ts';
import { isThorough } from '../support/thorough.ts';
import { type Watcher, watchers } from './support/everything.ts';
import { type Load, loader, tiers } from './tiers.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Collects all garbage: weak references are only cleared between tasks. */
async function collectAll(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve));
    collect();
  }
}

/** Those that are still alive: V8 may hold on to one for as long as it compiles its code at the side. */
async function alive<T extends object>(all: readonly WeakRef<T>[]): Promise<number> {
  const count = (): number => all.filter((one) => one.deref() !== undefined).length;
  await collectAll();
  for (let i = 0; i < 40 && count() > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await collectAll();
  }
  return count();
}

const ROUNDS = isThorough ? 100 : 40;
const WAT = `(module
  (import "host" "f" (func $host (param externref)))
  (memory 1)
  (table funcref (elem $fib))
  (global (mut externref) (ref.null extern))
  (func $fib (export "fib") (param i32) (result i32) (local externref)
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0))
      (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
        (call_indirect (param i32) (result i32) (i32.sub (local.get 0) (i32.const 2)) (i32.const 0))))))
  (func (export "keep") (param externref) (result externref) (call $host (local.get 0)) (global.set 0 (local.get 0)) (global.get 0))
  (func (export "tail") (param externref) (return_call $host (local.get 0)))
  (func $deep (export "deep") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (unreachable)))
    (i32.add (call $deep (i32.sub (local.get 0) (i32.const 1))) (i32.const 1))))`;

function attempt(action: () => unknown): void {
  try {
    action();
  } catch {
    // traps, and errors of the host, are a part of the program
  }
}

function run(p: Program, round: number): void {
  p.call('fib', 8);
  p.call('keep', { large: new Uint8Array(1000) });
  attempt(() => p.call('tail', p));
  // Each round less deep, so that what is left of a round is not written over by the next.
  attempt(() => p.call('deep', 3000 - 20 * round));
}

function loadInto(load: Load, engine: Engine): Program {
  const host = (value: unknown): void => {
    if (typeof value === 'object' && value !== null && 'call' in value) throw new Error('of the host');
  };
  return load(WAT, { engine, imports: { host: { f: host } } });
}

describe.each(tiers)('leaks in tier $name', (tier) => {
  const load = loader(tier);

  it.each(Object.entries(watchers))(
    'rule 22: instances that were watched by kind %s, detached and dropped are collected, and the engine keeps nothing',
    async (_kind, watcher) => {
      const engine = tier.engine();
      const instances: WeakRef<ModuleInstance>[] = [];
      for (let round = 0; round < ROUNDS / 4; round++) {
        // In a function of its own, so that nothing of it is left in this frame.
        (() => {
          const p = loadInto(load, engine);
          const watch = watcher(p.instance);
          run(p, round);
          watch.detach();
          instances.push(new WeakRef(p.instance));
        })();
      }
      expect(await alive(instances)).toBe(0);
      expect(engine.machine.isTraced).toBe(false);
    },
  );

  it('rule 22: instances that are dropped with their local probes, and frames that are kept, keep no instance', async () => {
    const engine = tier.engine();
    const instances: WeakRef<ModuleInstance>[] = [];
    const frames: Frame[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      (() => {
        const p = loadInto(load, engine);
        insertProbe(p.instance, p.func('fib'), 0, { fire: (frame) => frames.push(frame) });
        insertExitProbe(p.instance, p.func('deep'), { exit: (frame) => frames.push(frame) });
        p.call('fib', 3);
        attempt(() => p.call('deep', 500 - round));
        instances.push(new WeakRef(p.instance));
      })();
    }
    expect(await alive(instances)).toBe(0);
    expect(frames.length).toBeGreaterThan(ROUNDS);
    expect(frames.every((frame) => frame.hasEnded)).toBe(true);
  });

  it('rule 22: attaching, running and detaching in one instance does not grow', async () => {
    const p = loadInto(load, tier.engine());
    const watcher = watchers.together as Watcher;
    const round = (): void => {
      const watch = watcher(p.instance);
      p.call('fib', 6);
      attempt(() => p.call('deep', 20));
      watch.detach();
      // The same probe again and again, and inserted in the middle of the other.
      const probe = { fire: () => {}, exit: () => {} };
      for (let i = 0; i < 50; i++) {
        insertProbe(p.instance, p.func('fib'), 0, probe);
        insertExitProbe(p.instance, p.func('fib'), probe);
      }
      for (let i = 0; i < 50; i++) {
        removeProbe(p.instance, p.func('fib'), 0, probe);
        removeExitProbe(p.instance, p.func('fib'), probe);
      }
    };
    const used = async (rounds: number): Promise<number> => {
      for (let i = 0; i < rounds; i++) round();
      await collectAll();
      return process.memoryUsage().heapUsed;
    };
    await used(ROUNDS / 2); // compiled code and feedback of V8
    const before = await used(ROUNDS / 2);
    const after = await used(ROUNDS);
    // What one round allocates is some hundred kilobytes.
    expect(after - before).toBeLessThan(1_000_000);
    expect(p.instance.funcs.every((func) => func.probes === null && func.code === (func.made?.units ?? null))).toBe(
      true,
    );
  });
});
