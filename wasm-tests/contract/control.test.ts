/** Rules 8 to 13 of the probe contract: entries, structured control, dead code, traps, tail calls, ends of activations. */

import { describe, expect, it } from 'vitest';
import {
  type Exit,
  type Frame,
  functionInstructions,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  instructions,
  type LocalProbe,
  removeExitProbe,
  removeProbe,
} from '../../engine/index.ts';
import type { Program } from '../support/program.ts';
import { loader, tiers } from './tiers.ts';

/** The names of the instructions that one call executes, with a global probe. */
function traced(p: Program, name: string, ...args: unknown[]): string {
  const names: string[] = [];
  const { pcs, ops } = functionInstructions(p.instance.module, p.func(name));
  insertGlobalProbe(p.instance, {
    fire: (frame) => {
      if (frame.func.index === p.func(name))
        names.push(instructions[ops[pcs.indexOf(frame.pc)] as number]?.name ?? '?');
    },
  });
  try {
    p.call(name, ...args);
  } catch {
    names.push('(trap)');
  }
  return names.join(' ');
}

/** The same with a local probe at each pc: both ways must agree. */
function tracedLocally(p: Program, name: string, ...args: unknown[]): string {
  const names: string[] = [];
  const func = p.func(name);
  const { pcs, ops } = functionInstructions(p.instance.module, func);
  pcs.forEach((pc, i) => {
    insertProbe(p.instance, func, pc, { fire: () => names.push(instructions[ops[i] as number]?.name ?? '?') });
  });
  try {
    p.call(name, ...args);
  } catch {
    names.push('(trap)');
  }
  return names.join(' ');
}

