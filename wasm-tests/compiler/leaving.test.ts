/** Activations that leave compiled code, and come back to it at loops. */

import { describe, expect, test } from 'vitest';
import { Engine, type Frame, insertProbe, type LocalProbe, removeProbe } from '../../engine/index.ts';
import { CountProbe } from '../../probes/index.ts';
import { load, type Program } from '../support/program.ts';
import { engineIn } from '../support/tiers.ts';
import { valueText } from './support/event-log.ts';
import { countLeaves, isCompiled, runningCode, stateOf } from './support/states.ts';

const harmless: LocalProbe = { name: 'harmless', fire: () => {} };

/** Four loops in each other, with operands below each; `at` calls the host in the innermost one. */
const NESTED = `(module (import "e" "host" (func $host (param i32 i32)))
  (func $f (export "f") (param $n i32) (param $at i32) (result i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32) (local $sum i32)
    (i32.const 100000)
    (loop $la
      (local.set $b (i32.const 0))
      (i32.mul (local.get $a) (i32.const 10000))
      (loop $lb
        (local.set $c (i32.const 0))
        (i32.mul (local.get $b) (i32.const 100))
        (loop $lc
          (local.set $d (i32.const 0))
          (local.get $c)
          (loop $ld
            (call $host (local.get $at) (local.get $d))
            (local.set $sum (i32.add (local.get $sum) (i32.add (i32.xor (local.get $a) (local.get $d)) (i32.mul (local.get $b) (local.get $c)))))
            (br_if $ld (i32.lt_s (local.tee $d (i32.add (local.get $d) (i32.const 1))) (local.get $n))))
          (local.set $sum (i32.add (local.get $sum)))
          (br_if $lc (i32.lt_s (local.tee $c (i32.add (local.get $c) (i32.const 1))) (local.get $n))))
        (local.set $sum (i32.add (local.get $sum)))
        (br_if $lb (i32.lt_s (local.tee $b (i32.add (local.get $b) (i32.const 1))) (local.get $n))))
      (local.set $sum (i32.add (local.get $sum)))
      (br_if $la (i32.lt_s (local.tee $a (i32.add (local.get $a) (i32.const 1))) (local.get $n))))
    (i32.add (local.get $sum))))`;

describe('entering at loops', () => {
  function nested(engine: Engine, host: (p: Program) => (call: number) => void): { result: unknown; p: Program } {
    let calls = 0;
    let act: (call: number) => void = () => {};
    const p = load(NESTED, { engine, imports: { e: { host: () => act(calls++) } } });
    act = host(p);
    return { result: p.call('f', 4, 0), p };
  }
  const expected = nested(engineIn('interpreter'), () => () => {}).result;

  test('is possible at each of four nested loops, wherever the function became hot', () => {
    for (let threshold = 1; threshold <= 60; threshold += 4) {
      const engine = new Engine({ tier: 'auto', threshold });
      const modes = new Set<string>();
      const { result, p } = nested(engine, () => () => void modes.add(runningCode()[0] ?? 'none'));
      expect(result, `threshold ${threshold}`).toBe(expected);
      expect(modes).toContain('wasm_f');
      expect(stateOf(p, 'f').loops.size).toBeGreaterThan(0);
    }
  });

  test('follows each leaving, at the next loop that is hot', () => {
    // Patience with a function that keeps being changed begins at 16 calls and iterations.
    const seen: string[] = [];
    const { result, p } = nested(engineIn('js'), (program) => (call) => {
      seen.push(runningCode()[0] ?? 'none');
      if (call === 20) insertProbe(program.instance, program.func('f'), program.pc('f', 'loop', 2), harmless);
    });
    expect(result).toBe(expected);
    expect(seen.slice(0, 21)).toEqual(seen.slice(0, 21).map(() => 'wasm_f'));
    expect(seen[21]).toBe('runPlain');
    expect(seen.at(-1)).toBe('wasm_f');
    expect(seen.indexOf('wasm_f', 21)).toBeLessThan(45);
    expect(stateOf(p, 'f').loops.size).toBe(1);
  });

  test.each([
    ['with a frame', { operands: 'all' }],
    ['without', { frame: false, operands: 1 }],
  ] as const)('keeps operands below a loop whose header has a probe %s', (_what, needs) => {
    for (let last = 1; last <= 12; last++) {
      const p = load(
        `(module (func (export "f") (param $n i32) (result i32) (local $i i32)
          (local.get $n)
          (loop $l (br_if $l (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20))))))`,
        { engine: new Engine({ threshold: 5 }) },
      );
      const func = p.func('f');
      const seen: unknown[] = [];
      const header: LocalProbe = { needs, fire: () => {} };
      const inside: LocalProbe = {
        needs: { operands: 'all' },
        fire: (frame) => {
          seen.push(frame.operand(1).value);
          if (seen.length === last) removeProbe(p.instance, func, p.pc('f', 'loop'), header);
        },
      };
      insertProbe(p.instance, func, p.pc('f', 'loop'), header);
      insertProbe(p.instance, func, p.pc('f', 'local.tee'), inside);
      expect(p.call('f', 7), `left in round ${last}`).toBe(7);
      expect(seen, `left in round ${last}`).toEqual(Array.from({ length: 20 }, () => 7));
    }
  });

  test('and leaving again is possible in the middle of every nesting', () => {
    for (let at = 0; at < 60; at += 7) {
      const { result, p } = nested(new Engine({ threshold: 3 }), (program) => (call) => {
        if (call !== at && call !== at + 70) return;
        insertProbe(program.instance, program.func('f'), program.pc('f', 'i32.xor'), harmless);
      });
      expect(result, `host call ${at}`).toBe(expected);
      expect(stateOf(p, 'f').invalidations).toBe(2);
    }
  });
});

