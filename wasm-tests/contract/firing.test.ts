/** Rules 1 to 7 of the probe contract: when probes fire, in which order, and what changes during an event. */

import { describe, expect, it } from 'vitest';
import {
  type Frame,
  insertGlobalProbe,
  insertProbe,
  type LocalProbe,
  removeGlobalProbe,
  removeProbe,
} from '../../engine/index.ts';
import type { Program } from '../support/program.ts';
import { loader, tiers } from './tiers.ts';

const COUNTDOWN = `(module
  (import "host" "call" (func $host))
  (memory (export "memory") 1)
  (func $countdown (export "countdown") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (local.get $n)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (func (export "twice") (param $n i32) (result i32)
    (i32.add (call $countdown (local.get $n)) (call $countdown (local.get $n))))
  (func $nest (export "nest") (param $n i32) (result i32)
    (if (result i32) (i32.eqz (local.get $n))
      (then (call $host) (i32.const 1))
      (else (i32.add (call $nest (i32.sub (local.get $n) (i32.const 1))) (i32.const 1)))))
  (func (export "hosted") (param $n i32) (result i32)
    (loop $again
      (call $host)
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.const 7)))`;

/** A probe that notes its name in a log. */
function logger(log: string[], name: string, also: (frame: Frame) => void = () => {}): LocalProbe {
  return {
    name,
    fire: (frame) => {
      log.push(name);
      also(frame);
    },
  };
}

