/**
 * Rules 3 to 6, 12 and 13 of the probe contract in the hard cases: requests made in nested events, while activations
 * wait, end and unwind, and in the start function.
 */

import { describe, expect, it } from 'vitest';
import {
  type Exit,
  type ExitProbe,
  type Frame,
  functionLocations,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  type LocalProbe,
  type ModuleInstance,
  opOf,
  removeExitProbe,
  removeGlobalProbe,
  removeProbe,
} from '../../engine/index.ts';
import type { Program } from '../support/program.ts';
import { loader, thrownBy, tiers } from './tiers.ts';

const DEEP = `(module
  (import "host" "f" (func $host (param i32)))
  (table funcref (elem $leaf $host))
  (func $down (export "down") (param $n i32) (result i32)
    (if (result i32) (i32.eqz (local.get $n))
      (then (call $host (i32.const 0)) (i32.const 1))
      (else (i32.add (call $down (i32.sub (local.get $n) (i32.const 1))) (i32.const 1)))))
  (func $bottom (export "bottom") (param $n i32)
    (if (i32.eqz (local.get $n)) (then (unreachable)))
    (call $bottom (i32.sub (local.get $n) (i32.const 1))))
  (func $leaf (export "leaf") (param i32) (nop))
  (func (export "tail") (param i32) (return_call $leaf (local.get 0)))
  (func (export "tail_table") (param i32) (return_call_indirect (param i32) (local.get 0) (local.get 0)))
  (func (export "tail_host") (param i32) (return_call $host (local.get 0)))
  (func (export "around") (param i32) (result i32) (call $middle (local.get 0)) (i32.const 8))
  (func $middle (param i32) (return_call $host (local.get 0))))`;

