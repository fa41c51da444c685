import { describe, expect, test } from 'vitest';
import type { OptionValue } from '../../analyses/index.ts';
import type { MemoryTraceResult } from '../../analyses/memory-trace/data.ts';
import { Engine } from '../../engine/index.ts';
import { tierNames } from '../support/tiers.ts';
import { wat } from './support/programs.ts';
import { type BytesOptions, kindOf, reportContext, runBytes } from './support/run.ts';

const PROGRAM = `
  (module
    (memory 1)
    (data (i32.const 0) "\\01\\ff")
    (func $get (param i32) (result i32) (i32.load8_s (local.get 0)))
    (func (export "main")
      (i64.store offset=8 (call $get (i32.const 1)) (i64.const -2))
      (i64.store16 (i32.const 100) (i64.const -2))
      (f32.store (i32.const 200) (f32.const nan:0x200001))
      (memory.fill (i32.const 300) (i32.const 0x107) (i32.const 5))
      (memory.copy (i32.const 400) (i32.const 0) (i32.const 2))
      (drop (v128.load (i32.const 0)))))`;

type Options = Readonly<Record<string, OptionValue>>;

async function traceOf(text: string, options: Options = {}, run: BytesOptions = {}): Promise<MemoryTraceResult> {
  return runBytes(await wat(text), [{ name: 'memory-trace', options }], run).results[0] as MemoryTraceResult;
}

/** Address, width, value and whether it trapped. */
function brief({ accesses }: MemoryTraceResult): unknown[] {
  return accesses.map(({ access, address, width, value, traps }) => [access, address, width, value, traps]);
}

