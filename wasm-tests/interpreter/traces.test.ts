/** Where the program stood when it trapped: name, index, pc and module offset of each frame, the innermost first. */

import { describe, expect, test } from 'vitest';
import {
  type FuncInstance,
  functionBody,
  functionInstructions,
  instructions,
  wasmTraceOf,
} from '../../engine/index.ts';
import { Slots } from '../../engine/runtime/value.ts';
import { caught, type Loaded, loaderIn, tierNames } from './support.ts';

describe.each(tierNames)('in tier %s:', (tier) => {
  const load = loaderIn(tier);

  /** The offset in the module of an instruction of a function, by its name. */
  function offsetOf({ instance }: Loaded, func: number, name: string, nth = 0): { pc: number; moduleOffset: number } {
    const { pcs, ops } = functionInstructions(instance.module, func);
    const place = [...ops.keys()].filter((i) => instructions[ops[i] as number]?.name === name)[nth] as number;
    const pc = pcs[place] as number;
    return { pc, moduleOffset: functionBody(instance.module, func).start + pc };
  }

  describe('the trace of a trap', () => {
    const wat = `(module (type $v (func)) (import "e" "call" (func $host (param i32))) (memory 1) (table funcref (elem $leaf)) (elem declare func $leaf)
    (func $leaf (export "leaf") (nop) (drop (i32.load (i32.const -1))))
    (func $first (export "first") (call $leaf) (nop))
    (func $indirect (export "indirect") (local i64 f32) (nop) (call_indirect (type $v) (i32.const 0)))
    (func $reference (export "reference") (call $indirect) (call_ref $v (ref.func $leaf)))
    (func $tail (export "tail") (call $tailed) (nop)) (func $tailed (nop) (return_call $leaf))
    (func $over (export "over") (param i32) (block (loop (call $host (local.get 0)))))
    (func (export "unnamed in names") (i32.const 1) (i32.const 0) (i32.div_u) (drop)))`;

    test('tells of every frame where it stands', async () => {
      const p = await load(wat, { imports: { e: { call: () => undefined } } });
      expect(wasmTraceOf(caught(() => p.call('first')))).toEqual([
        { name: 'leaf', func: 1, ...offsetOf(p, 1, 'i32.load') },
        { name: 'first', func: 2, ...offsetOf(p, 2, 'call') },
      ]);
      expect(wasmTraceOf(caught(() => p.call('reference')))).toEqual([
        { name: 'leaf', func: 1, ...offsetOf(p, 1, 'i32.load') },
        { name: 'indirect', func: 3, ...offsetOf(p, 3, 'call_indirect') },
        { name: 'reference', func: 4, ...offsetOf(p, 4, 'call') },
      ]);
      expect(wasmTraceOf(caught(() => p.call('unnamed in names')))).toMatchObject([
        { func: 8, ...offsetOf(p, 8, 'i32.div_u') },
      ]);
    });

    test('leaves out the callers of tail calls', async () => {
      const p = await load(wat, { imports: { e: { call: () => undefined } } });
      expect(wasmTraceOf(caught(() => p.call('tail')))).toEqual([
        { name: 'leaf', func: 1, ...offsetOf(p, 1, 'i32.load') },
        { name: 'tail', func: 5, ...offsetOf(p, 5, 'call') },
      ]);
    });

    test('goes on below host functions', async () => {
      const p: Loaded = await load(wat, {
        imports: { e: { call: (n: number) => (n === 0 ? p.call('leaf') : p.call('over', n - 1)) } },
      });
      const trace = wasmTraceOf(caught(() => p.call('over', 2)));
      expect(trace.map((frame) => frame.name)).toEqual(['leaf', 'over', 'over', 'over']);
      expect(trace[3]).toEqual({ name: 'over', func: 7, ...offsetOf(p, 7, 'call') });
    });

    test('is that of the innermost call where a host function calls without the JavaScript API', async () => {
      const slots = new Slots(1);
      const p: Loaded = await load(wat, {
        imports: { e: { call: () => p.engine.executor.invoke(p.instance.funcs[1] as FuncInstance, slots, slots) } },
      });
      const error = caught(() => p.call('over', 0));
      expect(error).toBeInstanceOf(p.engine.WebAssembly.RuntimeError);
      expect(wasmTraceOf(error).map((frame) => frame.name)).toEqual(['leaf', 'over']);
    });

    test('names the functions of each instance', async () => {
      const provider = await load(wat, { imports: { e: { call: () => undefined } } });
      const user = await load(
        `(module (import "p" "first" (func $first)) (func $pad) (func $mine (export "mine") (nop) (nop) (call $first)))`,
        { engine: provider.engine, imports: { p: provider.exports } },
      );
      expect(wasmTraceOf(caught(() => user.call('mine')))).toEqual([
        { name: 'leaf', func: 1, ...offsetOf(provider, 1, 'i32.load') },
        { name: 'first', func: 2, ...offsetOf(provider, 2, 'call') },
        { name: 'mine', func: 2, ...offsetOf(user, 2, 'call') },
      ]);
    });

    test.each([
      ['unreachable', 'unreachable', 'unreachable'],
      ['i64.rem_s (i64.const 1) (i64.const 0)', 'remainder by zero', 'i64.rem_s'],
      ['i32.trunc_f32_u (f32.const -1)', 'float unrepresentable in integer range', 'i32.trunc_f32_u'],
      ['memory.fill (i32.const -1) (i32.const 0) (i32.const 1)', 'memory access out of bounds', 'memory.fill'],
      ['v128.load offset=1 (i32.const 65535)', 'memory access out of bounds', 'v128.load'],
      ['i32.load $second (i32.const 0)', 'memory access out of bounds', 'i32.load'],
      ['call_indirect (i32.const 0)', 'null function or function signature mismatch', 'call_indirect'],
      ['return_call_indirect (i32.const 9)', 'table index is out of bounds', 'return_call_indirect'],
      ['table.get (i32.const 1)', 'table index is out of bounds', 'table.get'],
      ['ref.as_non_null (ref.null func)', 'dereferencing a null pointer', 'ref.as_non_null'],
    ])('points at %s', async (text, message, name) => {
      const p = await load(
        `(module (memory 1) (memory $second 0) (table 1 funcref) (func $f (export "f") (nop) (block (${text}) (unreachable))))`,
      );
      const error = caught(() => p.call('f'));
      expect(error).toBeInstanceOf(p.engine.WebAssembly.RuntimeError);
      expect(error.message).toBe(message);
      expect(wasmTraceOf(error)).toEqual([{ name: 'f', func: 0, ...offsetOf(p, 0, name) }]);
    });
  });
});
