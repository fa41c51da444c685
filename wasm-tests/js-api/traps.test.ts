import { describe, expect, test } from 'vitest';
import { WebAssembly as ours, wasmTraceOf } from '../../engine/index.ts';
import { type AnyFunction, implementations, wat } from './support.ts';

const trapping = await wat(`(module (memory 1) (table $t 2 funcref) (elem $e func $unreachable) (data $d "abc")
  (func $unreachable (export "unreachable") unreachable)
  (func (export "memory access out of bounds") (drop (i32.load (i32.const 65533))))
  (func (export "memory access out of bounds ") (memory.init $d (i32.const 0) (i32.const 2) (i32.const 2)))
  (func (export "divide by zero") (drop (i32.div_u (i32.const 1) (i32.const 0))))
  (func (export "remainder by zero") (drop (i64.rem_s (i64.const 1) (i64.const 0))))
  (func (export "divide result unrepresentable") (drop (i32.div_s (i32.const 0x80000000) (i32.const -1))))
  (func (export "float unrepresentable in integer range") (drop (i32.trunc_f64_s (f64.const nan))))
  (func (export "table index is out of bounds") (call_indirect $t (i32.const 2)))
  (func (export "table index is out of bounds ") (drop (table.get $t (i32.const -1))))
  (func (export "element segment out of bounds") (table.init $t $e (i32.const 0) (i32.const 1) (i32.const 1)))
  (func (export "null function or function signature mismatch") (call_indirect $t (i32.const 0))))`);
const traps = ours.Module.exports(new ours.Module(trapping)).map(({ name }) => name);

const stacked = await wat(`(module (import "e" "host" (func $host (param i32)))
  (func $inner (param i32) (if (i32.eqz (local.get 0)) (then unreachable)) (call $host (local.get 0)))
  (func $outer (export "outer") (param i32) (nop) (call $inner (local.get 0)))
  (func (export "anonymous") (unreachable)))`);
const recursive = await wat(`(module (func $r (export "r") (param i32) (result i32)
  (i32.add (call $r (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func (export "ok") (result i32) (i32.const 1)))`);
const mutual = await wat(
  '(module (import "e" "f" (func $f)) (func (export "g") (call $f)) (func (export "ok") (result i32) (i32.const 1)))',
);

function caught(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

/** The frames of a stack string that are of Wasm, without the module's address. */
function wasmFrames(error: Error): string[] {
  const lines = (error.stack ?? '').split('\n').filter((line) => line.includes('wasm-function['));
  return lines.map((line) => line.trim().replace(/wasm:\/\/wasm\/[^:]*/, 'URL'));
}

describe.each(implementations)('traps of $name', ({ W }) => {
  test.each(traps)('%s', (name) => {
    const f = new W.Instance(new W.Module(trapping)).exports[name] as AnyFunction;
    const error = caught(f);
    expect(error).toBeInstanceOf(W.RuntimeError);
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe(name.trim());
    expect(error.name).toBe('RuntimeError');
    expect(Object.keys(error)).toEqual([]);
  });

  test('show the Wasm frames in the stack, innermost first, above those of JavaScript', () => {
    const { outer } = new W.Instance(new W.Module(stacked), { e: { host: () => {} } }).exports;
    const error = caught(function caller() {
      outer(0);
    });
    const lines = (error.stack ?? '').split('\n');
    expect(lines[0]).toBe('RuntimeError: unreachable');
    expect(wasmFrames(error)).toEqual(['at inner (URL:wasm-function[1]:0x45)', 'at outer (URL:wasm-function[2]:0x51)']);
    expect(lines[3]).toMatch(/^ {4}at caller .*traps\.test\.ts/);
    expect(error.stack).not.toMatch(/engine\//);
  });

  test('go through host functions unchanged, which may catch them', () => {
    let inner: unknown;
    const { outer } = new W.Instance(new W.Module(stacked), {
      e: {
        host: (n: number): void => {
          try {
            outer(n - 1);
          } catch (error) {
            inner = error;
            throw error;
          }
        },
      },
    }).exports;
    const error = caught(() => outer(1));
    expect(error).toBe(inner);
    expect(error).toBeInstanceOf(W.RuntimeError);
    const quiet = new W.Instance(new W.Module(stacked), {
      e: {
        host: (n: number): void => {
          expect(() => quiet.outer(n - 1)).toThrow(W.RuntimeError);
        },
      },
    }).exports;
    expect(quiet.outer(1)).toBe(undefined);
  });

  test('deep recursion is a RangeError, and the instance stays usable', () => {
    const { r, ok } = new W.Instance(new W.Module(recursive)).exports;
    for (let round = 0; round < 3; round++) {
      const error = caught(() => r(0));
      expect(error).toBeInstanceOf(RangeError);
      expect(error).not.toBeInstanceOf(W.RuntimeError);
      expect(error.message).toBe('Maximum call stack size exceeded');
      expect(wasmFrames(error)[1]).toMatch(/^at r \(URL:wasm-function\[0\]:0x[0-9a-f]+\)$/);
      expect((error.stack ?? '').split('\n').length).toBeLessThanOrEqual(Error.stackTraceLimit + 1);
      expect(ok()).toBe(1);
    }
  });

  test('deep recursion through the host is a RangeError, and the instance stays usable', () => {
    const { g, ok } = new W.Instance(new W.Module(mutual), { e: { f: () => g() } }).exports;
    for (let round = 0; round < 3; round++) {
      const error = caught(() => g());
      expect(error).toBeInstanceOf(RangeError);
      expect(error.message).toBe('Maximum call stack size exceeded');
      expect(ok()).toBe(1);
    }
  });
});

describe('the trace of an error', () => {
  test('names function, pc and module offset of each frame', () => {
    const { outer, anonymous } = new ours.Instance(new ours.Module(stacked), { e: { host: () => {} } }).exports;
    const error = caught(() => outer(0)) as InstanceType<typeof ours.RuntimeError>;
    expect(error.wasmTrace.map(({ name, func, moduleOffset }) => [name, func, moduleOffset])).toEqual([
      ['inner', 1, 0x45],
      ['outer', 2, 0x51],
    ]);
    // Behind the local declarations, which are one byte: local.get, i32.eqz and if come before; nop and local.get.
    expect(error.wasmTrace.map(({ pc }) => pc)).toEqual([6, 4]);
    expect(wasmTraceOf(caught(() => anonymous()))[0]).toMatchObject({ func: 3, pc: 1 });
  });

  test('is there for deep recursion, and empty for errors of others', () => {
    const { r } = new ours.Instance(new ours.Module(recursive)).exports;
    expect(wasmTraceOf(caught(() => r(0)))[1]).toMatchObject({ name: 'r', func: 0 });
    expect(new ours.RuntimeError('x').wasmTrace).toEqual([]);
    expect(wasmTraceOf(new Error('x'))).toEqual([]);
    expect(wasmTraceOf(undefined)).toEqual([]);
  });
});
