/** What is told of a trap: why, and the frames with their values. */

import { describe, expect, it } from 'vitest';
import type { TrapResult } from '../../analyses/index.ts';
import { tierNames } from '../support/tiers.ts';
import { wat } from './support/programs.ts';
import { reportContext, runBytes, runCase } from './support/run.ts';

const PROGRAM = `
  (module $m
    (import "host" "again" (func $again (param i32)))
    (memory 1)
    (table 3 funcref)
    (elem (i32.const 1) $f64s)
    (type $t (func (param i32) (result i32)))
    (func $f64s (param f64))
    (func (export "load") (param $at i32) (result i32) (i32.add (i32.const 7) (i32.load16_u offset=4 (local.get $at))))
    (func (export "store") (param $at i32) (f64.store (local.get $at) (f64.const 1.5)))
    (func (export "divide") (param $by i32) (result i32) (i32.div_s (i32.const 10) (local.get $by)))
    (func (export "indirect") (param $i i32) (result i32) (call_indirect (type $t) (i32.const 5) (local.get $i)))
    (func (export "get") (param $i i32) (drop (table.get (local.get $i))))
    (func (export "trunc") (param $n i32) (drop (i32.trunc_f32_s (f32.mul (f32.const 3e9) (f32.convert_i32_s (local.get $n))))))
    (func (export "fill") (param $n i32) (memory.fill (i32.const 65530) (i32.const 1) (local.get $n)))
    (func $dead (export "dead") (param $n i32) (local $x f64) (local.set $x (f64.const -0)) (unreachable))
    (func (export "nested") (param $n i32) (i32.const 42) (call $again (local.get $n)) (drop))
    (func $deep (export "deep") (param $n i32)
      (if (i32.eqz (local.get $n)) (then (unreachable)))
      (call $deep (i32.sub (local.get $n) (i32.const 1)))))`;

describe.each(tierNames)('in tier %s', (tier) => {
  async function run(name: string, arg: number, options = {}): Promise<[TrapResult, string]> {
    const exports: Record<string, (n: number) => unknown> = {};
    const again = (n: number): void => void exports.dead?.(n);
    const bytes = await wat(PROGRAM);
    const { results, analyses } = runBytes(bytes, [{ name: 'trap', options }], {
      tier,
      imports: { host: { again } },
      calls: [{ name, args: [arg] }],
      onExports: (made) => Object.assign(exports, made),
    });
    return [results[0] as TrapResult, analyses[0]?.report('text', reportContext).text as string];
  }

  it.each([
    ['load', 65534, ['address 0x10002 (0xfffe + 0x4), 2 bytes; the memory ends at 0x10000 (1 page)']],
    ['load', -1, ['address 0x100000003 (0xffffffff + 0x4), 2 bytes; the memory ends at 0x10000 (1 page)']],
    ['store', 65529, ['address 0xfff9, 8 bytes; the memory ends at 0x10000 (1 page)']],
    ['divide', 0, ['dividend 10, divisor 0']],
    ['indirect', 3, ['element 3 of table 0, which has 3']],
    ['indirect', 0, ['element 0 of table 0 is null']],
    ['indirect', 1, ['element 1 of table 0 is f64s (function 1), of type (f64) -> ()', 'called as (i32) -> (i32)']],
    ['get', 9, ['element 9 of table 0, which has 3']],
    ['trunc', 1, ['the number is 3000000000']],
    ['fill', 7, ['to 0xfffa, value 0x1, length 7; the memory ends at 0x10000']],
    ['dead', 1, []],
  ])('the cause of %s(%i)', async (name, arg, causes) => {
    const [{ traps, outcome }] = await run(name, arg);
    expect(traps.map((trap) => trap.causes)).toEqual([causes]);
    expect(outcome).toBe('trap');
  });

  it('locals and operands of every frame, host functions between them', async () => {
    const [{ traps }, text] = await run('nested', 3);
    expect(traps[0]?.frames.map(({ name, instruction }) => [name, instruction])).toEqual([
      ['dead', 'unreachable'],
      ['host function again', ''],
      ['nested', 'call'],
      ['the host', ''],
    ]);
    expect(text.replace(/pc \d+, module offset 0x[0-9a-f]+/g, 'pc')).toBe(`trap of app.wasm

unreachable

#0 dead (function 9) at pc: unreachable
     $n: i32 = 3
     $x: f64 = -0
#1 host function again
#2 nested (function 10) at pc: call
     $n: i32 = 3
     operand 0 from the top: i32 = 42
#3 the host
`);
  });

  it('both ends of a deep stack', async () => {
    const [{ traps }, text] = await run('deep', 100, { frames: 6 });
    const [trap] = traps;
    expect(trap?.omitted).toBe(96);
    expect(trap?.frames.map(({ locals }) => locals[0]?.value)).toEqual(['0', '1', '2', '99', '100', undefined]);
    expect(text).toMatch(/\n#2 .*\n.*\n\.\.\. 96 frames left out\n#99 /);
  });

  it('a program without a trap', async () => {
    const [{ traps, outcome }, text] = await run('divide', 5);
    expect([traps, outcome]).toEqual([[], 'returned']);
    expect(text).toBe('trap of app.wasm\n\nThe program returned without a trap.\n');
  });
});

it('a trap that ends activations of several modules is told once', async () => {
  const { results } = await runCase('modules linked to each other', [{ name: 'trap' }], 'interpreter');
  const { traps } = results[0] as TrapResult;
  expect(traps.map(({ kind, frames }) => [kind, ...frames.map(({ name }) => name)])).toEqual([
    ['signature', 'call', 'the host'],
    ['table', 'call', 'the host'],
    ['divByZero', 'trap', 'try', 'the host'],
  ]);
});
