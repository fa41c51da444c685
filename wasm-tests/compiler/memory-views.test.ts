/** Arrays that compiled code holds as constants, when the memory grows. */

import { expect, test } from 'vitest';
import { Engine, type MemoryInstance } from '../../engine/index.ts';
import { load } from '../support/program.ts';

const WAT = `(module (memory (export "memory") 1)
  (func (export "fill") (param $pages i32) (result i32) (local $i i32) (local $sum i32)
    (drop (memory.grow (local.get $pages)))
    (loop $l
      (i32.store (i32.shl (local.get $i) (i32.const 2)) (local.get $i))
      (local.set $sum (i32.add (local.get $sum) (i32.load (i32.shl (local.get $i) (i32.const 2)))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))
    (local.get $sum))
  (func (export "read") (param $at i32) (result i32) (i32.load (local.get $at))))`;

const SUM = (1000 * 999) / 2;

function newProgram() {
  const p = load(WAT, { engine: new Engine({ tier: 'js' }) });
  const memory = (p.instance.memories[0] as MemoryInstance).native;
  return { ...p, memory };
}

test('after each way to grow, before and after V8 has optimised the code', () => {
  const { call, memory } = newProgram();
  let pages = 1;
  for (let round = 0; round < 3000; round++) {
    const isInside = round % 100 === 50;
    const isOutside = round % 300 === 77;
    if (isOutside) memory.grow(1);
    expect(call('fill', isInside ? 1 : 0)).toBe(SUM);
    pages += Number(isInside) + Number(isOutside);
    expect(call('read', 4 * 999)).toBe(999);
    if (round % 50 === 0) new Int32Array(memory.buffer)[7] = round;
    if (round % 50 === 0) expect(call('read', 28)).toBe(round);
    expect(memory.buffer.byteLength).toBe(pages * 65536);
    if (isOutside) {
      new Int32Array(memory.buffer)[(pages * 65536) / 4 - 1] = round;
      expect(call('read', pages * 65536 - 4)).toBe(round);
      expect(() => call('read', pages * 65536 - 3)).toThrow('memory access out of bounds');
    }
  }
});

test('of a memory that begins empty', () => {
  const p = load(WAT.replace('(export "memory") 1', '(export "memory") 0'), { engine: new Engine({ tier: 'js' }) });
  expect(() => p.call('read', 0)).toThrow('memory access out of bounds');
  for (let i = 0; i < 2; i++) {
    expect(() => p.call('fill', 0)).toThrow('memory access out of bounds');
    expect(() => p.call('read', 0)).toThrow('memory access out of bounds');
  }
  expect(p.call('fill', 1)).toBe(SUM);
  expect(p.call('read', 400)).toBe(100);
});

test('functions that are compiled later use the arrays of the memory as it is', () => {
  const { call, memory } = newProgram();
  expect(call('fill', 3)).toBe(SUM);
  new Int32Array(memory.buffer)[65536 - 1] = 5;
  expect(call('read', 4 * 65536 - 4)).toBe(5);
});
