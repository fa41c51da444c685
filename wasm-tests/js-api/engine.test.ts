import { describe, expect, test } from 'vitest';
import {
  AllocationError,
  Engine,
  engineErrorOf,
  FuncInstance,
  GlobalInstance,
  InvalidError,
  internals,
  MalformedError,
  TableInstance,
  TagInstance,
  UnlinkableError,
} from '../../engine/index.ts';
import { F32, FUNCREF, I32, I64 } from '../../engine/isa/valtype.ts';
import { type FuncType, funcTypeOf, internFuncType } from '../../engine/module/types.ts';
import { allocateMemory } from '../../engine/runtime/memory.ts';
import { Slots } from '../../engine/runtime/value.ts';
import { wat } from './support.ts';

const engine = new Engine({ stackSlots: 1 << 12 });
const { WebAssembly: W } = engine;

function hostFunction(params: number[], results: number[], host: (...args: unknown[]) => unknown): FuncInstance {
  const type = internFuncType(params, results);
  return new FuncInstance(type, funcTypeOf(type) as FuncType, null, -1, host);
}

describe('an engine', () => {
  test('tells observers of modules and of instances, before anything of the instance has run', async () => {
    const log: unknown[] = [];
    const bytes = await wat(
      `(module (import "a" "s" (func $s)) (memory (export "m") 1) (data (i32.const 0) "x") (start $s))`,
    );
    const remove = engine.observe({
      onModule: (module) => log.push(['module', module.imports.length]),
      onInstance: (instance) => log.push(['instance', instance.memories[0]?.bytes[0]]),
    });
    const module = new W.Module(bytes);
    const instance = new W.Instance(module, { a: { s: () => log.push('start') } });
    expect(log).toEqual([['module', 1], ['instance', 0], 'start']);
    expect(internals.instanceOf(instance).memories[0]?.bytes[0]).toBe(0x78);
    expect(internals.instanceOf(instance).module).toBe(internals.moduleOf(module));
    W.validate(bytes);
    expect(log).toHaveLength(3);
    remove();
    await W.instantiate(bytes, { a: { s: () => {} } });
    expect(log).toHaveLength(3);
  });

  test('throws its own errors to whoever uses it without the JavaScript API', async () => {
    expect(() => engine.compile(Uint8Array.of(1))).toThrow(MalformedError);
    const invalid = await wat('(module (func (result i32)))').catch(() => undefined);
    const untyped = Uint8Array.of(
      0,
      0x61,
      0x73,
      0x6d,
      1,
      0,
      0,
      0,
      1,
      4,
      1,
      0x60,
      0,
      0,
      3,
      2,
      1,
      0,
      10,
      5,
      1,
      3,
      0,
      0x6a,
      0x0b,
    );
    expect(() => engine.compile(invalid ?? untyped)).toThrow(InvalidError);
  });

  test('tells the engine error behind a CompileError, with its offset', () => {
    let caught: unknown;
    try {
      new W.Module(Uint8Array.of(0, 0x61, 0x73, 0x6e));
    } catch (error) {
      caught = error;
    }
    expect(engineErrorOf(caught)).toBeInstanceOf(MalformedError);
    expect(engineErrorOf(caught)).toMatchObject({ offset: 0 });
    // The error itself has no more properties than the host's.
    expect(Reflect.ownKeys(caught as object)).toEqual(['stack', 'message']);
    for (const other of [new W.CompileError('x'), undefined, 'x']) expect(engineErrorOf(other)).toBe(undefined);
  });

  test('instantiates with its own instances as imports, and refuses what does not match', async () => {
    const module = engine.compile(
      await wat(`(module (import "a" "f" (func (param i32) (result i32))) (import "a" "t" (table 1 2 funcref))
        (import "a" "m" (memory 1 2)) (import "a" "g" (global (mut i64))) (import "a" "x" (tag (param f32)))
        (func (export "r") (param i32) (result i32) (global.set 0 (i64.const 9)) (call 0 (local.get 0))))`),
    );
    const right = () => [
      hostFunction([I32], [I32], (n) => (n as number) + 1),
      new TableInstance({ element: FUNCREF, min: 1, max: 2, is64: false }, null),
      allocateMemory({ min: 1, max: 2, is64: false, isShared: false }),
      new GlobalInstance({ type: I64, isMutable: true }),
      new TagInstance({ type: internFuncType([F32], []) }),
    ];
    const imports = right();
    const instance = engine.instantiate(module, imports);
    const slots = new Slots(1);
    slots.i32[0] = 6;
    engine.executor.invoke(instance.funcs[1] as FuncInstance, slots, slots);
    expect(slots.i32[0]).toBe(7);
    expect((imports[3] as GlobalInstance).i64[0]).toBe(9n);
    const wrong = [
      hostFunction([I64], [I32], () => 1),
      new TableInstance({ element: FUNCREF, min: 1, max: 3, is64: false }, null),
      allocateMemory({ min: 1, max: undefined, is64: false, isShared: false }),
      new GlobalInstance({ type: I64, isMutable: false }),
      new TagInstance({ type: internFuncType([I32], []) }),
    ];
    for (const [i, value] of wrong.entries()) {
      expect(() => engine.instantiate(module, right().with(i, value))).toThrow(UnlinkableError);
      expect(() => engine.instantiate(module, right().with(i, wrong[(i + 1) % 5] as never))).toThrow(UnlinkableError);
    }
    expect(() => engine.instantiate(module, right().slice(0, 4))).toThrow(UnlinkableError);
    try {
      engine.instantiate(module, right().with(2, wrong[2] as never));
    } catch (error) {
      expect(error).toMatchObject({ index: 2, module: 'a', field: 'm' });
    }
  });

  test('refuses tables and memories that are too large when they are made', async () => {
    const table = engine.compile(await wat('(module (table 10000001 funcref))'));
    expect(() => engine.instantiate(table)).toThrow(AllocationError);
    const module = new W.Module(await wat('(module (table 10000001 funcref))'));
    expect(() => new W.Instance(module)).toThrow(RangeError);
    const beyondHost = { min: 65537, max: undefined, is64: true, isShared: false };
    expect(() => allocateMemory(beyondHost)).toThrow(AllocationError);
  });
});