describe.each(tiers)('firing in tier $name', (tier) => {
  const load = loader(tier);
  const loadCountdown = (host: () => void = () => {}): Program =>
    load(COUNTDOWN, { imports: { host: { call: host } } });

  it('rule 1: a local probe fires before its instruction, with the operands on the stack', () => {
    const p = loadCountdown();
    const seen: unknown[] = [];
    const func = p.func('countdown');
    insertProbe(p.instance, func, p.pc(func, 'i32.add'), {
      needs: { operands: 2, locals: true },
      fire: (frame) => seen.push([frame.operand(1).value, frame.operand(0).value, frame.local(1).value]),
    });
    expect(p.call('countdown', 3)).toBe(6);
    expect(seen).toEqual([
      [0, 3, 0],
      [3, 2, 3],
      [5, 1, 5],
    ]);
  });

  it('rule 2: probes of one event fire in insertion order, the same probe as often as it was inserted', () => {
    const p = loadCountdown();
    const log: string[] = [];
    const [a, b] = [logger(log, 'a'), logger(log, 'b')];
    const pc = p.pc('countdown', 'loop');
    const func = p.func('countdown');
    for (const probe of [a, b, a]) insertProbe(p.instance, func, pc, probe);
    p.call('countdown', 1);
    expect(log).toEqual(['a', 'b', 'a']);
    log.length = 0;
    expect(removeProbe(p.instance, func, pc, a)).toBe(true);
    p.call('countdown', 1);
    expect(log).toEqual(['b', 'a']);
    log.length = 0;
    removeProbe(p.instance, func, pc, b);
    insertProbe(p.instance, func, pc, b);
    p.call('countdown', 1);
    expect(log).toEqual(['a', 'b']);
    expect(removeProbe(p.instance, func, pc, logger(log, 'never inserted'))).toBe(false);
  });

  it('rule 3: a probe inserted at a location while it fires fires from the next event on', () => {
    const p = loadCountdown();
    const log: string[] = [];
    const func = p.func('countdown');
    const pc = p.pc(func, 'loop');
    const late = logger(log, 'late');
    let isFirst = true;
    insertProbe(
      p.instance,
      func,
      pc,
      logger(log, 'early', () => {
        if (isFirst) insertProbe(p.instance, func, pc, late);
        isFirst = false;
      }),
    );
    p.call('countdown', 3);
    expect(log).toEqual(['early', 'early', 'late', 'early', 'late']);
  });

  it('rule 4: a probe removed while its location fires still fires for this event, and never again', () => {
    const p = loadCountdown();
    const log: string[] = [];
    const func = p.func('countdown');
    const pc = p.pc(func, 'loop');
    const victim = logger(log, 'victim');
    insertProbe(
      p.instance,
      func,
      pc,
      logger(log, 'remover', () => removeProbe(p.instance, func, pc, victim)),
    );
    insertProbe(p.instance, func, pc, victim);
    p.call('countdown', 3);
    expect(log).toEqual(['remover', 'victim', 'remover', 'remover']);
  });

  it('rules 3 and 4: two probes that remove themselves at one place leave nothing behind', () => {
    const p = loadCountdown();
    const log: string[] = [];
    const func = p.func('countdown');
    const pc = p.pc(func, 'i32.sub');
    for (const name of ['a', 'b']) {
      const probe = logger(log, name, () => removeProbe(p.instance, func, pc, probe));
      insertProbe(p.instance, func, pc, probe);
    }
    p.call('countdown', 4);
    expect(log).toEqual(['a', 'b']);
    expect(p.instance.funcs[func]?.probes).toBeNull();
  });

  it('rule 5: a probe inserted elsewhere by a probe fires at the next arrival, in the middle of a loop', () => {
    const p = loadCountdown();
    const log: string[] = [];
    const func = p.func('countdown');
    const ahead = logger(log, 'ahead');
    let events = 0;
    insertProbe(p.instance, func, p.pc(func, 'loop'), {
      fire: () => {
        if (++events === 2) insertProbe(p.instance, func, p.pc(func, 'i32.sub'), ahead);
        if (events === 4) removeProbe(p.instance, func, p.pc(func, 'i32.sub'), ahead);
      },
    });
    expect(p.call('countdown', 5)).toBe(15);
    expect(events).toBe(5);
    expect(log).toEqual(['ahead', 'ahead']);
  });

  it('rule 5: a probe inserted by a host function fires in all activations on the stack when they go on', () => {
    const log: string[] = [];
    let insert = (): void => {};
    const p = loadCountdown(() => insert());
    const func = p.func('nest');
    const probe = logger(log, 'add');
    insert = () => insertProbe(p.instance, func, p.pc(func, 'i32.add'), probe);
    expect(p.call('nest', 4)).toBe(5);
    expect(log).toEqual(['add', 'add', 'add', 'add']);
  });

  it('rule 5: a probe removed by a host function does not fire in activations on the stack', () => {
    const log: string[] = [];
    let remove = (): void => {};
    const p = loadCountdown(() => remove());
    const func = p.func('nest');
    const probe = logger(log, 'add');
    insertProbe(p.instance, func, p.pc(func, 'i32.add'), probe);
    remove = () => removeProbe(p.instance, func, p.pc(func, 'i32.add'), probe);
    expect(p.call('nest', 4)).toBe(5);
    expect(log).toEqual([]);
  });

  it('rule 5: a global probe inserted and removed by host functions is seen at once', () => {
    let calls = 0;
    const seen: number[] = [];
    const p: Program = loadCountdown(() => {
      if (++calls === 2) insertGlobalProbe(p.instance, probe);
      if (calls === 3) removeGlobalProbe(p.instance, probe);
    });
    const probe = { fire: (frame: Frame) => seen.push(frame.pc) };
    expect(p.call('hosted', 4)).toBe(7);
    const pcs = p.pcs('hosted');
    // From behind the second call, round the loop, to the third call.
    const [loop, call] = [p.pc('hosted', 'loop'), p.pc('hosted', 'call')];
    const behindCall = pcs.filter((pc) => pc > call && pc <= p.pc('hosted', 'br_if'));
    expect(seen).toEqual([...behindCall, loop, call]);
  });

  it('rule 5: global probes inserted and removed by a local probe take over at the next instruction', () => {
    const p = loadCountdown();
    const seen: string[] = [];
    const func = p.func('countdown');
    const everywhere = { fire: (frame: Frame) => seen.push(`${frame.pc}`) };
    let events = 0;
    const pcs = p.pcs(func);
    const [add, sub] = [p.pc(func, 'i32.add'), p.pc(func, 'i32.sub')];
    insertProbe(p.instance, func, add, {
      fire: () => {
        if (++events === 1) insertGlobalProbe(p.instance, everywhere);
      },
    });
    insertProbe(p.instance, func, sub, { fire: () => removeGlobalProbe(p.instance, everywhere) });
    expect(p.call('countdown', 3)).toBe(6);
    // The event at the subtraction still fires for the global probe, which comes first.
    expect(seen).toEqual(pcs.filter((pc) => pc > add && pc <= sub).map(String));
  });

  it('rule 6: a probe that calls back into the module causes full events, and no request is lost', () => {
    const p = loadCountdown();
    const log: string[] = [];
    const func = p.func('countdown');
    const pc = p.pc(func, 'loop');
    let depth = 0;
    const inner = logger(log, 'inner');
    const outer: LocalProbe = {
      needs: { stack: true },
      fire: (frame) => {
        log.push(`outer ${depth} at depth ${frame.depth}`);
        if (depth > 0) {
          // Both requests are made in the nested event of the same location.
          if (depth === 1) insertProbe(p.instance, func, pc, inner);
          depth++;
          return;
        }
        depth++;
        expect(p.call('countdown', 2)).toBe(3);
        removeProbe(p.instance, func, pc, outer);
      },
    };
    insertProbe(p.instance, func, pc, outer);
    expect(p.call('countdown', 2)).toBe(3);
    expect(log).toEqual(['outer 0 at depth 0', 'outer 1 at depth 1', 'outer 2 at depth 1', 'inner', 'inner']);
  });

  it('rule 7: global probes fire before local ones, and not at the entry, which is no instruction', () => {
    const p = loadCountdown();
    const log: string[] = [];
    const func = p.func('countdown');
    insertProbe(p.instance, func, 0, logger(log, 'entry'));
    const first = p.pcs(func)[0] as number;
    insertProbe(p.instance, func, first, logger(log, 'local'));
    insertGlobalProbe(p.instance, {
      fire: (frame) => {
        if (frame.pc <= first) log.push(`global ${frame.pc}`);
      },
    });
    p.call('countdown', 2);
    expect(log).toEqual(['entry', `global ${first}`, 'local', `global ${first}`, 'local']);
  });

  it('rule 7: global probes see the instructions of their own instance only', () => {
    const p = loadCountdown();
    const q = load(COUNTDOWN, { imports: { host: { call: () => {} } }, engine: p.engine });
    let count = 0;
    insertGlobalProbe(p.instance, { fire: () => count++ });
    q.call('countdown', 3);
    expect(count).toBe(0);
    p.call('countdown', 1);
    expect(count).toBe(p.pcs('countdown').length);
  });
});
