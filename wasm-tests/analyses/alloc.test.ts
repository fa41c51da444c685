import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { AllocResult, ModuleAllocations } from '../../analyses/alloc/data.ts';
import { knownConvention } from '../../analyses/alloc/known.ts';
import type { OptionValue } from '../../analyses/index.ts';
import { Engine } from '../../engine/index.ts';
import { compileAssemblyScript } from '../../examples/build.ts';
import { tierNames } from '../support/tiers.ts';
import { instantiate, wat } from './support/programs.ts';
import { type BytesOptions, kindOf, reportContext, runBytes } from './support/run.ts';

type Options = Readonly<Record<string, OptionValue>>;

async function allocOf(text: string, run: BytesOptions = {}, options: Options = {}): Promise<ModuleAllocations> {
  const { results } = runBytes(await wat(text), [{ name: 'alloc', options }], run);
  return (results[0] as AllocResult).modules[0] as ModuleAllocations;
}

/**
 * An allocator that never gives anything back, with a header of 16 bytes. `calloc` and `realloc` are made of `malloc` and `free`;
 * more than 1000 bytes fail, more than 9000 trap.
 */
const LIBRARY = `
  (memory 1)
  (global $next (mut i32) (i32.const 1024))
  (func $malloc (param $size i32) (result i32) (local $block i32)
    (if (i32.gt_u (local.get $size) (i32.const 9000)) (then unreachable))
    (if (i32.gt_u (local.get $size) (i32.const 1000)) (then (return (i32.const 0))))
    (local.set $block (i32.add (global.get $next) (i32.const 16)))
    (global.set $next (i32.add (local.get $block) (local.get $size)))
    (local.get $block))
  (func $calloc (param $count i32) (param $size i32) (result i32)
    (call $malloc (i32.mul (local.get $count) (local.get $size))))
  (func $realloc (param $block i32) (param $size i32) (result i32) (local $new i32)
    (local.set $new (call $malloc (local.get $size)))
    (if (local.get $new) (then (call $free (local.get $block))))
    (local.get $new))
  (func $free (param $block i32))`;

const program = (main: string, more = ''): string =>
  `(module ${LIBRARY} ${more} (func (export "main") (local $p i32) (local $q i32) ${main}))`;

