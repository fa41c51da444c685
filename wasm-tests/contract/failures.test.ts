/** Rule 19 of the probe contract: probes that trap the program, and probes that fail. */

import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, it } from 'vitest';
import {
  type Exit,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  type LocalProbe,
  ProbeError,
  RuntimeError,
  removeExitProbe,
  removeGlobalProbe,
  removeProbe,
  UnsupportedError,
  wasmTraceOf,
} from '../../engine/index.ts';
import { MemoryView, RangeProbe } from '../../probes/index.ts';
import type { Program } from '../support/program.ts';
import { loader, thrownBy, tiers } from './tiers.ts';

const WAT = `(module
  (import "host" "f" (func $host (param i32)))
  (memory 1)
  (global $g (export "g") (mut i32) (i32.const 0))
  (func $add (export "add") (param i32 i32) (result i32)
    (global.set $g (i32.add (global.get $g) (i32.const 1)))
    (i32.add (local.get 0) (local.get 1)))
  (func $middle (export "middle") (param i32) (result i32) (call $add (local.get 0) (i32.const 1)))
  (func (export "hosted") (param i32) (result i32) (call $host (local.get 0)) (i32.const 3))
  (func (export "fail") (param i32) (if (local.get 0) (then (unreachable))) (call $host (i32.const 0))))`;

/** The line of this file on which it is called. */
function here(): number {
  const [, caller] = [...(new Error('here').stack ?? '').matchAll(/failures\.test\.ts:(\d+)/g)];
  const line = caller?.[1];
  return Number(line);
}

