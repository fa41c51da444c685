/** What coverage counts, and that it leaves nothing behind. */

import { describe, expect, test } from 'vitest';
import { Coverage } from '../../analyses/index.ts';
import { Engine, functionInstructions, type ModuleInstance } from '../../engine/index.ts';
import { covered, functionOf, instantiate, wat } from './support/programs.ts';

/** A loop that calls the host in each turn; what stands behind its call tells whether a later turn was seen. */
const LOOP = `
  (module
    (import "host" "turn" (func $turn (param i32)))
    (func $run (export "run") (param $n i32)
      (loop $again
        (call $turn (local.get $n))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      nop)
    (func $other (export "other") nop))`;

/** No function of the instance has probes, and each that has code runs the one that was made from the module. */
function expectUntouched(instance: ModuleInstance): void {
  for (const func of instance.funcs) {
    expect(func.probes).toBeNull();
    expect(func.code).toBe(func.made === null ? null : func.made.units);
    expect(func.entry).toBe(1);
  }
}

describe('coverage counts', () => {
  test('nothing before the first call, and functions apart', async () => {
    const bytes = await wat(`(module
      (func $a (export "a") (result i32) i32.const 1)
      (func $b (export "b") call $a drop))`);
    const { coverage, call } = covered(bytes);
    expect(coverage.result().modules[0]?.totals).toEqual({
      functions: { covered: 0, all: 2 },
      instructions: { covered: 0, all: 5 },
      blocks: { covered: 0, all: 2 },
      branches: { covered: 0, all: 0 },
    });
    call('a');
    expect(functionOf(coverage, 'a').instructions).toEqual({ covered: 2, all: 2 });
    expect(functionOf(coverage, 'b').uncovered).toEqual([[1, 4, 0, 2]]);
    call('b');
    expect(coverage.result().modules[0]?.totals.instructions).toEqual({ covered: 5, all: 5 });
  });

  test('a trap in the middle of a block: the instruction that traps, and nothing behind it', async () => {
    const bytes = await wat(`(module (func $f (export "f") (param i32) (result i32)
      (i32.add (i32.div_u (i32.const 1) (local.get 0)) (i32.const 2))))`);
    const { coverage, call } = covered(bytes);
    expect(() => call('f', 0)).toThrow('divide by zero');
    // i32.const, local.get, i32.div_u | i32.const, i32.add, end
    expect(functionOf(coverage, 'f')).toMatchObject({
      instructions: { covered: 3, all: 6 },
      blocks: { covered: 1, all: 1 },
      uncovered: [[6, 9, 3, 5]],
    });
    expect(call('f', 1)).toBe(3);
    expect(functionOf(coverage, 'f').uncovered).toEqual([]);
  });

  test('a host function that throws: the caller stops at the call', async () => {
    const bytes = await wat(`(module
      (import "host" "exit" (func $exit))
      (func $f (export "f") nop call $exit nop nop))`);
    const exit = (): never => {
      throw new Error('exit');
    };
    const { coverage, call } = covered(bytes, { host: { exit } });
    expect(() => call('f')).toThrow('exit');
    expect(functionOf(coverage, 'f').instructions).toEqual({ covered: 2, all: 5 });
  });

  test('both arms of an if only once both were taken', async () => {
    const bytes = await wat(`(module (func $f (export "f") (param i32) (result i32)
      (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2)))))`);
    const { coverage, call } = covered(bytes);
    call('f', 0);
    // local.get, if | i32.const, else | i32.const, end, end
    expect(functionOf(coverage, 'f')).toMatchObject({ uncovered: [[5, 7, 2, 3]], blocks: { covered: 3, all: 4 } });
    call('f', 1);
    expect(functionOf(coverage, 'f')).toMatchObject({ uncovered: [], blocks: { covered: 4, all: 4 } });
  });

  test('recursion: what only deeper activations execute', async () => {
    const bytes = await wat(`(module (func $fac (export "fac") (param i32) (result i32)
      (if (result i32) (local.get 0)
        (then (i32.mul (local.get 0) (call $fac (i32.sub (local.get 0) (i32.const 1)))))
        (else (i32.const 1)))))`);
    const { coverage, call } = covered(bytes);
    expect(call('fac', 5)).toBe(120);
    const { instructions } = functionOf(coverage, 'fac');
    expect(instructions.covered).toBe(instructions.all);
  });

  test('endless recursion, up to the trap', async () => {
    const bytes = await wat(`(module (func $f (export "f") nop call $f nop))`);
    const { coverage, call } = covered(bytes);
    expect(() => call('f')).toThrow(RangeError);
    expect(functionOf(coverage, 'f').instructions).toEqual({ covered: 2, all: 4 });
  });

  test('the start function', async () => {
    const bytes = await wat(`(module (func $main nop nop) (start $main))`);
    expect(functionOf(covered(bytes).coverage, 'main').instructions).toEqual({ covered: 3, all: 3 });
  });

  test('a start function that traps', async () => {
    const bytes = await wat(`(module (func $main nop unreachable nop) (start $main))`);
    const coverage = new Coverage();
    const onInstance = (instance: ModuleInstance): void => coverage.attach(instance);
    expect(() => instantiate(new Engine(), bytes, { onInstance })).toThrow('unreachable');
    expect(functionOf(coverage, 'main').instructions).toEqual({ covered: 2, all: 4 });
  });

  test('two instances of one module together', async () => {
    const bytes = await wat(`(module (func $f (export "f") (param i32)
      (if (local.get 0) (then nop) (else nop))))`);
    const engine = new Engine();
    const { Module, Instance } = engine.WebAssembly;
    const coverage = new Coverage();
    engine.observe({ onInstance: (instance) => coverage.attach(instance) });
    const module = new Module(bytes);
    const [first, second] = [new Instance(module), new Instance(module)];
    (first.exports.f as (x: number) => void)(0);
    expect(functionOf(coverage, 'f').uncovered).not.toEqual([]);
    (second.exports.f as (x: number) => void)(1);
    expect(coverage.result().modules).toHaveLength(1);
    expect(coverage.result().modules[0]?.instances).toBe(2);
    expect(functionOf(coverage, 'f').uncovered).toEqual([]);
  });

  test('two modules apart', async () => {
    const coverage = new Coverage();
    const engine = new Engine();
    const onInstance = (instance: ModuleInstance): void => coverage.attach(instance);
    const first = instantiate(engine, await wat(`(module (func (export "f") nop))`), { onInstance });
    instantiate(engine, await wat(`(module (func (export "g") nop nop))`), { onInstance });
    first.call('f');
    const totals = coverage.result().modules.map((module) => module.totals.instructions);
    expect(totals).toEqual([
      { covered: 2, all: 2 },
      { covered: 0, all: 3 },
    ]);
  });

  test('a module without functions of its own', async () => {
    const bytes = await wat(`(module (import "host" "f" (func)) (memory 1) (export "f" (func 0)))`);
    const { coverage } = covered(bytes, { host: { f: () => undefined } });
    expect(coverage.result().modules[0]).toMatchObject({
      functions: [],
      totals: {
        functions: { covered: 0, all: 0 },
        instructions: { covered: 0, all: 0 },
        blocks: { covered: 0, all: 0 },
      },
    });
  });

  test('in plain data: JSON and back changes nothing', async () => {
    const { coverage, call } = covered(await wat(`(module $named (func $f (export "f") nop))`));
    call('f');
    const result = coverage.result();
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test('a result is a copy: what runs later does not change it', async () => {
    const { coverage, call } = covered(await wat(`(module (func $f (export "f") nop))`));
    const before = coverage.result();
    const copy = structuredClone(before);
    call('f');
    expect(before).toEqual(copy);
  });
});

describe('coverage can come late and leave early', () => {
  test('attached in the middle of a loop, it sees the running activation from there', async () => {
    const coverage = new Coverage();
    const turns: number[] = [];
    const turn = (n: number): void => {
      turns.push(n);
      if (n === 2) coverage.attach(program.instance);
    };
    const program = instantiate(new Engine(), await wat(LOOP), { imports: { host: { turn } } });
    program.call('run', 3);
    expect(turns).toEqual([3, 2, 1]);
    // Everything, since the loop turned once more.
    expect(functionOf(coverage, 'run').uncovered).toEqual([]);
    expect(functionOf(coverage, 'other').instructions.covered).toBe(0);
  });

  test('attached in the last turn, it does not claim what ran before', async () => {
    const coverage = new Coverage();
    const turn = (): void => coverage.attach(program.instance);
    const program = instantiate(new Engine(), await wat(LOOP), { imports: { host: { turn } } });
    program.call('run', 1);
    const { instance } = program;
    const { pcs } = functionInstructions(instance.module, 1);
    // loop, local.get, call | local.get, i32.const, i32.sub, local.tee, br_if, end, nop, end
    expect(functionOf(coverage, 'run').uncovered).toEqual([[pcs[0], pcs[2], 0, 2]]);
  });

  test('detached in the middle of a loop, it leaves nothing and keeps its result', async () => {
    const turn = (n: number): void => {
      if (n === 2) coverage.detach();
    };
    const { coverage, instance, call } = covered(await wat(LOOP), { host: { turn } });
    call('run', 2);
    expectUntouched(instance);
    expect(functionOf(coverage, 'run').instructions.covered).toBe(3);
    call('other');
    expect(functionOf(coverage, 'other').instructions.covered).toBe(0);
  });

  test('detached before the first call', async () => {
    const { coverage, instance, call } = covered(await wat(LOOP), { host: { turn: () => undefined } });
    coverage.detach();
    expectUntouched(instance);
    call('run', 2);
    expect(coverage.result().modules[0]?.totals.instructions.covered).toBe(0);
  });

  test('where everything was executed nothing is left, without detaching', async () => {
    const { instance, call } = covered(await wat(LOOP), { host: { turn: () => undefined } });
    call('run', 2);
    call('other');
    expectUntouched(instance);
  });

  test('detached and attached again, it goes on', async () => {
    const bytes = await wat(`(module (func $f (export "f") (param i32)
      (if (local.get 0) (then nop) (else nop))))`);
    const { coverage, instance, call } = covered(bytes);
    call('f', 1);
    coverage.detach();
    coverage.attach(instance);
    call('f', 0);
    expect(functionOf(coverage, 'f').uncovered).toEqual([]);
  });

  test('two at once give each what it would have got alone', async () => {
    const bytes = await wat(LOOP);
    const { coverage, instance, call } = covered(bytes, { host: { turn: () => undefined } });
    call('other');
    const second = new Coverage();
    second.attach(instance);
    call('run', 2);
    coverage.detach();
    call('other');
    for (const each of [coverage, second]) {
      expect(each.result().modules[0]?.totals.instructions).toEqual({ covered: 13, all: 13 });
    }
    expectUntouched(instance);
  });
});
