import { describe, expect, test } from 'vitest';
import type { MemoryResult, ModuleMemory } from '../../analyses/memory/data.ts';
import { heatMap } from '../../analyses/memory/heat-map.ts';
import { Engine } from '../../engine/index.ts';
import { everyInstruction, type InstructionEvent } from '../../probes/index.ts';
import { type Golden, goldenFolder, goldens, runGolden, unsupportedFeature } from '../golden/golden.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import { instantiate, wat } from './support/programs.ts';
import { type BytesOptions, kindOf, reportContext, runBytes } from './support/run.ts';

async function memoryOf(text: string, options: BytesOptions = {}): Promise<ModuleMemory> {
  const { results } = runBytes(await wat(text), [{ name: 'memory' }], options);
  return (results[0] as MemoryResult).modules[0] as ModuleMemory;
}

const LOOP = `
  (module
    (memory 1)
    (func (export "main")
      (local $i i32)
      (loop $again
        (i64.store offset=8 align=4 (local.get $i) (i64.const 1))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 12))) (i32.const 120))))))`;

describe.each(tierNames)('in tier %s', (tier) => {
  test('addresses, strides and alignment of a loop', async () => {
    const { memories, functions } = await memoryOf(LOOP, { tier });
    expect(functions).toEqual([
      {
        index: 0,
        name: 'main',
        instructions: [
          {
            pc: expect.any(Number),
            mnemonic: 'i64.store',
            memory: 0,
            access: 'store',
            width: 8,
            count: 10,
            lowest: 8,
            highest: 116,
            // 8, 20, 32, ...: every second one is no multiple of 8, and all are multiples of 4.
            misaligned: 5,
            belowHint: 0,
            strides: { values: [{ value: '12', count: 9, error: 0 }], unlisted: 0 },
          },
        ],
      },
    ]);
    expect(memories[0]).toMatchObject({
      loads: 0,
      stores: 10,
      storeBytes: 80,
      misaligned: 5,
      belowHint: 0,
      widths: [{ width: 8, loads: 0, stores: 10 }],
      pages: [{ page: 0, reads: 0, writes: 10 }],
    });
  });

  test('bulk operations and growth with their places, also where they fail', async () => {
    const { memories, bulk } = await memoryOf(
      `(module
        (memory (export "m") 1 3)
        (data $d "abcdef")
        (func (export "main")
          (drop (memory.grow (i32.const 2)))
          (drop (memory.grow (i32.const 1)))
          (drop (memory.grow (i32.const 1)))
          (memory.fill (i32.const 65536) (i32.const 7) (i32.const 100))
          (memory.copy (i32.const 131072) (i32.const 0) (i32.const 50))
          (memory.init $d (i32.const 10) (i32.const 1) (i32.const 4))))`,
      { tier },
    );
    const [memory] = memories;
    expect(memory).toMatchObject({
      name: 'm',
      initialPages: 1,
      peakPages: 3,
      fill: { times: 1, bytes: 100 },
      copy: { times: 1, bytes: 50 },
      init: { times: 1, bytes: 4 },
      pages: [
        { page: 0, reads: 1, writes: 1 },
        { page: 1, reads: 0, writes: 1 },
        { page: 2, reads: 0, writes: 1 },
      ],
    });
    expect(memory?.grows.map(({ delta, oldPages, result, times }) => [delta, oldPages, result, times])).toEqual([
      [2, 1, 1, 1],
      [1, 3, -1, 1],
      [1, 3, -1, 1],
    ]);
    expect(bulk[0]?.instructions.map(({ mnemonic, times, bytes }) => [mnemonic, times, bytes])).toEqual([
      ['memory.fill', 1, 100],
      ['memory.copy', 1, 50],
      ['memory.init', 1, 4],
    ]);
  });

  test('an access that traps counts, on a page behind the end', async () => {
    const { memories, functions } = await memoryOf(
      '(module (memory 1) (func (export "main") (drop (i32.load offset=0xffffffff (i32.const -1)))))',
      { tier },
    );
    expect(memories[0]?.pages).toEqual([{ page: 131071, reads: 1, writes: 0 }]);
    expect(functions[0]?.instructions[0]).toMatchObject({ count: 1, lowest: 2 ** 33 - 2, highest: 2 ** 33 - 2 });
  });

  test('lanes of vectors: the address is below the vector', async () => {
    const { functions } = await memoryOf(
      `(module (memory 1) (func (export "main")
        (drop (v128.load16_lane 3 (i32.const 6) (v128.const i64x2 1 2)))
        (v128.store (i32.const 24) (v128.const i64x2 1 2))))`,
      { tier },
    );
    expect(functions[0]?.instructions).toMatchObject([
      { width: 2, lowest: 6, misaligned: 0 },
      { width: 16, lowest: 24, misaligned: 1, belowHint: 1 },
    ]);
  });

  test.skipIf(goldenFolder === undefined).each(
    goldens()
      .filter((golden) => golden.memstats !== undefined && unsupportedFeature(golden) === undefined)
      .map((golden): [string, Golden] => [golden.name, golden]),
  )('counts of an independent engine: %s', (_, golden) => {
    const engine = engineIn(tier);
    const analysis = kindOf('memory').start(engine);
    runGolden(golden, () => {}, engine);
    const [module] = (analysis.result() as MemoryResult).modules;
    expect(
      module?.memories.map(({ memory, init, copy, fill, grows, pages }) => ({
        memory,
        init: [init.times, init.bytes],
        copy: [copy.times, copy.bytes],
        fill: [fill.times, fill.bytes],
        grows: grows.reduce((sum, { times }) => sum + times, 0),
        pages: pages.map(({ page, reads, writes }) => [page, reads, writes]),
      })),
    ).toEqual(golden.memstats);
  });
});