describe.each(tiers)('nesting in tier $name', (tier) => {
  const load = loader(tier);
  const loadDeep = (host: (n: number) => void = () => {}): Program => load(DEEP, { imports: { host: { f: host } } });

  it('rule 4: a probe that removes itself while its function is on the stack three times fires once', () => {
    const p: Program = loadDeep();
    const down = p.func('down');
    const add = p.pc(down, 'i32.add');
    const log: unknown[] = [];
    const once: LocalProbe = {
      needs: { stack: true },
      fire: (frame) => {
        log.push(frame.depth);
        expect(removeProbe(p.instance, down, add, once)).toBe(true);
        expect(removeProbe(p.instance, down, add, once)).toBe(false);
      },
    };
    insertProbe(p.instance, down, add, once);
    expect(p.call('down', 3)).toBe(4);
    // The innermost addition comes first.
    expect(log).toEqual([2]);
    expect(p.instance.funcs[down]?.probes).toBeNull();
  });

  it('rule 4: the same where the events are nested: each event that had begun fires the probes it began with', () => {
    const p: Program = loadDeep();
    const leaf = p.func('leaf');
    const nop = p.pc(leaf, 'nop');
    const log: string[] = [];
    let level = 0;
    const caller: LocalProbe = {
      fire: () => {
        const mine = level++;
        log.push(`caller ${mine}`);
        if (mine < 2) p.call('leaf', 0);
        else removeProbe(p.instance, leaf, nop, last);
      },
    };
    const last: LocalProbe = { fire: () => log.push('last') };
    insertProbe(p.instance, leaf, nop, caller);
    insertProbe(p.instance, leaf, nop, last);
    p.call('leaf', 0);
    // Three events began with both; the removal in the innermost takes from none of them.
    expect(log).toEqual(['caller 0', 'caller 1', 'caller 2', 'last', 'last', 'last']);
    p.call('leaf', 0);
    expect(log.slice(6)).toEqual(['caller 3']);
  });

  it('rules 3 and 6: removal and re-insertion in a nested event: last in the order, from the next event on', () => {
    const p: Program = loadDeep();
    const leaf = p.func('leaf');
    const nop = p.pc(leaf, 'nop');
    const log: string[] = [];
    let isNested = false;
    const [a, b] = ['a', 'b'].map((name): LocalProbe => ({ fire: () => log.push(name) })) as [LocalProbe, LocalProbe];
    const nest: LocalProbe = {
      fire: () => {
        log.push('nest');
        if (isNested) {
          removeProbe(p.instance, leaf, nop, a);
          insertProbe(p.instance, leaf, nop, a);
          return;
        }
        isNested = true;
        p.call('leaf', 0);
        log.push('back');
      },
    };
    for (const probe of [nest, a, b]) insertProbe(p.instance, leaf, nop, probe);
    p.call('leaf', 0);
    expect(log).toEqual(['nest', 'nest', 'a', 'b', 'back', 'a', 'b']);
    log.length = 0;
    p.call('leaf', 0);
    expect(log).toEqual(['nest', 'b', 'a']);
  });

  it('rules 3 and 6: an insertion at the place of a suspended event of an outer activation', () => {
    const p: Program = loadDeep();
    const leaf = p.func('leaf');
    const nop = p.pc(leaf, 'nop');
    const log: string[] = [];
    const late: LocalProbe = { needs: { stack: true }, fire: (frame) => log.push(`late at depth ${frame.depth}`) };
    const other: LocalProbe = {
      fire: () => {
        removeProbe(p.instance, p.func('tail'), 0, other);
        insertProbe(p.instance, leaf, nop, late);
      },
    };
    let isFirst = true;
    insertProbe(p.instance, p.func('tail'), 0, other);
    insertProbe(p.instance, leaf, nop, {
      fire: () => {
        if (!isFirst) return;
        isFirst = false;
        // Makes the request, and then arrives at the place itself.
        p.call('tail', 0);
      },
    });
    p.call('leaf', 0);
    expect(log).toEqual(['late at depth 1']);
    p.call('leaf', 0);
    expect(log).toEqual(['late at depth 1', 'late at depth 0']);
  });

  it('rule 5: requests made while activations unwind: an exit probe inserted below is told, one removed is not', () => {
    const p = loadDeep();
    const bottom = p.func('bottom');
    const log: string[] = [];
    const second: ExitProbe = {
      needs: { stack: true },
      exit: (frame, { reason }) => log.push(`second ${frame.depth} ${reason}`),
    };
    const first: ExitProbe = {
      needs: { stack: true },
      exit: (frame, { reason }) => {
        log.push(`first ${frame.depth} ${reason}`);
        if (frame.depth === 2) insertExitProbe(p.instance, bottom, second);
        if (frame.depth === 1) removeExitProbe(p.instance, bottom, first);
      },
    };
    insertExitProbe(p.instance, bottom, first);
    expect(() => p.call('bottom', 3)).toThrow('unreachable');
    expect(log).toEqual(['first 3 trap', 'first 2 trap', 'first 1 trap', 'second 1 trap', 'second 0 trap']);
  });

  it('rule 5: a local and a global probe inserted while activations unwind fire from the next call on', () => {
    const p = loadDeep();
    const bottom = p.func('bottom');
    const log: string[] = [];
    const local: LocalProbe = { fire: () => log.push('entry') };
    const global: LocalProbe = { fire: (frame) => log.push(`${frame.pc}`) };
    const exit: ExitProbe = {
      exit: () => {
        removeExitProbe(p.instance, bottom, exit);
        insertProbe(p.instance, bottom, 0, local);
        insertGlobalProbe(p.instance, global);
      },
    };
    insertExitProbe(p.instance, bottom, exit);
    expect(() => p.call('bottom', 1)).toThrow('unreachable');
    expect(log).toEqual([]);
    p.call('leaf', 0);
    expect(log).toEqual(p.pcs('leaf').map(String));
    removeGlobalProbe(p.instance, global);
    log.length = 0;
    expect(() => p.call('bottom', 1)).toThrow('unreachable');
    expect(log).toEqual(['entry', 'entry']);
  });

  it('rule 6: an exit probe calls back into the module, at a return and while a trap unwinds, and its frame stays as it is', () => {
    const p: Program = loadDeep();
    const log: unknown[] = [];
    const all = { locals: true, operands: 'all', stack: true, results: true } as const;
    for (const name of ['bottom', 'down']) {
      insertExitProbe(p.instance, p.func(name), {
        needs: all,
        exit: (frame, { reason, results }) => {
          const before = [
            frame.local(0).value,
            frame.pc,
            frame.depth,
            frame.operandTypes.map((_, i) => frame.operand(i).value),
          ];
          // Deeper than what was there, so that everything above is written over.
          p.call('leaf', 77);
          if (name === 'bottom') expect(p.call('down', 9)).toBe(10);
          const after = [
            frame.local(0).value,
            frame.pc,
            frame.depth,
            frame.operandTypes.map((_, i) => frame.operand(i).value),
          ];
          expect(after).toEqual(before);
          if (name === 'bottom') log.push([reason, ...before.slice(0, 1)]);
          else if (frame.depth === 0) log.push(results.map((r) => r.value));
        },
      });
    }
    expect(p.call('down', 2)).toBe(3);
    expect(() => p.call('bottom', 2)).toThrow('unreachable');
    expect(log).toEqual([[3], ['trap', 0], ['trap', 1], ['trap', 2]]);
    expect(p.engine.machine.depth).toBe(-1);
  });

  it('rule 6: operands that a trapping instruction had taken are still there for an exit probe that calls back first', () => {
    const p: Program = load(`(module (memory 1)
      (func $g (export "g") (param i32 i32 i32) (result i32) (i32.add (local.get 0) (i32.mul (local.get 1) (local.get 2))))
      (func (export "f") (i32.const 1) (i32.const -1) (i64.const 42) (i64.store) (drop)))`);
    const seen: unknown[] = [];
    insertExitProbe(p.instance, p.func('f'), {
      needs: { operands: 'all' },
      exit: (frame) => {
        p.call('g', 7, 8, 9);
        seen.push(frame.operandTypes.map((_, i) => frame.operand(i).value));
      },
    });
    expect(() => p.call('f')).toThrow('out of bounds');
    expect(seen).toEqual([[42n, -1, 1]]);
  });

  it('rule 7: a global probe inserted in an exit probe goes on at the next instruction of the caller', () => {
    const p = loadDeep();
    const down = p.func('down');
    const seen: unknown[] = [];
    const global: LocalProbe = { needs: { stack: true }, fire: (frame) => seen.push([frame.depth, frame.pc]) };
    const exit: ExitProbe = {
      needs: { stack: true },
      exit: (frame) => {
        if (frame.depth === 1) insertGlobalProbe(p.instance, global);
        else removeGlobalProbe(p.instance, global);
      },
    };
    insertExitProbe(p.instance, down, exit);
    expect(p.call('down', 1)).toBe(2);
    const behind = p.pcs(down).filter((pc) => pc > p.pc(down, 'call', 1));
    expect(seen).toEqual(behind.map((pc) => [0, pc]));
  });

  describe('rule 12: at a tail call', () => {
    it('a probe inserts into the entry of the callee, which fires', () => {
      const p = loadDeep();
      const log: string[] = [];
      const entry: LocalProbe = { fire: () => log.push('entry') };
      for (const [name, call] of [
        ['tail', 'return_call'],
        ['tail_table', 'return_call_indirect'],
      ] as const) {
        insertProbe(p.instance, p.func(name), p.pc(name, call), {
          fire: () => insertProbe(p.instance, p.func('leaf'), 0, entry),
        });
        p.call(name, 0);
      }
      expect(log).toEqual(['entry', 'entry', 'entry']);
    });

    it('an exit probe inserts into the entry of the callee, and a global probe that sees all of it', () => {
      const p = loadDeep();
      const log: unknown[] = [];
      const global: LocalProbe = { fire: (frame) => log.push([frame.func.index, frame.pc]) };
      insertExitProbe(p.instance, p.func('tail_table'), {
        exit: (_frame, { reason }) => {
          log.push(reason);
          insertProbe(p.instance, p.func('leaf'), 0, { fire: () => log.push('entry') });
          insertGlobalProbe(p.instance, global);
        },
      });
      p.call('tail_table', 0);
      const leaf = p.func('leaf');
      expect(log).toEqual(['tail-call', 'entry', ...p.pcs(leaf).map((pc) => [leaf, pc])]);
    });

    it('an exit probe that takes the callee out of the table changes nothing: the callee was found', () => {
      for (const hasGlobal of [false, true]) {
        const p = loadDeep();
        const log: string[] = [];
        insertExitProbe(p.instance, p.func('tail_table'), {
          exit: (_frame, { reason }) => {
            log.push(reason);
            const table = p.instance.tables[0];
            table?.fill(0, null, table.size);
            if (hasGlobal) insertGlobalProbe(p.instance, { fire: () => {} });
          },
        });
        insertExitProbe(p.instance, p.func('leaf'), { exit: (_frame, { reason }) => log.push(`leaf ${reason}`) });
        p.call('tail_table', 0);
        expect(log).toEqual(['tail-call', 'leaf return']);
      }
    });

    it('of a host function the activation has ended: it is not on the stack, whatever the host function calls', () => {
      const stacks: unknown[] = [];
      const p: Program = loadDeep(function again(n) {
        if (n > 0) p.call('leaf', 0);
      });
      insertProbe(p.instance, p.func('leaf'), 0, {
        needs: { stack: true },
        fire: (frame) => stacks.push(frame.stack.map((e) => ('kind' in e ? `host ${e.name}` : e.func.index))),
      });
      p.call('tail_host', 1);
      expect(p.call('around', 1)).toBe(8);
      const leaf = p.func('leaf');
      expect(stacks).toEqual([
        [leaf, 'host again', 'host undefined'],
        [leaf, 'host again', p.func('around'), 'host undefined'],
      ]);
    });
  });

  describe('rule 13: one end for each activation', () => {
    it.each(['tail_host', 'around'])('a tail call of a host function that calls back and throws: %s', (name) => {
      const error = new Error('of the host');
      const log: string[] = [];
      const p: Program = loadDeep((n) => {
        if (n === 0) return;
        p.call('leaf', 0);
        throw error;
      });
      p.instance.funcs.forEach((func, index) => {
        if (func.host !== null) return;
        insertProbe(p.instance, index, 0, { fire: () => log.push(`> ${index}`) });
        insertExitProbe(p.instance, index, { exit: (_frame, { reason }: Exit) => log.push(`< ${index} ${reason}`) });
      });
      expect(thrownBy(() => p.call(name, 1))).toBe(error);
      const [leaf, tail, around, middle] = [
        p.func('leaf'),
        p.func('tail_host'),
        p.func('around'),
        p.func('around') + 1,
      ];
      const inner = [`> ${leaf}`, `< ${leaf} return`];
      expect(log).toEqual(
        name === 'tail_host'
          ? [`> ${tail}`, `< ${tail} tail-call`, ...inner]
          : [`> ${around}`, `> ${middle}`, `< ${middle} tail-call`, ...inner, `< ${around} host-error`],
      );
      p.call(name, 0);
    });

    it('a tail call for whose callee there is no room on the stack', () => {
      const locals = '(local i64) '.repeat(2000);
      const p = load(
        `(module (import "m" "h" (func $h)) (func $large ${locals} (call $h)) (func (export "f") (return_call $large)))`,
        {
          imports: { m: { h: () => undefined } },
          engine: tier.engine({ stackSlots: 1000 }),
        },
      );
      const log: string[] = [];
      insertExitProbe(p.instance, p.func('f'), { exit: (_frame, { reason }) => log.push(reason) });
      expect(() => p.call('f')).toThrow(RangeError);
      expect(log).toEqual(['tail-call']);
    });

    it('endless recursion: as many ends as entries', () => {
      const p = load(`(module (func $f (export "f") (param i64) (call $f (local.get 0))))`, {
        engine: tier.engine({ maxFrames: 3000 }),
      });
      let [entries, ends] = [0, 0];
      insertProbe(p.instance, 0, 0, { fire: () => entries++ });
      insertExitProbe(p.instance, 0, { exit: (_f, { reason }) => (reason === 'trap' ? ends++ : expect.unreachable()) });
      expect(() => p.call('f', 1n)).toThrow(RangeError);
      expect(entries).toBeGreaterThan(1000);
      expect(ends).toBe(entries);
    });

    it('an exit probe that calls back at every end, in a recursion through the host: each activation once', () => {
      let rounds = 3;
      const open: Frame[] = [];
      const ended: Frame[] = [];
      const p: Program = loadDeep(() => {
        if (rounds-- > 0) p.call('down', rounds);
      });
      const down = p.func('down');
      insertProbe(p.instance, down, 0, { fire: (frame) => open.push(frame) });
      insertExitProbe(p.instance, down, {
        exit: (frame) => {
          p.call('leaf', 0);
          ended.push(frame);
        },
      });
      insertExitProbe(p.instance, p.func('leaf'), { exit: () => {} });
      expect(p.call('down', 3)).toBe(4);
      expect(new Set(ended).size).toBe(ended.length);
      expect(new Set(ended)).toEqual(new Set(open));
    });
  });

  it('rule 8: probes in the start function, and requests made while it runs', () => {
    const log: unknown[] = [];
    let instance: ModuleInstance | undefined;
    const loop: LocalProbe = { needs: { locals: true }, fire: (frame) => log.push(`loop ${frame.local(0).value}`) };
    load(
      `(module (import "host" "f" (func $host)) (start $s)
        (func $s (local i32)
          (local.set 0 (i32.const 3))
          (call $host)
          (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`,
      {
        imports: {
          host: {
            f: () => {
              const made = instance as ModuleInstance;
              const [location] = functionLocations(made.module, 1, new Set([opOf('loop')]));
              insertProbe(made, 1, location?.pc ?? -1, loop);
            },
          },
        },
        onInstance: (made) => {
          instance = made;
          insertProbe(made, 1, 0, {
            needs: { stack: true },
            fire: (frame) => log.push(['start', frame.depth, frame.caller, frame.isCalledByHost]),
          });
          insertExitProbe(made, 1, { exit: (_f, { reason }) => log.push(reason) });
        },
      },
    );
    expect(log).toEqual([['start', 0, undefined, true], 'loop 3', 'loop 2', 'loop 1', 'return']);
  });
});
