/** Rules 14, 15 and 18 of the probe contract: what a frame shows, to whom, and for how long. */

import { describe, expect, it } from 'vitest';
import {
  type Exit,
  type Frame,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  internals,
  ProbeError,
  type TypedValue,
  valtype,
} from '../../engine/index.ts';
import type { Program } from '../support/program.ts';
import { loader, thrownBy, tiers } from './tiers.ts';

const ALL = { operands: 'all', locals: true, results: true, stack: true, writes: true } as const;

const VALUES = `(module
  (func $callee (param i32))
  (func (export "f") (param i32 i64 f32 f64 externref) (result f32 i64)
    (local v128 funcref i32)
    (local.set 5 (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15))
    (local.set 6 (ref.func $callee))
    (local.get 5)
    (local.get 4)
    (i32.const -7)
    (i64.const -8)
    (f32.reinterpret_i32 (i32.const 0x7fa00001))
    (f64.const -0)
    (nop)
    (drop) (drop) (drop) (drop) (drop) (drop)
    (local.get 2)
    (local.get 1))
  (elem declare func $callee))`;

function names(types: readonly valtype.ValType[]): string[] {
  return types.map((type) => valtype.typeName(type));
}

/** Type names and values. */
function plain(values: readonly TypedValue[]): unknown[] {
  return values.map(({ type, value }) => [valtype.typeName(type), value]);
}