test.skipIf(goldenFolder === undefined).each(
  goldens()
    .filter((golden) => unsupportedFeature(golden) === undefined)
    .map((golden): [string, Golden] => [golden.name, golden]),
)('addresses are those that a probe at every instruction sees: %s', (_, golden) => {
  const seen = new Map<string, number[]>();
  const note = ({ frame, location: { func, pc, instruction, immediates } }: InstructionEvent): void => {
    if (!instruction.immediates.includes('memarg')) return;
    const operand = frame.operand(instruction.params.length - 1).value as number;
    const key = `${func} ${pc}`;
    const list = seen.get(key) ?? [];
    seen.set(key, list);
    list.push((operand >>> 0) + (immediates.offset as number));
  };
  const engine = new Engine();
  const analysis = kindOf('memory').start(engine);
  runGolden(golden, (instance) => everyInstruction(instance, note, { needs: { operands: 'all' } }), engine);
  const [module] = (analysis.result() as MemoryResult).modules;
  const found = module?.functions.flatMap(({ index, instructions }) =>
    instructions.map(({ pc, count, lowest, highest, misaligned, width, strides }) => {
      const addresses = seen.get(`${index} ${pc}`) ?? [];
      expect([count, lowest, highest]).toEqual([addresses.length, Math.min(...addresses), Math.max(...addresses)]);
      expect(misaligned).toBe(addresses.filter((address) => address % width !== 0).length);
      const steps = addresses.slice(1).map((address, i) => address - (addresses[i] as number));
      for (const stride of strides.values) {
        const exact = steps.filter((step) => String(step) === stride.value).length;
        expect(exact).toBeLessThanOrEqual(stride.count);
        expect(exact).toBeGreaterThanOrEqual(stride.count - stride.error);
      }
      return index;
    }),
  );
  expect(found?.length).toBe(seen.size);
});

test('two instances of one module count together, and their strides do not mix', async () => {
  const engine = new Engine();
  const analysis = kindOf('memory').start(engine);
  const { Module, Instance } = engine.WebAssembly;
  const bytes = await wat(
    '(module (memory 1) (func (export "touch") (param i32) (i32.store8 (local.get 0) (i32.const 1))))',
  );
  const module = new Module(bytes as never);
  const [a, b] = [new Instance(module), new Instance(module)].map(
    ({ exports }) => exports.touch as (address: number) => void,
  );
  for (const address of [0, 1, 2]) {
    a?.(address);
    b?.(1000 + address * 10);
  }
  const [only] = (analysis.result() as MemoryResult).modules;
  expect(only?.instances).toBe(2);
  expect(only?.functions[0]?.instructions[0]).toMatchObject({
    count: 6,
    lowest: 0,
    highest: 1020,
    strides: {
      values: [
        { value: '1', count: 2, error: 0 },
        { value: '10', count: 2, error: 0 },
      ],
      unlisted: 0,
    },
  });
});

