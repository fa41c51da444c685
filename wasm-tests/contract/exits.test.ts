/** Exit probes of all kinds: with a frame, without one, and those whose work a compiler may write out. They are told of the same ends. */

import { describe, expect, it } from 'vitest';
import {
  type Exit,
  type ExitProbe,
  type ExitReason,
  type Frame,
  type Inline,
  type InlineExit,
  insertExitProbe,
  insertProbe,
  type LocalProbe,
  NO_FRAME,
  ProbeError,
  removeExitProbe,
} from '../../engine/index.ts';
import { CountProbe } from '../../probes/index.ts';
import type { Program } from '../support/program.ts';
import { engineIn } from '../support/tiers.ts';
import { type Load, loader, thrownBy, tiers } from './tiers.ts';

const ENDS = `(module
  (import "host" "f" (func $host (param i32)))
  (memory 1)
  (table funcref (elem $leaf $host))
  (func $leaf (export "leaf") (param i32) (nop))
  (func $sum (export "sum") (param $n i32) (result i32)
    (if (i32.eqz (local.get $n)) (then (return (i32.const 0))))
    (i32.add (call $sum (i32.sub (local.get $n) (i32.const 1))) (local.get $n)))
  (func $pair (export "pair") (param i32) (result i32 i64)
    (br_if 0 (i32.const 1) (i64.const 2) (local.get 0)) (drop) (drop)
    (call $host (local.get 0))
    (i32.load (local.get 0)) (i64.extend_i32_u (local.get 0)))
  (func (export "tail") (param i32) (return_call $leaf (local.get 0)))
  (func (export "tail_table") (param i32) (return_call_indirect (param i32) (local.get 0) (local.get 0)))
  (func (export "trap") (param i32) (result i32)
    (drop (i32.load (local.get 0)))
    (i32.div_s (i32.const 6) (local.get 0)))
  (func $endless (export "endless") (param i32) (result i32) (i32.add (call $endless (local.get 0)) (i32.const 1)))
  (func (export "around") (param i32) (result i32) (call $callee (local.get 0)) (i32.const 8))
  (func $callee (param i32) (call $host (local.get 0))))`;

type Tell = (reason: ExitReason | '?', results: number) => void;

class Action implements ExitProbe {
  readonly name: string = 'action';
  private readonly tell: () => void;

  constructor(tell: () => void) {
    this.tell = tell;
  }

  get inlineExit(): InlineExit {
    return { exit: Action.prototype.exit, action: { run: this.tell } };
  }

  exit(_frame: Frame, _exit: Exit): void {
    this.tell();
  }
}

/** Each kind that can tell, of what it is told; an action does not know it. */
const kinds: Readonly<Record<string, (tell: Tell) => ExitProbe>> = {
  framed: (tell) => ({ name: 'framed', exit: (_frame, { reason, results }) => tell(reason, results.length) }),
  frameless: (tell) => ({
    name: 'frameless',
    needs: { frame: false },
    exit: (frame, { reason, results }) => {
      expect(frame).toBe(NO_FRAME);
      tell(reason, results.length);
    },
  }),
  'frameless with results': (tell) => ({
    name: 'frameless with results',
    needs: { frame: false, results: true },
    exit: (_frame, { reason, results }) => tell(reason, results.length),
  }),
  action: (tell) => new Action(() => tell('?', 0)),
};