const RECURSION = `(module (import "e" "host" (func $host (param i32)))
  (func $r (export "r") (param $n i32) (result i64) (local $i i32) (local $sum i64)
    (i64.extend_i32_s (i32.mul (local.get $n) (i32.const 3)))
    (if (i32.gt_s (local.get $n) (i32.const 0))
      (then (loop $l
        (call $host (local.get $n))
        (local.set $sum (i64.add (local.get $sum) (call $r (i32.sub (local.get $n) (i32.const 1)))))
        (br_if $l (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))))
    (i64.add (local.get $sum))))`;

describe('recursion', () => {
  function recursive(host: (p: Program, n: number) => void, engine = engineIn('js')): { result: unknown; p: Program } {
    let own: Program | undefined;
    const p = load(RECURSION, { engine, imports: { e: { host: (n: number) => own && host(own, n) } } });
    own = p;
    return { result: p.call('r', 4), p };
  }
  const expected = recursive(() => {}, engineIn('interpreter')).result;

  test('has activations of one function in different tiers at once', () => {
    let mixed = 0;
    let calls = 0;
    const probe = new CountProbe();
    const { result, p } = recursive((program) => {
      const running = new Set(runningCode());
      if (running.has('wasm_r') && running.has('runPlain')) mixed++;
      const place = [program.instance, program.func('r'), program.pc('r', 'local.set')] as const;
      if (calls++ % 30 === 10) insertProbe(...place, probe);
      else if (calls % 30 === 25) removeProbe(...place, probe);
    });
    expect(result).toBe(expected);
    expect(mixed).toBeGreaterThan(5);
    expect(stateOf(p, 'r').invalidations).toBeGreaterThan(3);
  });

  test('ends the life of a probe that removes itself while its function is on the stack three times', () => {
    for (const tier of ['interpreter', 'js', 'mixed'] as const) {
      const seen: string[] = [];
      const engine = engineIn(tier);
      const p = load(RECURSION, { engine, imports: { e: { host: () => {} } } });
      const [func, pc] = [p.func('r'), p.pc('r', 'local.set')];
      const probe: LocalProbe = {
        needs: { operands: 'all', locals: true, stack: true },
        fire: (frame: Frame) => {
          seen.push(`depth ${frame.depth}: ${[0, 1].map((k) => frame.operand(k).value).join(' ')}`);
          // The deepest activation is the first to arrive; three more wait for calls at this time.
          expect(frame.depth).toBe(3);
          expect([...frame.stack].filter((entry) => !('kind' in entry))).toHaveLength(4);
          expect(removeProbe(p.instance, func, pc, probe)).toBe(true);
        },
      };
      p.call('r', 4);
      insertProbe(p.instance, func, pc, probe);
      expect(p.call('r', 4), tier).toBe(expected);
      expect(seen, tier).toEqual(['depth 3: 0 3']);
      expect(p.call('r', 4)).toBe(expected);
      expect(p.instance.funcs[func]?.probes).toBeNull();
    }
  });

  test('sees a written local of an activation below, once that goes on', () => {
    const outcomes = (['interpreter', 'js', 'mixed'] as const).map((tier) => {
      const p = load(RECURSION, { engine: engineIn(tier), imports: { e: { host: () => {} } } });
      let writes = 0;
      const writer: LocalProbe = {
        needs: { locals: true, stack: true, writes: true },
        fire: (frame: Frame) => {
          const caller = frame.caller?.caller;
          if (caller === undefined || frame.local(0).value !== 0) return;
          writes++;
          caller.setLocal(1, 2); // its loop ends after this round
        },
      };
      p.call('r', 3);
      insertProbe(p.instance, p.func('r'), p.pc('r', 'if'), writer);
      return [p.call('r', 4), writes];
    });
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[2]).toEqual(outcomes[0]);
    expect(outcomes[0]?.[0]).not.toBe(expected);
    expect(outcomes[0]?.[1]).toBeGreaterThan(3);
  });
});