describe.each(tierNames)('in tier %s', (tier) => {
  test('counts, bytes, live and peak', async () => {
    const found = await allocOf(
      program(`
        (local.set $p (call $malloc (i32.const 100)))
        (local.set $q (call $calloc (i32.const 3) (i32.const 10)))
        (call $free (local.get $p))
        (drop (call $malloc (i32.const 0)))
        (drop (call $malloc (i32.const 2000)))
        (call $free (i32.const 0))
        (local.set $q (call $realloc (local.get $q) (i32.const 60)))`),
      { tier },
    );
    expect(found).toMatchObject({
      allocations: 4,
      bytes: 190,
      reallocations: 1,
      frees: 2,
      nullFrees: 1,
      failed: 1,
      abandoned: 0,
      tailCalls: 0,
      liveBlocks: 2,
      liveBytes: 60,
      peakBlocks: 2,
      peakBytes: 130,
      badFrees: [],
      sizes: [
        { from: 0, allocations: 1, bytes: 0 },
        { from: 16, allocations: 1, bytes: 30 },
        { from: 32, allocations: 1, bytes: 60 },
        { from: 64, allocations: 1, bytes: 100 },
      ],
    });
    expect(found.allocators.map(({ name, role, calls, counted }) => [name, role, calls, counted])).toEqual([
      ['malloc', 'alloc', 5, 3],
      ['calloc', 'alloc', 1, 1],
      ['realloc', 'realloc', 1, 1],
      ['free', 'free', 3, 2],
    ]);
  });

  test('leaks with their call stacks, as deep as asked', async () => {
    const text = program(
      '(drop (call $outer (i32.const 8))) (drop (call $outer (i32.const 9)))',
      `(func $inner (param i32) (result i32) (call $malloc (local.get 0)))
       (func $outer (param i32) (result i32) (call $inner (local.get 0)))`,
    );
    const stacks = async (depth: number): Promise<unknown> =>
      (await allocOf(text, { tier }, { depth })).sites
        .toSorted((a, b) => a.leakedBytes - b.leakedBytes)
        .map(({ stack, leakedBlocks, leakedBytes }) => [stack.map(({ name }) => name), leakedBlocks, leakedBytes]);
    expect(await stacks(0)).toEqual([[[], 2, 17]]);
    expect(await stacks(2)).toEqual([[['inner', 'outer'], 2, 17]]);
    // One frame deeper, the two calls of main are apart.
    expect(await stacks(9)).toEqual([
      [['inner', 'outer', 'main'], 1, 8],
      [['inner', 'outer', 'main'], 1, 9],
    ]);
  });

  test('double frees, and frees of what was never allocated', async () => {
    const found = await allocOf(
      program(`
        (local.set $p (call $malloc (i32.const 1)))
        (call $free (local.get $p)) (call $free (local.get $p))
        (call $free (i32.const 77)) `),
      { tier },
    );
    expect(found.frees).toBe(1);
    expect(found.badFrees).toMatchObject([
      { kind: 'double', address: 1040, times: 1, stack: [{ name: 'main' }] },
      { kind: 'unknown', address: 77, times: 1, stack: [{ name: 'main' }] },
    ]);
  });

  test('a trap in an allocator', async () => {
    const found = await allocOf(program('(drop (call $calloc (i32.const 100) (i32.const 100)))'), { tier });
    expect(found).toMatchObject({ allocations: 0, abandoned: 1, liveBlocks: 0 });
  });

  test('a failed reallocation leaves the block, one of a null pointer allocates', async () => {
    const found = await allocOf(
      program(`
        (local.set $p (call $realloc (i32.const 0) (i32.const 10)))
        (drop (call $realloc (local.get $p) (i32.const 5000)))`),
      { tier },
    );
    expect(found).toMatchObject({ allocations: 1, reallocations: 0, failed: 1, frees: 0, liveBytes: 10 });
  });

  test('tail calls: of another allocator it counts there, of other code its result is not seen', async () => {
    const wrapped = await allocOf(
      `(module ${LIBRARY}
        (func $__rust_alloc (param i32 i32) (result i32) (return_call $malloc (local.get 0)))
        (func (export "main") (drop (call $__rust_alloc (i32.const 5) (i32.const 1)))))`,
      { tier },
    );
    expect(wrapped).toMatchObject({ allocations: 1, bytes: 5, tailCalls: 0 });
    const unseen = await allocOf(
      `(module
        (func $other (param i32) (result i32) (i32.const 8))
        (func $malloc (param i32) (result i32) (return_call $other (local.get 0)))
        (func (export "main") (drop (call $malloc (i32.const 5))) (drop (call $malloc (i32.const 6)))))`,
      { tier },
    );
    expect(unseen).toMatchObject({ allocations: 0, tailCalls: 2 });
  });

  test('a collector behind a header: blocks are known under both addresses, and released within an allocation', async () => {
    const found = await allocOf(
      `(module
        (memory 1)
        (global $next (mut i32) (i32.const 1024))
        (global $garbage (mut i32) (i32.const 0))
        (func $__alloc (param i32) (result i32)
          (global.set $next (i32.add (global.get $next) (i32.const 64)))
          (global.get $next))
        (func $__free (param i32))
        (func $__new (param $size i32) (param $id i32) (result i32)
          (if (global.get $garbage) (then (call $__free (i32.sub (global.get $garbage) (i32.const 16)))))
          (global.set $garbage (i32.add (call $__alloc (i32.add (local.get $size) (i32.const 16))) (i32.const 16)))
          (global.get $garbage))
        (func (export "main")
          (drop (call $__new (i32.const 5) (i32.const 1)))
          (drop (call $__new (i32.const 6) (i32.const 1)))))`,
      { tier },
    );
    expect(found).toMatchObject({ allocations: 2, bytes: 11, frees: 1, liveBlocks: 1, liveBytes: 6, badFrees: [] });
  });
});