/** A call, what it is expected to throw, and the ends with their function, innermost first. */
const cases: readonly [name: string, arg: number, thrown: RegExp | undefined, ends: readonly string[]][] = [
  ['leaf', 1, undefined, ['leaf return 0']],
  ['sum', 2, undefined, ['sum return 1', 'sum return 1', 'sum return 1']],
  ['pair', 1, undefined, ['pair return 2']],
  ['pair', 0, undefined, ['pair return 2']],
  ['tail', 1, undefined, ['tail tail-call 0', 'leaf return 0']],
  ['tail_table', 0, undefined, ['tail_table tail-call 0', 'leaf return 0']],
  ['tail_table', 1, undefined, ['tail_table tail-call 0']],
  ['tail_table', 7, /index is out of bounds/, ['tail_table trap 0']],
  ['trap', 2, undefined, ['trap return 1']],
  ['trap', 0, /divide by zero/, ['trap trap 0']],
  ['trap', -1, /out of bounds/, ['trap trap 0']],
  ['around', 1, undefined, ['callee return 0', 'around return 1']],
  ['around', 13, /of the host/, ['callee host-error 0', 'around host-error 0']],
  ['tail_table', 13, /out of bounds/, ['tail_table trap 0']],
];

const names = ['leaf', 'sum', 'pair', 'tail', 'tail_table', 'trap', 'endless', 'around'];