describe.each(tierNames)('in tier %s', (tier) => {
  test('each access with its value, as it is in memory', async () => {
    // The address of the first store is out of bounds: 0xffffffff + 8.
    const trapping = await traceOf(PROGRAM, {}, { tier });
    expect(brief(trapping)).toEqual([
      ['read', 1, 1, '-1', false],
      ['write', 2 ** 32 + 7, 8, '-2', true],
    ]);
    const trace = await traceOf(PROGRAM.replace('call $get (i32.const 1)', 'call $get (i32.const 0)'), {}, { tier });
    expect(brief(trace)).toEqual([
      ['read', 0, 1, '1', false],
      ['write', 9, 8, '-2', false],
      ['write', 100, 2, '65534', false],
      ['write', 200, 4, 'NaN (0x7fa00001)', false],
      ['write', 300, 5, '7', false],
      ['read', 0, 2, undefined, false],
      ['write', 400, 2, undefined, false],
      ['read', 0, 16, '01 ff 00 00 00 00 00 00 00 fe ff ff ff ff ff ff', false],
    ]);
    expect(trace.accesses.map(({ name }) => name)).toEqual(['get', ...Array(7).fill('main')]);
    expect(trace.accesses.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([trace.seen, trace.dropped]).toEqual([8, 0]);
  });

  const LOOP = `(module (memory 1) (func (export "main") (local i32)
    (loop $l (i32.store8 (local.get 0) (local.get 0))
      (br_if $l (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 10))))))`;

  test.each([1, 3, 10, 11])('the last %i and the first', async (limit) => {
    const addresses = ({ accesses }: MemoryTraceResult): number[] => accesses.map(({ address }) => address);
    const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const last = await traceOf(LOOP, { limit }, { tier });
    expect(addresses(last)).toEqual(all.slice(-limit));
    expect([last.seen, last.dropped]).toEqual([10, Math.max(0, 10 - limit)]);
    const first = await traceOf(LOOP, { limit, keep: 'first' }, { tier });
    expect(addresses(first)).toEqual(all.slice(0, limit));
    expect(first.seen).toBe(Math.min(limit, 10));
    expect(first.dropped).toBe(limit > 10 ? 0 : undefined);
  });

  test('floats with all bits, also those that are loaded', async () => {
    const text = `(module (memory 1)
      (func (export "main")
        (f64.store (i32.const 0) (f64.const nan:0x4000000000001))
        (f64.store (i32.const 8) (f64.const -0))
        (drop (f64.load (i32.const 0)))
        (f32.store (i32.const 16) (f32.const -nan:0x1))
        (drop (f32.load (i32.const 16)))
        (f32.store (i32.const 16) (f32.const 0.1))
        (drop (f32.load (i32.const 16)))))`;
    const { accesses } = await traceOf(text, {}, { tier });
    expect(accesses.map(({ value }) => value)).toEqual([
      'NaN (0x7ff4000000000001)',
      '-0',
      'NaN (0x7ff4000000000001)',
      'NaN (0xff800001)',
      'NaN (0xff800001)',
      '0.1',
      '0.1',
    ]);
  });

  test('the last ones of many, and the first', async () => {
    const text = `(module (memory 1) (func (export "main") (local i32)
      (loop $l
        (i32.store (i32.const 8) (local.get 0))
        (i64.store (i32.const 16) (i64.extend_i32_u (local.get 0)))
        (br_if $l (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 4000))))))`;
    const numbers = (first: number) => Array.from({ length: 1501 }, (_, i) => first + i);
    for (const [keep, first] of [
      ['last', 8000 - 1501],
      ['first', 0],
    ] as const) {
      const { accesses } = await traceOf(text, { limit: 1501, keep }, { tier });
      expect(accesses.map(({ number }) => number)).toEqual(numbers(first));
      expect(accesses.map(({ value }) => value)).toEqual(numbers(first).map((n) => String(Math.floor(n / 2))));
      expect(accesses.map(({ width }) => width)).toEqual(numbers(first).map((n) => (n % 2 === 0 ? 4 : 8)));
    }
  });

  test('filters: addresses that are touched, reads, writes, functions', async () => {
    const program = PROGRAM.replace('call $get (i32.const 1)', 'call $get (i32.const 0)');
    const addresses = async (options: Options): Promise<number[]> =>
      (await traceOf(program, options, { tier })).accesses.map(({ address }) => address);
    expect(await addresses({ from: '16', to: '0x64' })).toEqual([9, 100]);
    expect(await addresses({ from: '17', to: '99' })).toEqual([]);
    expect(await addresses({ from: '304' })).toEqual([300, 400]);
    expect(await addresses({ reads: true })).toEqual([0, 0, 0]);
    expect(await addresses({ writes: true, to: '150' })).toEqual([9, 100]);
    expect(await addresses({ only: ['get'] })).toEqual([0]);
  });
});

test('wrong options are refused with what was expected', () => {
  const start = (options: Options): unknown => kindOf('memory-trace').start(new Engine(), { options });
  expect(() => start({ limit: 0 })).toThrow('option "limit" takes a whole number of at least 1, not 0');
  expect(() => start({ limit: 1.5 })).toThrow('a whole number');
  expect(() => start({ keep: 'all' })).toThrow('option "keep" is one of first, last, not "all"');
  expect(() => start({ from: '-1' })).toThrow('option "from" takes an address such as 0x1000 or 4096, not "-1"');
  expect(() => start({ from: '2', to: '1' })).toThrow('option "to" (1) is below option "from" (2)');
  expect(() => start({ reads: true, writes: true })).toThrow('exclude each other');
});

test('two modules with one memory: each access names its module', async () => {
  const engine = new Engine();
  const analysis = kindOf('memory-trace').start(engine);
  const { Module, Instance, Memory } = engine.WebAssembly;
  const memory = new Memory({ initial: 1 });
  for (const name of ['a', 'b']) {
    const bytes = await wat(`(module $${name} (import "m" "m" (memory 1))
      (func (export "main") (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))))`);
    const { exports } = new Instance(new Module(bytes as never), { m: { m: memory } });
    (exports.main as () => void)();
  }
  const { modules, accesses } = analysis.result() as MemoryTraceResult;
  expect(modules.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(accesses.map(({ module, access, value }) => [module, access, value])).toEqual([
    [0, 'read', '0'],
    [0, 'write', '1'],
    [1, 'read', '1'],
    [1, 'write', '2'],
  ]);
});

test('CSV has a line for each access', async () => {
  const { analyses } = runBytes(
    await wat('(module (memory 1) (func (export "main") (i32.store (i32.const 4) (i32.const -1))))'),
    [{ name: 'memory-trace' }],
  );
  const [head, line, end] = analyses[0]?.report('csv', reportContext).text.split('\n') ?? [];
  expect(head).toBe('number,function,func,pc,instruction,access,memory,address,width,value,traps');
  expect(line).toMatch(/^0,main,0,\d+,i32\.store,write,0,4,4,-1,$/);
  expect(end).toBe('');
});