test('attached in the middle of a run, it counts from there on; detached, it stops', async () => {
  const engine = new Engine();
  const actions: (() => void)[] = [];
  const program = instantiate(
    engine,
    await wat(`(module (import "env" "act" (func $act)) (memory 1)
      (func (export "main")
        (i32.store (i32.const 0) (i32.const 1))
        (call $act)
        (i32.store (i32.const 4) (i32.const 1))
        (call $act)
        (i32.store (i32.const 8) (i32.const 1))))`),
    { imports: { env: { act: () => actions.shift()?.() } } },
  );
  const analysis = kindOf('memory').start(engine);
  actions.push(
    () => analysis.attach(program.instance),
    () => analysis.stop(),
  );
  program.call('main');
  const [module] = (analysis.result() as MemoryResult).modules;
  expect(module?.functions[0]?.instructions.map(({ lowest }) => lowest)).toEqual([4]);
});

test('only and except choose functions', async () => {
  const text = `(module (memory 1)
    (func $a (drop (i32.load (i32.const 0))))
    (func $b (drop (i32.load (i32.const 4))))
    (func (export "main") (call $a) (call $b)))`;
  const bytes = await wat(text);
  const run = (options: { only?: string[]; except?: string[] }): string[] | undefined =>
    (runBytes(bytes, [{ name: 'memory', options }]).results[0] as MemoryResult).modules[0]?.functions.map(
      (f) => f.name,
    );
  expect(run({ only: ['a'] })).toEqual(['a']);
  expect(run({ except: ['a'] })).toEqual(['b']);
});

test('the heat map has a character for each page, and for several where there are many', () => {
  expect(heatMap([{ page: 0, reads: 1, writes: 0 }], 1)).toEqual([]);
  const [, line] = heatMap(
    [
      { page: 0, reads: 1000, writes: 0 },
      { page: 2, reads: 0, writes: 1 },
    ],
    4,
  );
  expect(line).toBe('  0x00000000 |@ . |');
  const [title, ...lines] = heatMap([{ page: 65535, reads: 1, writes: 0 }], 65536);
  expect(title).toContain('64 pages');
  expect(lines).toHaveLength(16);
  expect(lines[15]).toBe(`  0xf0000000 |${' '.repeat(63)}@|`);
});

test('the text shows what a memory-less module has: nothing', async () => {
  const { analyses } = runBytes(await wat('(module (func (export "main")))'), [{ name: 'memory' }]);
  expect(analyses[0]?.report('text', reportContext).text).toBe('memory of app.wasm\n\nmemories  0\n');
});

test('two memories: a copy reads one and writes the other', async () => {
  const { parse } = await import('@bytecodealliance/jco-transpile/wasm-tools');
  const bytes: Uint8Array = await parse(`(module (memory $a 1) (memory $b 2)
    (func (export "main")
      (memory.copy $b $a (i32.const 65536) (i32.const 8) (i32.const 3))
      (i32.store $b (i32.const 4) (i32.load $a (i32.const 0)))))`);
  const [module] = (runBytes(bytes, [{ name: 'memory' }]).results[0] as MemoryResult).modules;
  expect(
    module?.memories.map(({ name, loads, stores, copy, pages }) => [
      name,
      loads,
      stores,
      copy.times,
      pages.map(({ page, reads, writes }) => [page, reads, writes]),
    ]),
  ).toEqual([
    ['a', 1, 0, 0, [[0, 2, 0]]],
    [
      'b',
      0,
      1,
      1,
      [
        [0, 0, 1],
        [1, 0, 1],
      ],
    ],
  ]);
});
