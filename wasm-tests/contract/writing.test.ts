/** Rules 16 and 17 of the probe contract: what a probe writes. */

import { describe, expect, it } from 'vitest';
import {
  type Frame,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  type LocalProbe,
  ProbeError,
  removeGlobalProbe,
} from '../../engine/index.ts';
import type { Program } from '../support/program.ts';
import { loader, thrownBy, tiers } from './tiers.ts';

const WRITES = { locals: true, operands: 'all', writes: true } as const;
const ALL = { ...WRITES, stack: true, results: true } as const;

const TYPES = `(module
  (memory (export "m") 1)
  (func $dummy (export "dummy"))
  (func (export "i32") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func (export "i64") (param i64) (result i64) (i64.add (local.get 0) (i64.const 1)))
  (func (export "f32") (param f32) (result f32) (f32.add (local.get 0) (f32.const 1)))
  (func (export "f64") (param f64) (result f64) (f64.add (local.get 0) (f64.const 1)))
  (func (export "v128") (param i32) (result i32) (local v128)
    (local.set 1 (i32x4.splat (local.get 0))) (nop)
    (i32x4.extract_lane 3 (local.get 1)))
  (func (export "externref") (param externref) (result externref) (nop) (local.get 0))
  (func (export "funcref") (param funcref) (result i32) (nop) (ref.is_null (local.get 0)))
  (func (export "bits") (param f32) (result i32) (nop) (i32.reinterpret_f32 (local.get 0)))
  (func (export "bits64") (param f64) (result i64) (nop) (i64.reinterpret_f64 (local.get 0))))`;