/** Values of every type lie on the operand stack while the host is called, which gives several results itself. */
const OPERANDS = `(module (import "e" "host" (func $host (param i32) (result i64 externref f32)))
  (import "e" "see" (func $see (param i64 externref f32)))
  (table $t 2 externref) (elem declare func $f)
  (func $f (export "f") (param $r externref) (param $n i32) (result i32 i64 externref i32 f64 funcref externref i32)
    (local $v v128) (local $keep f32)
    (local.set $keep (f32.reinterpret_i32 (i32.const 0x7fa00001)))
    (local.set $v (i32x4.splat (local.get $n)))
    (table.set $t (i32.const 1) (local.get $r))
    (i32.mul (local.get $n) (i32.const 3)) (i64.const -9) (local.get $r) (i32.reinterpret_f32 (local.get $keep))
    (f64.const -0) (ref.func $f) (table.get $t (i32.const 1))
    (v128.const i32x4 1 2 3 4) (local.get $v)
    (call $host (local.get $n))
    (call $see)
    (local.set $v (i32x4.add))
    (i32x4.extract_lane 2 (local.get $v))))`;

describe('operands of every type', () => {
  const object = { name: 'an object' };

  function run(engine: Engine, act: (p: Program) => void): { result: unknown[]; seen: unknown[]; p: Program } {
    const seen: unknown[] = [];
    let own: Program | undefined;
    const host = (n: number): unknown[] => {
      if (own !== undefined) act(own);
      return [BigInt(n) << 40n, object, 0.5];
    };
    const p = load(OPERANDS, {
      engine,
      imports: { e: { host, see: (...args: unknown[]) => void seen.push(...args) } },
    });
    own = p;
    return { result: p.call('f', object, 5) as unknown[], seen, p }; // several results are an array
  }

  function expectRight({ result, seen, p }: ReturnType<typeof run>): void {
    const [a, b, c, d, e, func, g, h] = result;
    expect([a, b, d, h]).toEqual([15, -9n, 0x7fa00001, 8]);
    expect(e).toBe(-0);
    expect([c, g]).toEqual([object, object]);
    expect(c).toBe(object);
    expect(g).toBe(object);
    expect((func as { name: string }).name).toBe(String(p.func('f')));
    expect(seen).toEqual([5n << 40n, object, 0.5]);
    expect(seen[1]).toBe(object);
  }

  test('survive leaving, with several results of the call that they wait for', () => {
    let leaves = (): number => 0;
    const left = run(engineIn('js'), (p) => {
      expect(isCompiled(p, 'f')).toBe(true);
      leaves = countLeaves(p, 'f');
      insertProbe(p.instance, p.func('f'), p.pc('f', 'i32x4.add'), harmless);
    });
    expect(leaves()).toBe(1);
    expectRight(left);
    for (const tier of ['interpreter', 'js', 'mixed'] as const) expectRight(run(engineIn(tier), () => {}));
  });

  test('are seen and can be written by a probe that was inserted while the call ran', () => {
    for (const tier of ['interpreter', 'js', 'mixed'] as const) {
      const seen: string[] = [];
      const look: LocalProbe = {
        needs: { operands: 'all', locals: true, writes: true },
        fire: (frame) => {
          for (let k = 0; k < 12; k++) seen.push(valueText(frame.operand(k)).replace(/^\d+:/, ''));
          frame.setOperand(2, 7n);
          frame.setOperand(11, 21);
        },
      };
      const { result, seen: arguments_ } = run(engineIn(tier), (p) => {
        insertProbe(p.instance, p.func('f'), p.pc('f', 'call', 1), look);
      });
      expect(seen, tier).toEqual([
        '1056964608',
        'object [object Object]',
        `${5n << 40n}n`,
        '05000000'.repeat(4),
        '01000000020000000300000004000000',
        'object [object Object]',
        expect.stringMatching(/^function \d+\/2$/),
        String(1n << 63n),
        '2141192193',
        'object [object Object]',
        '-9n',
        '15',
      ]);
      expect(arguments_[0], tier).toBe(7n);
      expect(result[0], tier).toBe(21);
    }
  });
});