describe.each(tiers)('exit probes in tier $name', (tier) => {
  const load: Load = loader(tier);
  const loadEnds = (host: (n: number) => void = fails13): Program => load(ENDS, { imports: { host: { f: host } } });

  describe.each(Object.entries(kinds))('%s', (kind, make) => {
    const expected = (ends: readonly string[]): string[] =>
      ends.map((end) => {
        const [name, reason, results] = end.split(' ');
        if (kind === 'action') return `${name} ? 0`;
        return `${name} ${reason} ${kind === 'frameless with results' ? results : 0}`;
      });

    it.each(cases)('rule 13: are told of each end once, with its reason: %s(%d)', (name, arg, thrown, ends) => {
      const p = loadEnds();
      const log: string[] = [];
      insertEverywhere(p, (func) => make((reason, results) => log.push(`${func} ${reason} ${results}`)));
      for (let i = 0; i < 3; i++) {
        log.length = 0;
        if (thrown === undefined) p.call(name, arg);
        else expect(String(thrownBy(() => p.call(name, arg)))).toMatch(thrown);
        expect(log).toEqual(expected(ends));
      }
    });

    it('rule 13: are told of as many ends as there were entries where the stack overflows', () => {
      const p = load(ENDS, { imports: { host: { f: fails13 } }, engine: tier.engine({ maxFrames: 2000 }) });
      const entries = new CountProbe();
      let ends = 0;
      insertProbe(p.instance, p.func('endless'), 0, entries);
      insertExitProbe(
        p.instance,
        p.func('endless'),
        make(() => ends++),
      );
      expect(thrownBy(() => p.call('endless', 1))).toBeInstanceOf(RangeError);
      expect(ends).toBeGreaterThan(1000);
      expect(ends).toBe(entries.count);
      p.call('leaf', 1);
    });

    it('rule 2: are told in the order of insertion, among those of other kinds', () => {
      const p = loadEnds();
      const log: string[] = [];
      const others = Object.entries(kinds).map(([name, other]) => other(() => log.push(name)));
      const own = make(() => log.push('own'));
      for (const probe of [own, ...others, own]) insertExitProbe(p.instance, p.func('sum'), probe);
      p.call('sum', 0);
      expect(log).toEqual(['own', ...Object.keys(kinds), 'own']);
      expect(removeExitProbe(p.instance, p.func('sum'), own)).toBe(true);
      p.call('sum', 0);
      expect(log.slice(Object.keys(kinds).length + 2)).toEqual([...Object.keys(kinds), 'own']);
    });

    it('rule 22: leave the code as it was', () => {
      const p = loadEnds();
      const func = p.instance.funcs[p.func('sum')];
      p.call('sum', 3);
      const { code } = func as { code: unknown };
      const probe = make(() => {});
      insertExitProbe(p.instance, p.func('sum'), probe);
      p.call('sum', 3);
      removeExitProbe(p.instance, p.func('sum'), probe);
      expect(func?.code).toBe(code);
      expect(func?.probes).toBe(null);
      expect(p.call('sum', 3)).toBe(6);
    });
  });

  it('rule 19: without a frame, a failure names the probe, the others are told, and no end is told again', () => {
    const p = loadEnds();
    const log: string[] = [];
    const note = (name: string): ExitProbe => ({
      needs: { frame: false },
      exit: (_frame, { reason }) => void log.push(`${name} ${reason}`),
    });
    const cause = new Error('of the probe');
    const callee = p.func('around') + 1;
    const failing: ExitProbe = {
      name: 'failing',
      needs: { frame: false },
      exit: () => {
        log.push('fails');
        throw cause;
      },
    };
    for (const probe of [note('first'), failing, note('last'), failing]) insertExitProbe(p.instance, callee, probe);
    insertExitProbe(p.instance, p.func('around'), note('caller'));
    for (let i = 0; i < 3; i++) {
      log.length = 0;
      const error = thrownBy(() => p.call('around', 1)) as ProbeError;
      expect(error).toBeInstanceOf(ProbeError);
      expect(error.message).toContain('failing');
      expect(error.cause).toBe(cause);
      expect(error.func).toBe(callee);
      expect(log).toEqual(['first return', 'fails', 'last return', 'fails', 'caller host-error']);
    }
    expect(p.call('sum', 3)).toBe(6);
  });

  it('rules 3 and 4: without a frame, what a probe inserts is told of the next end, what it removes is told of this one', () => {
    const p = loadEnds();
    const func = p.func('leaf');
    const log: string[] = [];
    const note = (name: string): ExitProbe => ({ needs: { frame: false }, exit: () => void log.push(name) });
    const [late, early] = [note('late'), note('early')];
    let ends = 0;
    const changing: ExitProbe = {
      needs: { frame: false },
      exit: () => {
        ends++;
        if (ends !== 2) return;
        insertExitProbe(p.instance, func, late);
        removeExitProbe(p.instance, func, early);
      },
    };
    for (const probe of [changing, early]) insertExitProbe(p.instance, func, probe);
    for (let i = 0; i < 4; i++) {
      log.push(`${i}`);
      p.call('leaf', i);
    }
    expect(log).toEqual(['0', 'early', '1', 'early', '2', 'late', '3', 'late']);
  });

  it('rule 6: without a frame, a probe may call back, and every event of that is told', () => {
    const p = loadEnds();
    const log: string[] = [];
    let isNested = false;
    insertExitProbe(p.instance, p.func('sum'), {
      needs: { frame: false },
      exit: () => {
        log.push(isNested ? 'inner' : 'outer');
        if (isNested) return;
        isNested = true;
        expect(p.call('sum', 1)).toBe(1);
        isNested = false;
      },
    });
    expect(p.call('sum', 2)).toBe(3);
    expect(log).toEqual(['outer', 'inner', 'inner', 'outer', 'inner', 'inner', 'outer', 'inner', 'inner']);
  });

  describe('rule 15: a declaration of ends', () => {
    it('tells those ends alone', () => {
      const p = loadEnds();
      const reasons: readonly ExitReason[] = ['return', 'tail-call', 'throw', 'trap', 'host-error'];
      const log: string[] = [];
      insertEverywhere(p, (func) => reasons.map((ends) => told(log, func, ends)));
      for (const [name, arg, thrown, ends] of cases) {
        log.length = 0;
        if (thrown === undefined) p.call(name, arg);
        else thrownBy(() => p.call(name, arg));
        expect(log).toEqual(ends.map((end) => end.replace(/ \d$/, '')));
      }
    });

    it('of errors alone leaves the code of a function that makes no tail call as it is', () => {
      const p = loadEnds();
      p.call('trap', 2);
      const func = p.instance.funcs[p.func('trap')];
      const { made } = func as { made: { units: unknown } };
      insertExitProbe(p.instance, p.func('trap'), { needs: { ends: ['trap'] }, exit: () => {} });
      expect(func?.code).toBe(made.units);
    });

    it('can read locals and operands where it says so', () => {
      const p = loadEnds();
      const seen: unknown[] = [];
      insertExitProbe(p.instance, p.func('trap'), {
        needs: { ends: ['trap'], locals: true, operands: 2 },
        exit: (frame) => void seen.push(frame.local(0).value, frame.operand(0).value, frame.operand(1).value),
      });
      thrownBy(() => p.call('trap', 0));
      expect(seen).toEqual([0, 0, 6]);
    });

    it('of a reason that there is not is refused', () => {
      const p = loadEnds();
      // As a program without types would have it.
      const needs = { ends: ['retrun'] } as unknown as { ends: ExitReason[] };
      expect(() => insertExitProbe(p.instance, p.func('trap'), { needs, exit: () => {} })).toThrow(
        'needs.ends names "retrun": there are return, tail-call, throw, trap, host-error',
      );
      expect(p.instance.funcs[p.func('trap')]?.probes).toBe(null);
    });
  });

  it('rule 14: an activation that ends while it waits for a call has the operands below the arguments', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const engine = tier.name === 'mixed' ? engineIn('mixed', {}, seed) : tier.engine();
      const p = load(ENDS, { engine, imports: { host: { f: fails13 } } });
      const log: string[] = [];
      const needs = { locals: true, operands: 'all' } as const;
      const exit = ({ func, operandTypes }: Frame, { reason }: Exit): void => {
        log.push(`${func.index - p.func('around')} ${reason} ${operandTypes.length}`);
      };
      for (const func of [p.func('around'), p.func('around') + 1, p.func('sum'), p.func('trap')]) {
        insertExitProbe(p.instance, func, { needs, exit });
      }
      expect(thrownBy(() => p.call('around', 13))).toBeInstanceOf(Error);
      expect(log.splice(0), `seed ${seed}`).toEqual(['1 host-error 0', '0 host-error 0']);
      expect(thrownBy(() => p.call('trap', 0))).toBeInstanceOf(Error);
      expect(log).toEqual([`${p.func('trap') - p.func('around')} trap 2`]);
    }
  });

  it('rule 24: an exit of its own is called in place of the action, and so is a fire of its own', () => {
    const p = loadEnds();
    const log: string[] = [];
    class Own extends Action {
      override exit(): void {
        log.push('own exit');
      }
    }
    class Entry implements LocalProbe {
      get inline(): Inline {
        return { fire: Entry.prototype.fire, work: { kind: 'run', action: { run: () => log.push('action') } } };
      }

      fire(_frame: Frame): void {
        log.push('action');
      }
    }
    class OwnEntry extends Entry {
      override fire(): void {
        log.push('own fire');
      }
    }
    for (const probe of [new Entry(), new OwnEntry()]) insertProbe(p.instance, p.func('leaf'), 0, probe);
    for (const probe of [new Own(() => log.push('exit')), new Action(() => log.push('exit'))]) {
      insertExitProbe(p.instance, p.func('leaf'), probe);
    }
    p.call('leaf', 1);
    p.call('leaf', 1);
    const once = ['action', 'own fire', 'own exit', 'exit'];
    expect(log).toEqual([...once, ...once]);
  });
});

function fails13(n: number): void {
  if (n === 13) throw new Error('of the host');
}

function told(log: string[], func: string, ends: ExitReason): ExitProbe {
  return {
    needs: { ends: [ends] },
    exit: (_frame, { reason }) => {
      expect(reason).toBe(ends);
      log.push(`${func} ${reason}`);
    },
  };
}

/** Inserts at all functions of the program's own. */
function insertEverywhere(p: Program, make: (func: string) => ExitProbe | ExitProbe[]): void {
  const functions = new Map(names.map((name) => [p.func(name), name]));
  functions.set(p.func('around') + 1, 'callee');
  for (const [index, name] of functions) {
    for (const probe of [make(name)].flat()) insertExitProbe(p.instance, index, probe);
  }
}