describe.each(tiers)('control in tier $name', (tier) => {
  const load = loader(tier);

  describe('rule 8: an entry probe', () => {
    const wat = `(module (func (export "f") (param i32) (result i32) (local i32)
      (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (local.get 1)))`;

    it('fires once per activation, before the first instruction, and not when the body starts with a loop', () => {
      const p = load(wat);
      const log: string[] = [];
      insertProbe(p.instance, 0, p.pcs(0)[0] as number, { fire: () => log.push('loop') });
      insertProbe(p.instance, 0, 0, {
        needs: { locals: true },
        fire: (f) => log.push(`entry ${f.local(0).value} ${f.local(1).value} ${f.pc} ${f.operandTypes.length}`),
      });
      p.call('f', 3);
      p.call('f', 1);
      expect(log).toEqual(['entry 3 0 0 0', 'loop', 'loop', 'loop', 'entry 1 0 0 0', 'loop']);
    });

    it('fires for recursive and indirect calls, and can be put into a function that was never called', () => {
      const p = load(`(module (table funcref (elem $f)) (type $t (func (param i32)))
        (func $f (export "f") (type $t)
          (if (local.get 0) (then (call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0))))))`);
      const seen: unknown[] = [];
      insertProbe(p.instance, 0, 0, {
        needs: { locals: true, stack: true },
        fire: (f) => seen.push([f.depth, f.local(0).value]),
      });
      p.call('f', 2);
      expect(seen).toEqual([
        [0, 2],
        [1, 1],
        [2, 0],
      ]);
    });
  });

  describe.each([
    ['global', traced],
    ['local', tracedLocally],
  ])('rule 9, by %s probes', (_kind, trace) => {
    const run = (body: string, ...args: unknown[]): string =>
      trace(load(`(module (func (export "f") (param i32) (result i32) ${body}))`), 'f', ...args);

    it('block and its end fire on fall-through', () => {
      expect(run('(block (nop)) (i32.const 1)', 0)).toBe('block nop end i32.const end');
    });

    it('the end of a block fires when a branch targets its label', () => {
      expect(run('(block (br 0) (nop)) (i32.const 1)', 0)).toBe('block br end i32.const end');
      expect(run('(block (br_if 0 (local.get 0)) (nop)) (i32.const 1)', 1)).toBe(
        'block local.get br_if end i32.const end',
      );
      expect(run('(block (block (br_table 0 1 (local.get 0))) (nop)) (i32.const 1)', 1)).toBe(
        'block block local.get br_table end i32.const end',
      );
    });

    it('loop fires on entry and on every back edge, its end on fall-through only', () => {
      expect(run('(loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get 0)', 2)).toBe(
        'loop local.get i32.const i32.sub local.tee br_if loop local.get i32.const i32.sub local.tee br_if end local.get end',
      );
    });

    it('else fires only when the then-arm falls through into it, and then the end as well', () => {
      const body = '(if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2)))';
      expect(run(body, 1)).toBe('local.get if i32.const else end end');
      expect(run(body, 0)).toBe('local.get if i32.const end end');
    });

    it('a false condition without else goes to the end', () => {
      expect(run('(if (local.get 0) (then (nop))) (i32.const 1)', 0)).toBe('local.get if end i32.const end');
    });

    it('the final end of the function fires on a branch to the function label, not on return', () => {
      expect(run('(br 0 (i32.const 1))', 0)).toBe('i32.const br end');
      expect(run('(return (i32.const 1))', 0)).toBe('i32.const return');
    });

    it('values that a branch brings arrive under and over others', () => {
      const body =
        '(i32.const 9) (block (result i32) (i32.const 5) (i32.const 6) (br_if 0 (local.get 0)) (drop)) (i32.sub)';
      expect(run(body, 1)).toBe('i32.const block i32.const i32.const local.get br_if end i32.sub end');
    });
  });

  it('rule 10: unreachable code accepts probes, which never fire', () => {
    const p = load(`(module (func (export "f") (result i32)
      (return (i32.const 4)) (block (loop (br 0)) (drop (i32.const 1))) (i32.const 2) (br_if 0 (i32.const 3))))`);
    const fired: number[] = [];
    for (const pc of p.pcs('f')) insertProbe(p.instance, 0, pc, { fire: (f) => fired.push(f.pc) });
    expect(p.call('f')).toBe(4);
    expect(fired).toEqual(p.pcs('f').slice(0, 2));
  });

  describe('rule 11: at a trap the probes of the instruction have fired, and nothing behind it', () => {
    const cases: [string, string, string][] = [
      ['unreachable', '(unreachable)', 'unreachable'],
      ['a division', '(drop (i32.div_s (i32.const 1) (i32.const 0))) (nop)', 'i32.div_s'],
      ['a load', '(drop (i32.load (i32.const -1))) (nop)', 'i32.load'],
      ['an indirect call', '(call_indirect (i32.const 0)) (nop)', 'call_indirect'],
      ['an endless recursion', '(call $f) (nop)', 'call'],
    ];
    it.each(cases)('%s', (_what, body, last) => {
      const p = load(`(module (memory 1) (table 1 funcref) (func $f (export "f") ${body}))`);
      let count = 0;
      let lastPc = -1;
      const probe: LocalProbe = {
        fire: (frame) => {
          count++;
          lastPc = frame.pc;
        },
      };
      for (const pc of p.pcs('f')) insertProbe(p.instance, 0, pc, probe);
      expect(() => p.call('f')).toThrow();
      expect(lastPc).toBe(p.pc('f', last as 'call'));
      expect(count).toBeGreaterThan(0);
    });
  });

  it('rule 12: after a tail call the depth has not grown, the entry fires, the frame of the caller has ended', () => {
    const p = load(`(module
      (func $even (export "even") (param i32) (result i32)
        (if (i32.eqz (local.get 0)) (then (return (i32.const 1))))
        (return_call $odd (i32.sub (local.get 0) (i32.const 1))))
      (func $odd (param i32) (result i32)
        (if (i32.eqz (local.get 0)) (then (return (i32.const 0))))
        (return_call $even (i32.sub (local.get 0) (i32.const 1)))))`);
    const frames: Frame[] = [];
    const entries: unknown[] = [];
    const probe: LocalProbe = {
      needs: { locals: true, stack: true },
      fire: (frame) => {
        entries.push([frame.func.index, frame.depth, frame.local(0).value]);
        expect(frames.every((f) => f.hasEnded)).toBe(true);
        frames.push(frame);
      },
    };
    insertProbe(p.instance, 0, 0, probe);
    insertProbe(p.instance, 1, 0, probe);
    expect(p.call('even', 3)).toBe(0);
    expect(entries).toEqual([
      [0, 0, 3],
      [1, 0, 2],
      [0, 0, 1],
      [1, 0, 0],
    ]);
    expect(new Set(frames).size).toBe(4);
    // In constant stack: far more calls than there is room for frames.
    for (const func of [0, 1]) removeProbe(p.instance, func, 0, probe);
    expect(p.call('even', 300_000)).toBe(1);
  });

  describe('rule 13: every activation ends exactly once, with a reason', () => {
    const wat = `(module
      (import "host" "f" (func $host (param i32)))
      (table funcref (elem $leaf $deep))
      (type $t (func (param i32) (result i32)))
      (func $leaf (export "leaf") (param i32) (result i32)
        (block $b (br_if $b (i32.eqz (local.get 0))) (return (i32.const 1)))
        (br 0 (i32.const 2)))
      (func $deep (export "deep") (param i32) (result i32)
        (if (i32.eqz (local.get 0)) (then (unreachable)))
        (call $deep (i32.sub (local.get 0) (i32.const 1))))
      (func (export "tail") (param i32) (result i32) (return_call $leaf (local.get 0)))
      (func (export "tail_indirect") (param i32) (result i32)
        (return_call_indirect (type $t) (local.get 0) (local.get 0)))
      (func (export "hosted") (param i32) (result i32) (call $host (local.get 0)) (i32.const 3))
      (func (export "tail_host") (param i32) (return_call $host (local.get 0))))`;

    function observe(host: (n: number) => void = () => {}): { p: Program; log: string[] } {
      const log: string[] = [];
      const p = load(wat, { imports: { host: { f: host } } });
      const name = (frame: Frame): string =>
        p.instance.module.exports.find((e) => e.index === frame.func.index)?.name ?? '?';
      for (let f = 1; f < p.instance.funcs.length; f++) {
        insertProbe(p.instance, f, 0, { fire: (frame) => log.push(`> ${name(frame)}`) });
        insertExitProbe(p.instance, f, {
          needs: { stack: true },
          exit: (frame: Frame, { reason }: Exit) => log.push(`< ${name(frame)} ${reason} ${frame.depth}`),
        });
      }
      return { p, log };
    }

    it('return, by return and by branch to the function label', () => {
      const { p, log } = observe();
      p.call('leaf', 1);
      p.call('leaf', 0);
      expect(log).toEqual(['> leaf', '< leaf return 0', '> leaf', '< leaf return 0']);
    });

    it('trap: all activations, the innermost first', () => {
      const { p, log } = observe();
      expect(() => p.call('deep', 2)).toThrow('unreachable');
      expect(log).toEqual(['> deep', '> deep', '> deep', '< deep trap 2', '< deep trap 1', '< deep trap 0']);
    });

    it('tail-call, direct and indirect; a tail call that traps is a trap', () => {
      const { p, log } = observe();
      expect(p.call('tail', 1)).toBe(1);
      expect(p.call('tail_indirect', 0)).toBe(2);
      expect(() => p.call('tail_indirect', 5)).toThrow('table index is out of bounds');
      expect(log).toEqual([
        '> tail',
        '< tail tail-call 0',
        '> leaf',
        '< leaf return 0',
        '> tail_indirect',
        '< tail_indirect tail-call 0',
        '> leaf',
        '< leaf return 0',
        '> tail_indirect',
        '< tail_indirect trap 0',
      ]);
    });

    it('a tail call of a host function', () => {
      const { p, log } = observe();
      p.call('tail_host', 1);
      expect(log).toEqual(['> tail_host', '< tail_host tail-call 0']);
    });

    it('host-error: what a host function throws passes unchanged', () => {
      const error = new Error('from the host');
      const { p, log } = observe(() => {
        throw error;
      });
      expect(() => p.call('hosted', 1)).toThrow(error);
      expect(log).toEqual(['> hosted', '< hosted host-error 0']);
    });

    it('nested calls through the host: a trap below is a host error above', () => {
      const { p, log } = observe((n) => {
        if (n > 0) p.call('deep', 0);
      });
      expect(() => p.call('hosted', 1)).toThrow('unreachable');
      expect(log).toEqual(['> hosted', '> deep', '< deep trap 1', '< hosted host-error 0']);
    });

    it('an exit probe inserted into running activations sees their ends, a removed one does not', () => {
      const log: string[] = [];
      let act = (): void => {};
      const p = load(wat, { imports: { host: { f: () => act() } } });
      const probe = { exit: (_frame: Frame, { reason }: Exit) => log.push(reason) };
      const hosted = p.func('hosted');
      act = () => insertExitProbe(p.instance, hosted, probe);
      p.call('hosted', 0);
      expect(log).toEqual(['return']);
      act = () => removeExitProbe(p.instance, hosted, probe);
      p.call('hosted', 0);
      expect(log).toEqual(['return']);
      expect(p.instance.funcs[hosted]?.probes).toBeNull();
    });

    it('an exit probe that throws ends its activation once, by its own failure', () => {
      const p = load(wat, { imports: { host: { f: () => {} } } });
      const log: string[] = [];
      insertExitProbe(p.instance, p.func('leaf'), {
        name: 'thrower',
        exit: (_frame, { reason }) => {
          log.push(reason);
          throw new Error('oops');
        },
      });
      expect(() => p.call('leaf', 1)).toThrow('probe thrower failed');
      expect(log).toEqual(['return']);
      expect(p.call('hosted', 1)).toBe(3);
    });
  });
});