describe.each(tiers)('rule 19 in tier $name', (tier) => {
  const load = loader(tier);
  const loadIt = (host: (n: number) => void = () => {}): Program => load(WAT, { imports: { host: { f: host } } });

  it('rule 19: a probe traps the program with a reason, which is an ordinary trap to everybody', () => {
    const p = loadIt();
    const reasons: string[] = [];
    const add = p.pc('add', 'i32.add', 1);
    const probe: LocalProbe = { fire: (frame) => frame.trap('sum out of the allowed range') };
    for (const name of ['add', 'middle']) {
      insertExitProbe(p.instance, p.func(name), { exit: (_frame, { reason }: Exit) => reasons.push(reason) });
    }
    insertProbe(p.instance, p.func('add'), add, probe);
    const error = thrownBy(() => p.call('middle', 1)) as Error;
    expect(error).toBeInstanceOf(RuntimeError);
    expect(error.message).toBe('sum out of the allowed range');
    expect(wasmTraceOf(error).map(({ func, pc }) => [func, pc])).toEqual([
      [p.func('add'), add],
      [p.func('middle'), p.pc('middle', 'call')],
    ]);
    expect(reasons).toEqual(['trap', 'trap']);
    removeProbe(p.instance, p.func('add'), add, probe);
    expect(p.call('middle', 1)).toBe(2);
  });

  it('rule 19: a probe can trap from an entry, an exit, a global probe, and while another trap unwinds', () => {
    const p = loadIt();
    const func = p.func('add');
    const trap: LocalProbe = { fire: (frame) => frame.trap('at the entry') };
    insertProbe(p.instance, func, 0, trap);
    expect(() => p.call('add', 1, 2)).toThrow('at the entry');
    removeProbe(p.instance, func, 0, trap);
    const global: LocalProbe = {
      fire: (frame) => (frame.pc > p.pc(func, 'global.set') ? frame.trap('everywhere') : undefined),
    };
    insertGlobalProbe(p.instance, global);
    expect(() => p.call('add', 1, 2)).toThrow('everywhere');
    removeGlobalProbe(p.instance, global);
    let ends = 0;
    insertExitProbe(p.instance, func, {
      exit: (frame) => {
        ends++;
        frame.trap('at the exit');
      },
    });
    expect(() => p.call('middle', 1)).toThrow('at the exit');
    expect(ends).toBe(1);
    insertExitProbe(p.instance, p.func('fail'), { exit: (frame) => frame.trap('instead of unreachable') });
    const error = thrownBy(() => p.call('fail', 1)) as Error;
    expect(error).toBeInstanceOf(RuntimeError);
    expect(error.message).toBe('instead of unreachable');
    expect(wasmTraceOf(error).map(({ pc }) => pc)).toEqual([p.pc('fail', 'unreachable')]);
  });

  it('rule 19: a probe that throws fails the call with a ProbeError; the others fire, the first failure wins', () => {
    const p = loadIt();
    const log: string[] = [];
    const cause = new Error('first');
    const func = p.func('add');
    const failing = (name: string, error: Error): LocalProbe => ({
      name,
      fire: () => {
        log.push(name);
        throw error;
      },
    });
    const trapping: LocalProbe = {
      fire: (frame) => {
        log.push('t');
        frame.trap('later');
      },
    };
    const probes = [failing('a', cause), failing('b', new Error('second')), trapping, { fire: () => log.push('c') }];
    for (const probe of probes) insertProbe(p.instance, func, 0, probe);
    const error = thrownBy(() => p.call('add', 1, 1)) as ProbeError;
    expect(error).toBeInstanceOf(ProbeError);
    expect([error.probe, error.func, error.pc, error.cause]).toEqual(['a', func, 0, cause]);
    expect(error.message).toMatch(new RegExp(`^probe a failed at function ${func}, pc 0: first \\(`));
    expect(log).toEqual(['a', 'b', 't', 'c']);
    expect(p.instance.globals[0]?.i32[0]).toBe(0);
    for (const probe of probes) removeProbe(p.instance, func, 0, probe);
    expect(p.call('add', 20, 30)).toBe(50);
  });

  it("rule 19: the error names the line of the probe's own source, also where the probe misuses its frame", () => {
    const p = loadIt();
    const func = p.func('add');
    let line = 0;
    const run = (fire: LocalProbe['fire']): ProbeError => {
      const probe = { fire };
      insertProbe(p.instance, func, 0, probe);
      const error = thrownBy(() => p.call('add', 1, 1)) as ProbeError;
      removeProbe(p.instance, func, 0, probe);
      expect(error).toBeInstanceOf(ProbeError);
      return error;
    };
    const thrown = run(() => {
      line = here() + 1;
      throw new TypeError('of the probe');
    });
    expect([thrown.source?.line, thrown.source?.url]).toEqual([line, expect.stringMatching(/failures\.test\.ts$/)]);
    expect(thrown.message).toContain(`of the probe (${thrown.source?.url}:${line}:${thrown.source?.column})`);
    const misused = run((frame) => {
      line = here() + 1;
      frame.local(0);
    });
    expect(misused.source?.line).toBe(line);
    // Not the line of the helper of ours that it called; but of a probe that is wholly ours there is no other.
    const view = new MemoryView(p.instance);
    const beyond = run(() => {
      line = here() + 1;
      view.u8(1e9);
    });
    expect([beyond.source?.line, beyond.source?.url]).toEqual([line, expect.stringMatching(/failures\.test\.ts$/)]);
    const ours = new RangeProbe(0);
    expect(run((frame) => RangeProbe.prototype.fire.call(ours, frame)).source?.url).toMatch(/failures\.test\.ts$/);
    insertProbe(p.instance, func, 0, ours);
    expect((thrownBy(() => p.call('add', 1, 1)) as ProbeError).source?.url).toMatch(/probes\/fast\/\w+\.ts$/);
    removeProbe(p.instance, func, 0, ours);
    // What has no stack has no line; and everything can be thrown.
    const noText: unknown = Object.create(null);
    for (const value of ['text', 5n, undefined, null, Symbol('s'), noText]) {
      const error = run(() => {
        throw value;
      });
      expect([error.cause, error.source]).toEqual([value, undefined]);
    }
  });

  it('rule 19: a probe without a name is named after its class; one without prototype has none', () => {
    const p = loadIt();
    class Watcher implements LocalProbe {
      fire(): void {
        throw new Error('no');
      }
    }
    const bare = Object.assign(Object.create(null), { fire: () => new Watcher().fire() });
    const names = [new Watcher(), { fire: () => new Watcher().fire() }, bare].map((probe) => {
      insertProbe(p.instance, p.func('add'), 0, probe);
      const error = thrownBy(() => p.call('add', 1, 1)) as ProbeError;
      removeProbe(p.instance, p.func('add'), 0, probe);
      return error.probe;
    });
    expect(names).toEqual(['Watcher', '(without a name)', '(without a name)']);
  });

  it('rule 19: the instruction at which a probe failed is not executed, and activations end by it', () => {
    const p = loadIt();
    const ends: unknown[] = [];
    for (const name of ['add', 'middle']) {
      insertExitProbe(p.instance, p.func(name), {
        exit: (frame, exit) => ends.push([frame.func.index, exit.reason, exit.error]),
      });
    }
    insertProbe(p.instance, p.func('add'), p.pc('add', 'global.set'), {
      fire: () => {
        throw new Error('stop');
      },
    });
    const error = thrownBy(() => p.call('middle', 1));
    expect(ends).toEqual([
      [p.func('add'), 'host-error', error],
      [p.func('middle'), 'host-error', error],
    ]);
    expect(p.instance.globals[0]?.i32[0]).toBe(0);
  });

  it('rule 19: a failure in a nested call passes through host functions and the probe around it, unchanged', () => {
    const p: Program = loadIt((n) => {
      if (n > 0) p.call('add', n, n);
    });
    const failing: LocalProbe = {
      name: 'inner',
      fire: () => {
        throw new Error('deep inside');
      },
    };
    insertProbe(p.instance, p.func('add'), 0, failing);
    const throughHost = thrownBy(() => p.call('hosted', 1)) as ProbeError;
    expect([throughHost.probe, throughHost.func]).toEqual(['inner', p.func('add')]);
    const outer: LocalProbe = { name: 'outer', fire: () => p.call('add', 1, 1) };
    insertProbe(p.instance, p.func('hosted'), 0, outer);
    const throughProbe = thrownBy(() => p.call('hosted', 0)) as ProbeError;
    expect([throughProbe.probe, throughProbe.func]).toEqual(['inner', p.func('add')]);
    removeProbe(p.instance, p.func('add'), 0, failing);
    expect(p.call('hosted', 1)).toBe(3);
  });

  it('rule 19: a trap in a call that a probe makes is a failure of that probe', () => {
    const p = loadIt();
    insertProbe(p.instance, p.func('add'), 0, { name: 'caller', fire: () => p.call('fail', 1) });
    const error = thrownBy(() => p.call('add', 1, 1)) as ProbeError;
    expect(error).toBeInstanceOf(ProbeError);
    expect(error.probe).toBe('caller');
    expect(error.cause).toBeInstanceOf(RuntimeError);
  });

  it('rule 19: an exit probe that throws while a trap or an error of the host unwinds is heard of', () => {
    const hostError = new Error('of the host');
    const p = loadIt(() => {
      throw hostError;
    });
    const cause = new Error('of the exit probe');
    const log: unknown[] = [];
    const failing = {
      name: 'exit',
      exit: (_frame: unknown, { reason, error }: Exit): void => {
        log.push([reason, (error as Error).message]);
        throw cause;
      },
    };
    insertExitProbe(p.instance, p.func('fail'), failing);
    for (const arg of [1, 0]) {
      const error = thrownBy(() => p.call('fail', arg)) as ProbeError;
      expect([error.probe, error.cause]).toEqual(['exit', cause]);
    }
    expect(log).toEqual([
      ['trap', 'unreachable'],
      ['host-error', 'of the host'],
    ]);
    // ... but the first failure wins.
    insertProbe(p.instance, p.func('fail'), 0, {
      name: 'earlier',
      fire: () => {
        throw new Error('before all others');
      },
    });
    expect((thrownBy(() => p.call('fail', 0)) as ProbeError).probe).toBe('earlier');
    removeExitProbe(p.instance, p.func('fail'), failing);
  });

  it('rule 19: after hundreds of failures at every place the instance is as usable as before', () => {
    const p: Program = loadIt((n) => {
      if (n > 0) p.call('middle', 1);
    });
    const failing: LocalProbe = {
      fire: () => {
        throw new Error('again');
      },
    };
    const before = p.instance.funcs.map((f) => f.code);
    for (let round = 0; round < 30; round++) {
      for (const name of ['add', 'middle', 'hosted']) {
        for (const pc of [0, ...p.pcs(name)]) {
          insertProbe(p.instance, p.func(name), pc, failing);
          expect(() => p.call('hosted', 1)).toThrow(ProbeError);
          removeProbe(p.instance, p.func(name), pc, failing);
        }
      }
      expect(p.call('hosted', 1)).toBe(3);
    }
    expect(p.engine.machine.depth).toBe(-1);
    expect(p.engine.machine.sp).toBe(0);
    if (before.every((code) => code !== null)) expect(p.instance.funcs.map((f) => f.code)).toEqual(before);
  });

  it('rule 19: WebAssembly code cannot catch it', async () => {
    const bytes = await parse(`(module
      (func $leaf)
      (func (export "f") (result i32)
        (block $caught (try_table (catch_all $caught) (call $leaf)) (return (i32.const 1)))
        (i32.const 2)))`);
    const engine = tier.engine();
    try {
      engine.validate(bytes);
    } catch (error) {
      // An engine without handlers has nothing that could catch.
      expect(error).toBeInstanceOf(UnsupportedError);
      expect((error as UnsupportedError).feature).toMatch(/exception/);
      return;
    }
    let probed: Program['instance'] | undefined;
    engine.observe({ onInstance: (instance) => (probed = instance) });
    const { WebAssembly } = engine;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    insertProbe(probed as Program['instance'], 0, 0, {
      name: 'uncatchable',
      fire: () => {
        throw new Error('no');
      },
    });
    expect((thrownBy(exports.f as () => unknown) as ProbeError).probe).toBe('uncatchable');
  });
});