/** Several results in loops, and a block that passes several values on. */
const SEVERAL = `(module (import "e" "host" (func $host))
  (func $two (param i32) (result i32 i64) (call $host) (local.get 0) (i64.extend_i32_u (local.get 0)))
  (func $f (export "f") (param $n i32) (result i64) (local $sum i64)
    (i32.const 7) (i64.const 1000)
    (loop $l (param i32 i64) (result i32 i64)
      (local.set $sum (i64.add (local.get $sum)))
      (call $two (local.get $n))
      (local.set $sum (i64.sub (local.get $sum)))
      (i32.add)
      (call $two (i32.add (local.get $n) (i32.const 1)))
      (block $b (param i32 i32 i64) (result i32 i64)
        (local.set $sum (i64.xor (local.get $sum)))
        (i32.sub)
        (local.get $sum)
        (call $host)
        (br $b))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.set $sum (i64.add (local.get $sum)))
    (i64.extend_i32_s) (i64.add (local.get $sum))))`;

test('several values of loops, blocks and calls survive an insertion and a removal at each call of the host', () => {
  const run = (engine: Engine, act: (p: Program, call: number) => void): { result: unknown; calls: number } => {
    let calls = 0;
    let own: Program | undefined;
    const p = load(SEVERAL, { engine, imports: { e: { host: () => own && act(own, calls++) } } });
    own = p;
    return { result: p.call('f', 4), calls };
  };
  const { result, calls } = run(engineIn('interpreter'), () => {});
  expect(calls).toBe(12);
  for (const name of ['loop', 'block', 'i32.sub', 'local.tee', 'br_if']) {
    for (let at = 0; at < calls; at++) {
      const left = run(engineIn('js'), (p, call) => {
        const place = [p.instance, p.func('f'), p.pc('f', name), harmless] as const;
        if (call === at) insertProbe(...place);
        if (call === at + 3) removeProbe(...place);
      });
      expect(left, `${name}, call ${at}`).toEqual({ result, calls });
    }
  }
});

test('code is the same after the last removal as before the first insertion', () => {
  const p = load(SEVERAL, { engine: engineIn('js'), imports: { e: { host: () => {} } } });
  p.call('f', 3);
  const before = stateOf(p, 'f').unit?.source;
  const places = p.pcs('f').map((pc) => [p.instance, p.func('f'), pc, new CountProbe()] as const);
  for (const place of places) insertProbe(...place);
  for (let i = 0; i < 20; i++) p.call('f', 3);
  expect(stateOf(p, 'f').unit?.source).toMatch(/cells/);
  for (const place of places) removeProbe(...place);
  for (let i = 0; i < 4000 && !isCompiled(p, 'f'); i++) p.call('f', 3);
  expect(stateOf(p, 'f').unit?.source).toBe(before);
});
