import { expect, test } from 'vitest';
import { type AnyFunction, implementations, outcomeOf, wat } from './support.ts';

const operations = await wat(`(module (memory (export "m") 1) (data $d "0123456789")
  (table $t (export "t") 12 20 externref) (table $u (export "u") 8 externref)
  (global $a externref (ref.null extern)) (elem $e externref (ref.null extern) (ref.null extern) (ref.null extern))
  (func (export "memory.init") (param i32 i32 i32) (memory.init $d (local.get 0) (local.get 1) (local.get 2)))
  (func (export "memory.copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "memory.fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "data.drop") (data.drop $d)) (func (export "elem.drop") (elem.drop $e))
  (func (export "table.init") (param i32 i32 i32) (table.init $t $e (local.get 0) (local.get 1) (local.get 2)))
  (func (export "table.copy") (param i32 i32 i32) (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)))
  (func (export "table.copy.tu") (param i32 i32 i32) (table.copy $t $u (local.get 0) (local.get 1) (local.get 2)))
  (func (export "table.fill") (param i32 externref i32) (table.fill $t (local.get 0) (local.get 1) (local.get 2)))
  (func (export "table.grow") (param externref i32) (result i32) (table.grow $t (local.get 0) (local.get 1)))
  (func (export "table.set") (param i32 externref) (table.set $t (local.get 0) (local.get 1)))
  (func (export "table.get") (param i32) (result externref) (table.get $t (local.get 0))))`);

/** The size that an operation on this index space has at first; operands are drawn around it and around 0. */
const sizes: Readonly<Record<string, number>> = { memory: 65536, table: 12 };
const names = [
  'memory.init',
  'memory.copy',
  'memory.fill',
  'table.init',
  'table.copy',
  'table.copy.tu',
  'table.fill',
  'table.grow',
  'table.set',
  'table.get',
] as const;

/** A small generator of repeatable numbers (xorshift32). */
function generator(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** A sequence of calls that go over the bounds now and then; segments are dropped late. */
function randomCalls(seed: number, count: number): Call[] {
  const next = generator(seed);
  const calls: Call[] = [];
  for (let i = 0; i < count; i++) {
    if (i === count - 20) calls.push({ name: 'data.drop', args: [] }, { name: 'elem.drop', args: [] });
    const name = names[next(names.length)] as string;
    const size = sizes[name.slice(0, name.indexOf('.'))] as number;
    const operand = (): number => [next(8), size - next(8), next(4), next(size), -1 - next(3)][next(5)] as number;
    const value = `v${i}`;
    const three = [operand(), operand(), operand()];
    if (name === 'table.fill') calls.push({ name, args: [operand(), value, operand()] });
    else if (name === 'table.grow') calls.push({ name, args: [value, next(3) === 0 ? operand() : next(2)] });
    else if (name.startsWith('table.set')) calls.push({ name, args: [operand(), value] });
    else calls.push({ name, args: three });
  }
  return calls;
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('bulk operations with seed %d do what V8 does', (seed) => {
  const runs = implementations.map(({ W }) => {
    const { exports } = new W.Instance(new W.Module(operations));
    for (let i = 0; i < 8; i++) exports.u.set(i, `u${i}`);
    const outcomes = randomCalls(seed, 400).map(({ name, args }) => {
      const outcome = outcomeOf(() => (exports[name] as AnyFunction)(...args));
      const elements = Array.from({ length: exports.t.length as number }, (_, i) => exports.t.get(i) as unknown);
      return JSON.stringify([name, args, outcome, elements.map(String)]);
    });
    return { outcomes, memory: new Uint8Array(exports.m.buffer as ArrayBuffer).slice() };
  });
  const [oracle, engine] = runs as [(typeof runs)[0], (typeof runs)[0]];
  expect(engine.outcomes).toEqual(oracle.outcomes);
  expect(Buffer.compare(engine.memory, oracle.memory)).toBe(0);
  // The sequence must contain both: what succeeds and what traps.
  expect(oracle.outcomes.filter((line) => line.includes('RuntimeError')).length).toBeGreaterThan(50);
  expect(oracle.outcomes.filter((line) => !line.includes('RuntimeError')).length).toBeGreaterThan(50);
});