describe.each(tiers)('frames in tier $name', (tier) => {
  const load = loader(tier);

  describe('rule 14: a frame gives', () => {
    it('locals and operands of every type, with their number and types', () => {
      const p = load(VALUES);
      const object = { some: 'object' };
      let events = 0;
      insertProbe(p.instance, p.func('f'), p.pc('f', 'nop'), {
        needs: ALL,
        fire: (frame) => {
          events++;
          expect(frame.instance).toBe(p.instance);
          expect(frame.func).toBe(p.instance.funcs[p.func('f')]);
          expect([frame.pc, frame.depth, frame.caller]).toEqual([p.pc('f', 'nop'), 0, undefined]);
          expect(names(frame.localTypes)).toEqual(['i32', 'i64', 'f32', 'f64', 'externref', 'v128', 'funcref', 'i32']);
          const locals = frame.localTypes.map((_, i) => frame.local(i));
          const bytes = Uint8Array.from({ length: 16 }, (_, i) => i);
          expect(plain(locals.slice(0, 4))).toEqual([
            ['i32', -1],
            ['i64', -2n],
            ['f32', 0.5],
            ['f64', 1e300],
          ]);
          expect(locals[4]?.value).toBe(object);
          expect(locals[5]?.value).toEqual(bytes);
          expect(internals.functionOf(locals[6]?.value)).toBe(p.instance.funcs[0]);
          expect(locals[7]?.value).toBe(0);
          expect(names(frame.operandTypes)).toEqual(['v128', 'externref', 'i32', 'i64', 'f32', 'f64']);
          const operands = frame.operandTypes.map((_, i) => frame.operand(i));
          expect(operands.map(({ value }) => value)).toEqual([-0, Number.NaN, -8n, -7, object, bytes]);
        },
      });
      p.call('f', -1, -2n, 0.5, 1e300, object);
      expect(events).toBe(1);
    });

    it('the exact bits of floats, also of a signalling NaN', () => {
      const p = load(VALUES);
      const bits: unknown[] = [];
      insertProbe(p.instance, p.func('f'), p.pc('f', 'nop'), {
        needs: ALL,
        fire: (frame) => {
          bits.push(frame.operand(0).bits, frame.operand(1).bits, frame.local(2).bits, frame.local(0).bits);
        },
      });
      p.call('f', 0, 0n, -1.5, 0, null);
      expect(bits).toEqual([0x8000000000000000n, 0x7fa00001n, 0xbfc00000n, undefined]);
    });

    it('several results in order, when it ends', () => {
      const p = load(VALUES);
      const results: unknown[] = [];
      insertExitProbe(p.instance, p.func('f'), {
        needs: { results: true },
        exit: (_f, exit) => results.push(plain(exit.results)),
      });
      insertExitProbe(p.instance, p.func('f'), { exit: (_f, exit) => results.push(exit.results) });
      p.call('f', 0, 5n, 2.5, 0, null);
      expect(results).toEqual([
        [
          ['f32', 2.5],
          ['i64', 5n],
        ],
        [],
      ]);
    });

    it('v128 results', () => {
      const p = load(`(module
        (func $v (param i32) (result v128) (i32x4.splat (local.get 0)))
        (func (export "f") (param i32) (result i32) (i32x4.extract_lane 2 (call $v (local.get 0)))))`);
      const seen: unknown[] = [];
      insertExitProbe(p.instance, 0, {
        needs: { results: true },
        exit: (_f, exit) => seen.push(...plain(exit.results)),
      });
      expect(p.call('f', 3)).toBe(3);
      expect(seen).toEqual([['v128', Uint8Array.from([3, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0])]]);
    });

    it('the operands at an `end` to which a branch brought them, though the code before is dead', () => {
      const p = load(`(module (func (export "f") (param i32) (result i32 i64)
        (i64.const 3)
        (block (result i32) (br 0 (i32.const 4)))
        (loop (param i64 i32) (result i32 i64)
          (local.set 0) (drop) (br 1 (local.get 0) (i64.const 9)))))`);
      const seen: unknown[] = [];
      for (const nth of [0, 2]) {
        insertProbe(p.instance, 0, p.pc('f', 'end', nth), {
          needs: ALL,
          fire: (frame) => seen.push(plain(frame.operandTypes.map((_, i) => frame.operand(i)))),
        });
      }
      expect(p.call('f', 0)).toEqual([4, 9n]);
      expect(seen).toEqual([
        [
          ['i32', 4],
          ['i64', 3n],
        ],
        [
          ['i64', 9n],
          ['i32', 4],
        ],
      ]);
    });

    it('references with the type of the label where branches arrive, and of the parameters at a loop', () => {
      const p = load(`(module (type $t (func)) (elem declare func $g) (func $g)
        (func (export "f") (param i32)
          (block (result funcref)
            (drop (br_if 0 (ref.null func) (local.get 0)))
            (ref.func $g))
          (drop)))`);
      const seen: unknown[] = [];
      insertProbe(p.instance, 1, p.pc('f', 'end'), {
        needs: ALL,
        fire: (frame) => seen.push([names(frame.operandTypes), typeof frame.operand(0).value]),
      });
      p.call('f', 0);
      p.call('f', 1);
      expect(seen).toEqual([
        [['funcref'], 'function'],
        [['funcref'], 'object'],
      ]);
    });
  });

  const NESTED = `(module
    (import "host" "f" (func $host (param i32)))
    (func $inner (param $x i32) (param $y i32) (result i32) (local $z i32)
      (local.set $z (i32.const 99))
      (call $host (local.get $x))
      (i32.add (local.get $x) (local.get $y)))
    (func $middle (export "middle") (param $n i32) (result i32)
      (i32.const 11)
      (i32.const 22)
      (call $inner (local.get $n) (i32.const 44))
      (i32.add) (i32.add))
    (func (export "outer") (param $n i32) (result i32) (call $middle (local.get $n)))
    (func (export "hosted") (param $n i32) (call $host (local.get $n))))`;

  function loadNested(host: (n: number) => void = () => {}): Program {
    return load(NESTED, { imports: { host: { f: host } } });
  }

  describe('rule 15: reading', () => {
    it('works for every frame on the stack; what a call took is no operand of the caller any more', () => {
      const p = loadNested();
      const seen: unknown[] = [];
      insertProbe(p.instance, 1, p.pc(1, 'i32.add'), {
        needs: ALL,
        fire: (frame) => {
          for (let f: Frame | undefined = frame; f !== undefined; f = f.caller) {
            const { func, pc, depth } = f;
            const operands = f.operandTypes.map((_, i) => (f as Frame).operand(i).value);
            seen.push([func.index, pc, depth, f.localTypes.map((_, i) => (f as Frame).local(i).value), operands]);
          }
        },
      });
      expect(p.call('outer', 5)).toBe(82);
      expect(seen).toEqual([
        [1, p.pc(1, 'i32.add'), 2, [5, 44, 99], [44, 5]],
        [2, p.pc(2, 'call'), 1, [5], [22, 11]],
        [3, p.pc(3, 'call'), 0, [5], []],
      ]);
    });

    it('shows frames below a host function, and a frame whose probe called back with all its operands', () => {
      const p: Program = loadNested(function again(n) {
        if (n === 1) p.call('hosted', 0);
      });
      const seen: unknown[] = [];
      insertProbe(p.instance, p.func('hosted'), 0, {
        needs: ALL,
        fire: (frame) =>
          seen.push(frame.stack.map((e) => ('kind' in e ? `host ${e.name}` : [e.func.index, e.operandTypes.length]))),
      });
      p.call('middle', 1);
      insertProbe(p.instance, 1, p.pc(1, 'i32.add'), { fire: () => p.call('hosted', 0) });
      p.call('middle', 0);
      expect(seen).toEqual([
        [[4, 0], 'host again', [1, 0], [2, 2], 'host undefined'],
        [[4, 0], 'host undefined', [1, 2], [2, 2], 'host undefined'],
      ]);
    });

    const undeclared: [string, (frame: Frame) => unknown, string][] = [
      ['a local', (frame) => frame.local(0), '"locals: true"'],
      ['an operand', (frame) => frame.operand(0), '"operands: 1"'],
      ['a deeper operand', (frame) => frame.operand(1), '"operands: 2"'],
      ['the caller', (frame) => frame.caller, '"stack: true"'],
      ['the depth', (frame) => frame.depth, '"stack: true"'],
      ['the stack', (frame) => frame.stack, '"stack: true"'],
      ['writing a local', (frame) => frame.setLocal(0, 1), '"writes: true"'],
      ['writing an operand', (frame) => frame.setOperand(0, 1), '"writes: true"'],
    ];
    it.each(undeclared)('%s without a declaration is an error that names what to add', (_what, use, declaration) => {
      const p = loadNested();
      insertProbe(p.instance, 1, p.pc(1, 'i32.add'), { name: 'forgetful', fire: (frame) => void use(frame) });
      const error = thrownBy(() => p.call('middle', 1)) as ProbeError;
      expect(error).toBeInstanceOf(ProbeError);
      expect(error.message).toContain(`add ${declaration} to the "needs" of the probe`);
      expect([error.probe, error.func, error.pc]).toEqual(['forgetful', 1, p.pc(1, 'i32.add')]);
      expect(error.cause).toBeInstanceOf(ProbeError);
    });

    it('more operands than declared is an error, as is one that is not there', () => {
      const p = loadNested();
      const messages: string[] = [];
      insertProbe(p.instance, 2, p.pc(2, 'call'), {
        needs: { operands: 2 },
        fire: (frame) => {
          expect([frame.operand(0).value, frame.operand(1).value]).toEqual([44, 1]);
          messages.push((thrownBy(() => frame.operand(2)) as Error).message);
        },
      });
      insertProbe(p.instance, 2, p.pc(2, 'call'), {
        needs: { operands: 'all', locals: true },
        fire: (frame) => {
          for (const n of [4, -1, 0.5]) messages.push((thrownBy(() => frame.operand(n)) as Error).message);
          for (const n of [1, -1]) messages.push((thrownBy(() => frame.local(n)) as Error).message);
        },
      });
      p.call('middle', 1);
      expect(messages).toEqual([
        'reading operand 2 from the top must be declared: add "operands: 3" to the "needs" of the probe',
        'there is no operand 4 from the top: 4 are on the stack',
        'there is no operand -1 from the top: 4 are on the stack',
        'there is no operand 0.5 from the top: 4 are on the stack',
        'there is no local 1: the function has 1',
        'there is no local -1: the function has 1',
      ]);
    });

    it('is settled when a probe is inserted, each time for itself; a declaration without sense is refused', () => {
      const p = loadNested();
      const add = p.pc(1, 'i32.add');
      const seen: unknown[] = [];
      const fire = (frame: Frame): void => {
        try {
          seen.push(frame.local(0).value);
        } catch {
          seen.push('undeclared');
        }
      };
      insertProbe(p.instance, 1, add, { fire });
      insertProbe(p.instance, 1, add, { needs: { locals: true }, fire });
      insertGlobalProbe(p.instance, {
        fire: (frame) => (frame.pc === add && frame.func.index === 1 ? fire(frame) : undefined),
      });
      p.call('middle', 6);
      expect(seen).toEqual(['undeclared', 'undeclared', 6]);
      expect(() => insertProbe(p.instance, 1, add, { needs: { operands: -1 }, fire })).toThrow(TypeError);
      expect(() => insertExitProbe(p.instance, 1, { needs: { operands: 0.5 }, exit: () => {} })).toThrow(TypeError);
    });

    it('another frame in an event whose probe does not walk the stack is undeclared, too', () => {
      const p = loadNested();
      let outer: Frame | undefined;
      const seen: string[] = [];
      insertProbe(p.instance, 2, 0, { needs: ALL, fire: (frame) => (outer = frame) });
      insertProbe(p.instance, 1, 0, {
        needs: { locals: true },
        fire: (frame) => {
          expect(frame.local(0).value).toBe(3);
          for (const use of [() => outer?.pc, () => outer?.local(0)]) seen.push((thrownBy(use) as Error).message);
        },
      });
      p.call('middle', 3);
      expect(seen).toEqual(
        Array(2).fill('reading other frames must be declared: add "stack: true" to the "needs" of the probe'),
      );
    });
  });

  describe('rule 18: one frame for an activation', () => {
    const uses: [string, (frame: Frame) => unknown][] = [
      ...(['func', 'instance', 'pc', 'depth', 'caller', 'stack', 'localTypes', 'operandTypes'] as const).map(
        (name): [string, (frame: Frame) => unknown] => [name, (frame) => frame[name]],
      ),
      ['local', (frame) => frame.local(0)],
      ['operand', (frame) => frame.operand(0)],
      ['setLocal', (frame) => frame.setLocal(0, 1)],
      ['setOperand', (frame) => frame.setOperand(0, 1)],
      ['trap', (frame) => frame.trap('too late')],
    ];

    it('a frame that is kept and used outside of events is one and the same error, whatever is used', () => {
      let kept: Frame | undefined;
      const messages = new Set<string>();
      const p = loadNested(() => {
        expect(kept?.hasEnded).toBe(false);
        for (const [, use] of uses) messages.add((thrownBy(() => use(kept as Frame)) as Error).message);
      });
      insertProbe(p.instance, p.func('hosted'), 0, { needs: ALL, fire: (frame) => (kept = frame) });
      p.call('hosted', 1);
      expect([...messages]).toEqual(['frames can be used during events only: keep what you read, not the frame']);
    });

    it('the same holds in a host function that was called from the event of another probe', () => {
      let kept: Frame | undefined;
      const errors: unknown[] = [];
      const p: Program = loadNested((n) => {
        if (n === 2) errors.push(thrownBy(() => kept?.local(0)));
      });
      insertProbe(p.instance, 1, 0, {
        needs: ALL,
        fire: (frame) => {
          kept = frame;
          p.call('hosted', 2);
          // The call is over, and the event goes on.
          expect(frame.local(0).value).toBe(1);
        },
      });
      p.call('middle', 1);
      expect(errors.map(String)).toEqual([expect.stringContaining('during events only')]);
    });

    const ENDS = `(module
      (import "host" "f" (func $host))
      (table funcref (elem $leaf))
      (func $leaf (export "leaf") (param i32) (result i32) (local.get 0))
      (func (export "return") (param i32) (result i32) (return (local.get 0)))
      (func (export "trap") (param i32) (result i32) (unreachable))
      (func (export "tail") (param i32) (result i32) (return_call $leaf (local.get 0)))
      (func (export "tail_indirect") (param i32) (result i32) (return_call_indirect (param i32) (result i32) (local.get 0) (i32.const 0)))
      (func (export "tail_host") (param i32) (return_call $host))
      (func (export "host") (param i32) (result i32) (call $host) (local.get 0)))`;

    it.each(['return', 'trap', 'tail', 'tail_indirect', 'tail_host', 'host'])(
      'a frame is dead after its end: %s',
      (name) => {
        let check = (): void => {};
        const p = load(ENDS, {
          imports: {
            host: {
              f: () => {
                check();
                throw new Error('of the host');
              },
            },
          },
        });
        const func = p.func(name);
        const frames = new Set<Frame>();
        const note = (frame: Frame): void => void frames.add(frame);
        for (const pc of [0, ...p.pcs(func)]) insertProbe(p.instance, func, pc, { needs: ALL, fire: note });
        insertExitProbe(p.instance, func, { needs: ALL, exit: note });
        // The callee of a tail call, and the host function, must find the frame of the caller dead.
        const states: boolean[] = [];
        check = () => states.push(...[...frames].map((frame) => frame.hasEnded));
        insertProbe(p.instance, p.func('leaf'), 0, { fire: check });
        try {
          p.call(name, 0);
        } catch {
          // the ends that are errors
        }
        if (name.startsWith('tail')) expect(states).toEqual([true]);
        if (name === 'host') expect(states).toEqual([false]);
        expect(frames.size).toBe(1);
        const [frame] = [...frames] as [Frame];
        expect(frame.hasEnded).toBe(true);
        for (const [, use] of uses) expect(() => use(frame)).toThrow('the activation of this frame has ended');
      },
    );

    it('a new activation at the same depth, also by a tail call, has another frame; an exit probe gets that of the others', () => {
      const p = load(ENDS, { imports: { host: { f: () => {} } } });
      const frames: Frame[] = [];
      const ends: [Frame, Exit['reason']][] = [];
      for (const name of ['leaf', 'tail']) {
        insertProbe(p.instance, p.func(name), 0, { fire: (frame) => frames.push(frame) });
        insertExitProbe(p.instance, p.func(name), { exit: (frame, { reason }) => ends.push([frame, reason]) });
      }
      p.call('tail', 1);
      p.call('leaf', 1);
      expect(new Set(frames).size).toBe(3);
      expect(ends.map(([, reason]) => reason)).toEqual(['tail-call', 'return', 'return']);
      expect(ends.every(([frame], i) => frame === frames[i])).toBe(true);
    });
  });
});