describe.each(tiers)('writing in tier $name', (tier) => {
  const load = loader(tier);

  /** What `name` gives when a probe at its first instruction writes local `index`. */
  function withLocal(name: string, index: number, value: unknown, ...args: unknown[]): unknown {
    const p = load(TYPES);
    const at = name === 'v128' ? p.pc(name, 'nop') : (p.pcs(name)[0] as number);
    let events = 0;
    insertProbe(p.instance, p.func(name), at, {
      needs: WRITES,
      fire: (frame) => {
        events++;
        frame.setLocal(index, value);
        // Who reads it next sees it.
        const { value: now, bits } = frame.local(index);
        if (typeof value === 'number' || typeof value === 'bigint') expect(now).toBe(value);
        if (bits !== undefined && typeof value === 'object') expect({ bits }).toEqual(value);
      },
    });
    const result = p.call(name, ...args);
    expect(events).toBe(1);
    return result;
  }

  const object = { an: 'object' };
  const written: [string, number, unknown, unknown, unknown][] = [
    ['i32', 0, -5, 1, -4],
    ['i64', 0, -5n, 1n, -4n],
    ['f32', 0, 0.25, 1, 1.25],
    ['f64', 0, 1e10, 1, 10000000001],
    ['v128', 1, Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0]), 7, 513],
    ['externref', 0, object, null, object],
    ['funcref', 0, null, null, 1],
    ['bits', 0, { bits: 0x7fa00001n }, 1, 0x7fa00001],
    ['bits64', 0, { bits: 0xfff4000000000001n }, 1, BigInt.asIntN(64, 0xfff4000000000001n)],
  ];
  it.each(written)(
    'rule 16: a written local of type %s is seen by the instructions that follow',
    (name, index, value, arg, result) => {
      expect(withLocal(name, index, value, arg)).toBe(result);
    },
  );

  it('rule 16: a written function reference is the function', () => {
    const p = load(TYPES);
    const dummy = p.instance.funcs[0]?.jsObject;
    expect(withLocal('funcref', 0, null, dummy)).toBe(1);
    insertProbe(p.instance, p.func('funcref'), p.pc('funcref', 'nop'), {
      needs: WRITES,
      fire: (frame) => {
        frame.setLocal(0, dummy);
        expect(frame.local(0).value).toBe(dummy);
      },
    });
    expect(p.call('funcref', null)).toBe(0);
  });

  it('rule 16: a written operand is seen by the instruction itself, whose event is not fired again', () => {
    const p = load(TYPES);
    const log: string[] = [];
    const probe = (name: string, fromTop: number, value: number): LocalProbe => ({
      needs: WRITES,
      fire: (frame) => {
        log.push(`${name} ${frame.operand(fromTop).value}`);
        frame.setOperand(fromTop, value);
      },
    });
    const at = p.pc('i32', 'i32.add');
    insertProbe(p.instance, p.func('i32'), at, probe('a', 0, 100));
    insertProbe(p.instance, p.func('i32'), at, probe('b', 1, 1000));
    insertProbe(p.instance, p.func('i32'), at, probe('c', 0, 200));
    expect(p.call('i32', 7)).toBe(1200);
    // Probes of one event see what those before wrote.
    expect(log).toEqual(['a 1', 'b 7', 'c 100']);
  });

  it('rule 16: an event fires once although every probe of it writes, in a loop and with global probes', () => {
    const p = load(`(module (func (export "f") (param i32) (result i32) (local i32)
      (loop (local.set 1 (i32.add (local.get 1) (i32.const 1)))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (local.get 1)))`);
    const count = new Map<number, number>();
    const rewrite = (frame: Frame): void => {
      count.set(frame.pc, (count.get(frame.pc) ?? 0) + 1);
      for (let i = 0; i < 2; i++) frame.setLocal(i, frame.local(i).value);
      for (let i = 0; i < frame.operandTypes.length; i++) frame.setOperand(i, frame.operand(i).value);
    };
    for (const pc of p.pcs('f')) insertProbe(p.instance, 0, pc, { needs: WRITES, fire: rewrite });
    const global = { needs: WRITES, fire: rewrite };
    insertGlobalProbe(p.instance, global);
    expect(p.call('f', 10)).toBe(10);
    removeGlobalProbe(p.instance, global);
    expect(p.call('f', 10)).toBe(10);
    expect([count.get(p.pc('f', 'loop')), count.get(p.pc('f', 'br_if')), count.get(p.pc('f', 'end', 1))]).toEqual([
      30, 30, 3,
    ]);
  });

  it('rule 16: conditions, callees and results can be changed', () => {
    const p = load(`(module (type $t (func (result i32)))
      (table funcref (elem $one $two))
      (func $one (result i32) (i32.const 1))
      (func $two (result i32) (i32.const 2))
      (func (export "call") (result i32) (call_indirect (type $t) (i32.const 0)))
      (func (export "if") (param i32) (result i32) (if (result i32) (local.get 0) (then (i32.const 10)) (else (i32.const 20))))
      (func (export "return") (result i32 i64) (i64.const 1) (drop) (return (i32.const 3) (i64.const 4))))`);
    const set = (value: unknown): LocalProbe => ({ needs: WRITES, fire: (frame) => frame.setOperand(0, value) });
    insertProbe(p.instance, p.func('call'), p.pc('call', 'call_indirect'), set(1));
    insertProbe(p.instance, p.func('if'), p.pc('if', 'if'), set(0));
    insertExitProbe(p.instance, p.func('return'), {
      needs: ALL,
      exit: (frame) => {
        frame.setOperand(0, 40n);
        frame.setOperand(1, 30);
      },
    });
    const results: unknown[] = [];
    insertExitProbe(p.instance, p.func('return'), {
      needs: ALL,
      exit: (_f, exit) => results.push(...exit.results.map((r) => r.value)),
    });
    expect([p.call('call'), p.call('if', 1), p.call('return')]).toEqual([2, 20, [30, 40n]]);
    expect(results).toEqual([30, 40n]);
  });

  it('rule 16: parameters written at the entry', () => {
    const p = load(TYPES);
    insertProbe(p.instance, p.func('i64'), 0, { needs: WRITES, fire: (frame) => frame.setLocal(0, 2n ** 62n) });
    expect(p.call('i64', 0n)).toBe(2n ** 62n + 1n);
  });

  const misfits: [string, unknown][] = [
    ['i32', 1.5],
    ['i32', 1n],
    ['i32', '1'],
    ['i32', undefined],
    ['i32', Number.NaN],
    ['i64', 1],
    ['f32', 1n],
    ['f64', '1'],
    ['f64', { bits: 1 }],
    ['f64', null],
    ['funcref', () => {}],
    ['funcref', undefined],
    ['funcref', 0],
  ];
  it.each(misfits)('rule 16: a local of type %s does not take %o, and keeps its value', (name, value) => {
    const p = load(TYPES);
    let error: unknown;
    insertProbe(p.instance, p.func(name), p.pcs(name)[0] as number, {
      needs: WRITES,
      fire: (frame) => {
        const before = frame.local(0).value;
        error = thrownBy(() => frame.setLocal(0, value));
        expect(frame.local(0).value).toBe(before);
      },
    });
    p.call(name, name === 'i64' ? 5n : name === 'funcref' ? null : 5);
    expect(error).toBeInstanceOf(ProbeError);
    expect((error as Error).message).toContain(`local 0 has type ${name}, which cannot hold`);
  });

  it('rule 16: nor does a v128 take anything but 16 bytes; nor is there an operand or local that does not exist', () => {
    const p = load(TYPES);
    const errors: unknown[] = [];
    insertProbe(p.instance, p.func('v128'), p.pc('v128', 'nop'), {
      needs: WRITES,
      fire: (frame) => {
        for (const value of [0, new Uint8Array(15), [], null]) errors.push(thrownBy(() => frame.setLocal(1, value)));
        errors.push(thrownBy(() => frame.setLocal(2, 0)));
        errors.push(thrownBy(() => frame.setOperand(0, 0)));
      },
    });
    expect(p.call('v128', 9)).toBe(9);
    expect(errors.every((error) => error instanceof ProbeError)).toBe(true);
    expect((errors[4] as Error).message).toBe('there is no local 2: the function has 2');
    expect((errors[5] as Error).message).toBe('there is no operand 0 from the top: 0 are on the stack');
  });

  const NESTED = `(module
    (import "host" "f" (func $host))
    (func $callee (param $a i32) (param $b i32) (result i32) (local $c i32)
      (call $host)
      (local.set $a (i32.const 500))
      (local.set $c (i32.const 7))
      (i32.add (local.get $b) (local.get $c)))
    (func $caller (export "caller") (param $p i32) (result i32) (local $q i64) (local $v v128)
      (local.set $q (i64.const 5))
      (i32.const 1000)
      (call $callee (local.get $p) (i32.const 30))
      (i32.add)
      (i32.add (local.get $p))
      (i32.add (i32.wrap_i64 (local.get $q)))
      (i32.add (i32x4.extract_lane 1 (local.get $v))))
    (func (export "outermost") (param i32) (result i32) (call $caller (local.get 0))))`;

  function loadNested(host: () => void = () => {}): Program {
    return load(NESTED, { imports: { host: { f: host } } });
  }

  it('rule 17: locals of the caller, written in the callee, are seen when the caller goes on; the call is not done again', () => {
    const p = loadNested();
    let calls = 0;
    let entries = 0;
    insertProbe(p.instance, p.func('caller'), p.pc('caller', 'call'), { fire: () => calls++ });
    insertProbe(p.instance, 1, 0, { fire: () => entries++ });
    insertProbe(p.instance, 1, p.pc(1, 'i32.add'), {
      needs: ALL,
      fire: ({ caller }) => {
        caller?.setLocal(0, 2000);
        caller?.setLocal(1, 3_0000n);
        caller?.setLocal(2, Uint8Array.from([0, 0, 0, 0, 0xa0, 0x86, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
      },
    });
    // 1000 + (30 + 7) + 2000 + 30000 + 100000
    expect(p.call('caller', 1)).toBe(133_037);
    expect([calls, entries]).toEqual([1, 1]);
  });

  it("rule 17: the caller's own locals are its own, though its arguments became the callee's locals", () => {
    const p = loadNested();
    const seen: unknown[] = [];
    insertProbe(p.instance, 1, p.pc(1, 'i32.add'), {
      needs: ALL,
      fire: (frame) => {
        const { caller } = frame;
        // The callee overwrote its first parameter: the caller's local that it came from stays.
        seen.push(frame.local(0).value, caller?.local(0).value);
        caller?.setLocal(0, 3);
        seen.push(frame.local(0).value, caller?.local(0).value);
        frame.setLocal(0, 4);
        frame.setLocal(1, 60);
        seen.push(frame.local(0).value, caller?.local(0).value, caller?.operand(0).value);
        // The operands that the call took are the callee's: the caller has only the one below.
        expect(caller?.operandTypes.length).toBe(1);
        expect(() => caller?.operand(1)).toThrow('there is no operand 1');
      },
    });
    // The operands of the addition are already on the stack: 1000 + (30 + 7) + 3 + 5 + 0
    expect(p.call('caller', 1)).toBe(1045);
    expect(seen).toEqual([500, 1, 500, 3, 4, 3, 1000]);
  });

  it('rule 17: every caller, at any depth, from an entry, an exit and while its callee waits for a host function', () => {
    const p: Program = loadNested(() => p2.call('caller', 0));
    const p2 = load(NESTED, { imports: { host: { f: () => {} } }, engine: p.engine });
    insertProbe(p2.instance, 1, 0, {
      needs: ALL,
      fire: (frame) => {
        const callers = [];
        for (let f = frame.caller; f !== undefined; f = f.caller) callers.push(f);
        expect(callers.map((f) => [f.func.index, f.instance === p2.instance])).toEqual([
          [2, true],
          [1, false],
          [2, false],
          [3, false],
        ]);
        callers[2]?.setLocal(0, 20);
      },
    });
    insertExitProbe(p.instance, 1, { needs: ALL, exit: ({ caller }) => caller?.setLocal(1, 600n) });
    // 1000 + 37 + 20 + 600
    expect(p.call('outermost', 1)).toBe(1657);
  });

  it('rule 17: types are checked, operands of callers cannot be written, and both must be declared', () => {
    const p = loadNested();
    const messages: string[] = [];
    insertProbe(p.instance, 1, p.pc(1, 'i32.add'), {
      needs: ALL,
      fire: ({ caller }) => {
        for (const use of [
          () => caller?.setLocal(1, 5),
          () => caller?.setLocal(3, 5),
          () => caller?.setOperand(0, 5),
        ]) {
          messages.push((thrownBy(use) as Error).message);
        }
      },
    });
    insertProbe(p.instance, 1, p.pc(1, 'i32.add'), {
      needs: { stack: true, locals: true },
      fire: ({ caller }) => messages.push((thrownBy(() => caller?.setLocal(1, 5n)) as Error).message),
    });
    expect(p.call('caller', 1)).toBe(1043);
    expect(messages).toEqual([
      'local 1 has type i64, which cannot hold 5 (a number)',
      'there is no local 3: the function has 3',
      'operands can be written in the frame of the event only',
      'writing must be declared: add "writes: true" to the "needs" of the probe',
    ]);
  });
});