describe('constant expressions', () => {
  test('compute with the operators of extended constants', async () => {
    const { exports } = new W.Instance(
      new W.Module(
        await wat(`(module (import "a" "i" (global $i i32)) (import "a" "l" (global $l i64))
          (global (export "i") i32 (i32.sub (i32.mul (global.get $i) (i32.const 0x10001)) (i32.add (i32.const 1) (i32.const -3))))
          (global (export "l") i64 (i64.mul (i64.add (global.get $l) (i64.const -1)) (i64.sub (i64.const 3) (i64.const 5))))
          (memory (export "m") 1) (data (i32.sub (global.get $i) (i32.const 2)) "z"))`),
      ),
      { a: { i: 65535, l: -(2n ** 63n) } },
    );
    expect(new Uint8Array(exports.m.buffer)[65533]).toBe(0x7a);
    expect(exports.i.value).toBe(Math.imul(65535, 0x10001) + 2);
    expect(exports.l.value).toBe(BigInt.asIntN(64, (-(2n ** 63n) - 1n) * -2n));
  });

  test('read globals before their own, also those of the module', async () => {
    const { exports } = new W.Instance(
      new W.Module(
        await wat(
          '(module (global $a i32 (i32.const 4)) (global (export "b") i32 (i32.add (global.get $a) (global.get $a))))',
        ),
      ),
    );
    expect(exports.b.value).toBe(8);
  });

  test('keep the bits of NaNs', async () => {
    const { exports } = new W.Instance(
      new W.Module(
        await wat(`(module (global $f f32 (f32.const nan:0x200001)) (global $d f64 (f64.const -nan:0x4000000000001))
          (func (export "f") (result i32) (i32.reinterpret_f32 (global.get $f)))
          (func (export "d") (result i64) (i64.reinterpret_f64 (global.get $d))))`),
      ),
    );
    expect(exports.f()).toBe(0x7fa00001);
    expect(BigInt.asUintN(64, exports.d())).toBe(0xfff4000000000001n);
  });

  test('initialise vectors, references and tables', async () => {
    const { exports } = new W.Instance(
      new W.Module(
        await wat(`(module (global $v v128 (v128.const i32x4 1 2 3 4)) (func $f (export "f"))
          (table (export "t") 3 funcref (ref.func $f)) (global (export "r") funcref (ref.func $f))
          (table (export "n") 2 funcref) (elem (table 1) (i32.const 0) funcref (ref.func $f) (ref.null func))
          (func (export "lane") (result i32) (i32x4.extract_lane 2 (global.get $v))))`),
      ),
    );
    expect([0, 1, 2].map((i) => exports.t.get(i) === exports.f)).toEqual([true, true, true]);
    expect(exports.r.value).toBe(exports.f);
    expect([exports.n.get(0) === exports.f, exports.n.get(1)]).toEqual([true, null]);
    expect(exports.lane()).toBe(3);
  });

  test('may be long', async () => {
    const terms = '(i32.const 3) '.repeat(300);
    const text = `(module (global (export "g") i32 ${terms} ${'i32.add '.repeat(299)}))`;
    expect(new W.Instance(new W.Module(await wat(text))).exports.g.value).toBe(900);
  });
});