describe('which functions', () => {
  const custom = `(module
    (func $grab (param $tag i32) (param $size i32) (result i32) (i32.add (i32.const 64) (local.get $size)))
    (func $drop (param $block i32))
    (func (export "main") (call $drop (call $grab (i32.const 1) (i32.const 9)))))`;

  test('are named by options', async () => {
    const found = await allocOf(custom, {}, { alloc: ['grab'], free: ['drop'], size: 1 });
    expect(found).toMatchObject({ allocations: 1, bytes: 9, frees: 1 });
  });

  test('none: the report says how to name them', async () => {
    const { analyses } = runBytes(await wat(custom), [{ name: 'alloc' }]);
    expect(analyses[0]?.report('text', reportContext).text).toContain('alloc:alloc=NAME,free=NAME');
  });

  test('wrong ones are refused', async () => {
    const bytes = await wat(custom);
    const run = (options: Options): unknown => runBytes(bytes, [{ name: 'alloc', options }]).outcome.error;
    expect(run({ alloc: ['grab'], size: 2 })).toMatchObject({
      message: expect.stringContaining('option "alloc": grab has no i32 as parameter 2, where the size should be'),
    });
    expect(run({ free: ['grab'], alloc: ['grab'] })).toMatchObject({
      message: expect.stringContaining('grab was named for two things'),
    });
    expect(run({ alloc: ['nothing'] })).toMatchObject({ message: expect.stringContaining('"nothing"') });
    expect(() => run({ depth: -1 })).toThrow('option "depth" takes a whole number of at least 0, not -1');
  });

  test('what cannot be watched is said', async () => {
    const text = `(module
      (import "env" "malloc" (func (param i32) (result i32)))
      (func $runtime.mallocgc (param i32) (result i32) (i32.const 0))
      (func $free (param i64))
      (func (export "main")))`;
    const found = await allocOf(text, { imports: { env: { malloc: () => 0 } } });
    expect(found.allocators).toEqual([]);
    expect(found.skipped.map(({ name, reason }) => [name, reason])).toEqual([
      ['env.malloc', 'is imported: its code is not in this module'],
      ['runtime.mallocgc', expect.stringContaining('by the convention of Go: not supported')],
      ['free', 'has no i32 as parameter 0, where the block should be'],
    ]);
  });

  test.each([
    ['malloc', 'alloc', 0],
    ['dlmalloc', 'alloc', 0],
    ['emscripten_builtin_calloc', 'alloc', 1],
    ['realloc', 'realloc', 1],
    ['aligned_alloc', 'alloc', 1],
    ['_Znwm', 'alloc', 0],
    ['operator delete(void*)', 'free', 0],
    ['__rustc[7a2b]::__rust_realloc', 'realloc', 3],
    ['__rust_dealloc', 'free', 0],
    ['~lib/rt/itcms/__new', 'alloc', 0],
    ['~lib/rt/stub/__renew', 'realloc', 1],
    ['runtime.alloc', 'alloc', 0],
  ])('%s is known', (name, role, size) => {
    expect(knownConvention([name])).toMatchObject({ role, size });
  });

  test.each(['mallocator', 'freeze', 'my_free_list', 'xalloc', '__newton'])('%s is not', (name) => {
    expect(knownConvention([name])).toBeUndefined();
  });
});

test('merging adds counts and keeps the larger peak', async () => {
  const bytes = await wat(`(module ${LIBRARY} (func (export "main") (param i32) (drop (call $malloc (local.get 0)))))`);
  const run = (size: number): unknown =>
    runBytes(bytes, [{ name: 'alloc' }], { calls: [{ name: 'main', args: [size] }] }).results[0];
  const merged = kindOf('alloc').merge?.(run(10), run(100)) as AllocResult;
  expect(merged.modules[0]).toMatchObject({
    allocations: 2,
    liveBytes: 110,
    peakBytes: 100,
    sites: [{ allocations: 2 }],
  });
});

test('where nothing that releases is known, the report says so', async () => {
  const { analyses } = runBytes(
    await wat(
      '(module (func $malloc (param i32) (result i32) (i32.const 8)) (func (export "main") (drop (call $malloc (i32.const 1)))))',
    ),
    [{ name: 'alloc' }],
  );
  expect(analyses[0]?.report('text', reportContext).text).toContain('No function that releases was found');
});

test('a real garbage collector: whatever it releases was allocated, and nothing is left when everything is garbage', async () => {
  const folder = fileURLToPath(new URL('../programs/assemblyscript', import.meta.url));
  // Without optimisation, which would put the only call of the releasing function in line.
  const options = ['--runtime', 'minimal', '--exportRuntime', '--optimizeLevel', '0'];
  const bytes = await compileAssemblyScript(folder, 'trees.ts', options);
  const found = runBytes(bytes, [{ name: 'alloc' }], {
    tier: 'js',
    imports: { env: { abort: () => {} } },
    calls: [{ name: 'trees', args: [30, 1000] }, { name: '__collect' }],
  }).results[0] as AllocResult;
  const [module] = found.modules;
  expect(module?.allocations).toBeGreaterThan(1000);
  expect(module?.badFrees).toEqual([]);
  expect(module?.failed).toBe(0);
  expect(module?.liveBlocks).toBe(0);
  expect(module?.frees).toBe(module?.allocations);
  const calls = (name: string): number => module?.allocators.find((a) => a.name.endsWith(name))?.calls ?? -1;
  expect(calls('/__free')).toBe(module?.frees);
});

test('attached within an allocation, it knows the next ones', async () => {
  const engine = new Engine();
  const analysis = kindOf('alloc').start(engine);
  // The instance is not seen when it is made.
  analysis.stop();
  let attach = (): void => {};
  const program = instantiate(
    engine,
    await wat(`(module (import "env" "act" (func $act))
      (func $malloc (param i32) (result i32) (call $act) (i32.mul (local.get 0) (i32.const 16)))
      (func $free (param i32))
      (func (export "main") (local i32)
        (local.set 0 (call $malloc (i32.const 1)))
        (drop (call $malloc (i32.const 2)))
        (call $free (local.get 0))))`),
    { imports: { env: { act: () => attach() } } },
  );
  attach = () => {
    analysis.attach(program.instance);
    attach = () => {};
  };
  program.call('main');
  const [module] = (analysis.result() as AllocResult).modules;
  expect(module).toMatchObject({ allocations: 1, bytes: 2, frees: 0, badFrees: [{ kind: 'unknown', address: 16 }] });
});
