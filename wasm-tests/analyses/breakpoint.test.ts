/** Breakpoints: where they are, when they hit, what they print. */

import { describe, expect, it } from 'vitest';
import { type BreakpointResult, MergeError, type OptionValue } from '../../analyses/index.ts';
import {
  type Frame,
  type FuncInstance,
  type GlobalInstance,
  insertGlobalProbe,
  ProbeError,
} from '../../engine/index.ts';
import { MemoryView } from '../../probes/index.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import { wat } from './support/programs.ts';
import { kindOf, reportContext, runBytes } from './support/run.ts';

const PROGRAM = `
  (module $m
    (import "host" "poke" (func $poke))
    (memory (export "memory") 1)
    (global $level (export "level") (mut i32) (i32.const 0))
    (func $fib (export "fib") (param $n i32) (result i32)
      (if (result i32) (i32.lt_s (local.get $n) (i32.const 2))
        (then (local.get $n))
        (else (i32.add
          (call $fib (i32.sub (local.get $n) (i32.const 1)))
          (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
    (func $bump (param $by i32)
      (global.set $level (i32.add (global.get $level) (local.get $by))))
    (func $fill (export "fill") (param $n i32) (local $i i32) (local $sum i64)
      (loop $each
        (i32.store (i32.mul (local.get $i) (i32.const 4)) (local.get $i))
        (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (local.get $i))))
        (call $bump (select (i32.const 2) (i32.const -1) (i32.and (local.get $i) (i32.const 1))))
        (call $poke)
        (br_if $each (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
      (i32.store8 (i32.const 8) (i32.const 0)))
    (func $operator+ (export "operator+") (drop (memory.grow (i32.const 1))))
    (func (export "divide") (param $n i32)
      (loop $each
        (drop (i32.div_u (i32.const 100) (local.get $n)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $each))))`;

const program = wat(PROGRAM);

type Options = Readonly<Record<string, OptionValue>>;
type Call = readonly [name: string, ...args: number[]];

interface Ran {
  readonly result: BreakpointResult;
  /** What was printed, each as a list of lines. */
  readonly printed: readonly string[][];
  readonly text: string;
}

async function run(tier: (typeof tierNames)[number], options: Options, ...calls: Call[]): Promise<Ran> {
  const engine = engineIn(tier);
  const printed: string[][] = [];
  const running = kindOf('breakpoint').start(engine, { options, log: (text) => printed.push(text.split('\n')) });
  const { Module, Instance, RuntimeError } = engine.WebAssembly;
  let pokes = 0;
  const memory = (): Uint8Array => new Uint8Array((exports.memory as unknown as { buffer: ArrayBuffer }).buffer);
  const poke = (): void => void (++pokes % 4 === 0 && memory().fill(pokes, 100, 101));
  const { exports } = new Instance(new Module(await program), { host: { poke } } as never);
  for (const [name, ...args] of calls) {
    try {
      (exports[name] as (...args: number[]) => unknown)(...args);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
    }
  }
  running.finished({ kind: 'returned' });
  running.stop();
  const text = running.report('text', reportContext).text;
  return { result: running.result() as BreakpointResult, printed, text };
}

function counts({ result }: Ran): (string | number)[][] {
  const breakpoints = result.modules[0]?.breakpoints ?? [];
  return breakpoints.map(({ name, pc, instruction, arrivals, hits, printed }) => [
    name,
    pc,
    instruction,
    arrivals,
    hits,
    printed,
  ]);
}

describe.each(tierNames)('in tier %s', (tier) => {
  it('stop at entries, at pcs, at instructions of a kind, and at offsets in the module', async () => {
    const fib = await run(tier, { at: ['fib', 'fib+16'], limit: 2 }, ['fib', 5]);
    expect(counts(fib)).toEqual([
      ['fib', 0, '(entry)', 15, 15, 2],
      ['fib', 16, 'call', 7, 7, 2],
    ]);
    const offset = fib.result.modules[0]?.breakpoints[1]?.offset as number;
    const at = [`0x${offset.toString(16)}`, 'f?b+16', '#1+0x10'];
    expect(counts(await run(tier, { at }, ['fib', 5]))).toEqual([['fib', 16, 'call', 7, 7, 7]]);
    expect(counts(await run(tier, { at: ['*+memory.grow', 'operator+'] }, ['operator+']))).toEqual([
      ['operator+', 0, '(entry)', 1, 1, 1],
      ['operator+', 3, 'memory.grow', 1, 1, 1],
    ]);
    expect(counts(await run(tier, { at: ['/./+call'], except: ['fill'] }, ['fib', 3]))).toEqual([
      ['fib', 16, 'call', 2, 2, 2],
      ['fib', 23, 'call', 2, 2, 2],
    ]);
  });

  it('print the frame, values, and callers', async () => {
    const options = { at: ['fib+16'], show: ['$n * 2', '1 / ($n - 2)'], stack: 1, skip: 1, limit: 2 };
    const { printed, result } = await run(tier, options, ['fib', 4]);
    expect(printed).toEqual([
      [
        'breakpoint, hit 2: fib (function 1) at pc 16, module offset 0x86: call',
        '  param 0 $n: i32 = 3',
        '  operand 0: i32 = 2',
        '  $n * 2 = 6',
        '  1 / ($n - 2) = 1',
        '  #1 fib (function 1) at pc 16, module offset 0x86: call',
        '  ... and 1 more',
      ],
      [
        'breakpoint, hit 3: fib (function 1) at pc 16, module offset 0x86: call',
        '  param 0 $n: i32 = 2',
        '  operand 0: i32 = 1',
        '  $n * 2 = 4',
        '  1 / ($n - 2) = (division by zero)',
        '  #1 fib (function 1) at pc 16, module offset 0x86: call',
        '  ... and 2 more',
        '  further hits of this breakpoint are only counted',
      ],
    ]);
    expect(result.modules[0]?.breakpoints).toMatchObject([{ arrivals: 4, hits: 4, printed: 2, failed: 0 }]);
    const short = await run(tier, { at: ['fib+16'], locals: false, operands: false, stack: 0 }, ['fib', 2]);
    expect(short.printed).toEqual([['breakpoint, hit 1: fib (function 1) at pc 16, module offset 0x86: call']]);
  });

  it('hit when a condition holds at a location; what has no value is counted', async () => {
    const when = '$n == 3 or operand[0] == 1';
    const ran = await run(tier, { at: ['fib+16'], when }, ['fib', 5]);
    expect(counts(ran)).toEqual([['fib', 16, 'call', 7, 5, 5]]);
    expect(ran.printed.map(([, n, operand]) => [n, operand])).toEqual(
      [3, 2, 2, 3, 2].map((n) => [`  param 0 $n: i32 = ${n}`, `  operand 0: i32 = ${n - 1}`]),
    );
    const every = await run(tier, { at: ['fib'], when: 'arrivals % 5 == 0' }, ['fib', 5]);
    expect(counts(every)).toEqual([['fib', 0, '(entry)', 15, 3, 3]]);
    const deep = await run(tier, { at: ['fib'], when: 'depth >= 4' }, ['fib', 5]);
    expect(counts(deep)).toEqual([['fib', 0, '(entry)', 15, 2, 2]]);
    const failing = await run(tier, { at: ['fib'], when: '10 / $n > 4 and u8[$n - 1] >= 0' }, ['fib', 5]);
    expect(failing.result.modules[0]?.breakpoints).toMatchObject([{ arrivals: 15, hits: 8, failed: 3 }]);
    expect(failing.text).toMatch(/arrivals at which the condition had no value +3/);
  });

  it('are at all entries without a place, and count on when all is printed', async () => {
    const { result, printed } = await run(tier, { limit: 3 }, ['fib', 15], ['operator+']);
    expect(result.modules[0]?.breakpoints).toMatchObject([
      { name: 'fib', hits: 1973, arrivals: 1973, printed: 3 },
      { name: 'operator+', hits: 1, printed: 1 },
    ]);
    expect(printed.length).toBe(4);
  });

  type Test = (frame: Frame) => boolean;
  const local =
    (index: number, test: (value: unknown) => boolean, func: string): Test =>
    (frame) =>
      nameOf(frame) === func && test(frame.local(index).value);

  // The obvious way: the condition is looked at before every instruction.
  it.each<[string, Test, boolean]>([
    ['$sum > 20', local(2, (sum) => (sum as bigint) > 20n, 'fill'), true],
    ['$i % 3 == 2', local(1, (i) => (i as number) % 3 === 2, 'fill'), true],
    ['$n < 2', local(0, (n) => (n as number) < 2, 'fib'), true],
    ['global.level > 2', ({ instance }) => ((instance.globals[0] as GlobalInstance).i32[0] as number) > 2, false],
    ['u8[8] == 2', ({ instance }) => new MemoryView(instance).u8(8) === 2, false],
    ['u8[100] & 4 != 0', ({ instance }) => (new MemoryView(instance).u8(100) & 4) !== 0, false],
  ])('watch %s everywhere: the moments at which it becomes true', async (when, test, isOwn) => {
    const calls: Call[] = [
      ['fill', 9],
      ['fib', 4],
      ['fill', 14],
    ];
    const engine = engineIn('interpreter');
    const expected = new Map<string, number>();
    const truths = new Map<unknown, boolean>();
    const names = new Set(['fib', 'fill', 'bump', 'operator+', 'wasm-function[5]', 'divide']);
    engine.observe({
      onInstance: (instance) => {
        insertGlobalProbe(instance, {
          needs: { locals: true },
          fire: (frame: Frame) => {
            if (!names.has(nameOf(frame))) return;
            const owner = isOwn ? frame : instance;
            const isTrue = test(frame);
            const key = `${frame.func.index} ${frame.pc}`;
            if (isTrue && truths.get(owner) !== true) expected.set(key, (expected.get(key) ?? 0) + 1);
            truths.set(owner, isTrue);
          },
        });
      },
    });
    const { Module, Instance } = engine.WebAssembly;
    let pokes = 0;
    const poke = (): void => {
      const { buffer } = exports.memory as unknown as { buffer: ArrayBuffer };
      if (++pokes % 4 === 0) new Uint8Array(buffer)[100] = pokes;
    };
    const { exports } = new Instance(new Module(await program), { host: { poke } } as never);
    for (const [name, ...args] of calls) (exports[name] as (...args: number[]) => unknown)(...args);

    const { result } = await run(tier, { when, only: when.startsWith('$n') ? ['fib'] : [] }, ...calls);
    const found = result.modules[0]?.breakpoints.map(({ index, pc, hits }): [string, number] => [
      `${index} ${pc}`,
      hits,
    ]);
    expect(expected.size).toBeGreaterThan(0);
    expect(new Map(found)).toEqual(expected);
  });

  it('print where a condition has become true, together so often as the limit says', async () => {
    const { printed, result } = await run(tier, { when: '$i > 1', limit: 1, stack: 0 }, ['fill', 3], ['fill', 5]);
    expect(printed.map(([first]) => first)).toEqual([
      expect.stringMatching(/^breakpoint, hit 1, \$i > 1 has become true: fill \(function 3\) at pc \d+/),
    ]);
    expect(result.modules[0]?.breakpoints).toMatchObject([{ name: 'fill', hits: 2, printed: 1 }]);
  });

  it('report what was hit before a trap', async () => {
    const { result } = await run(tier, { at: ['divide+i32.div_u'], when: 'operand[0] < 2' }, ['divide', 3]);
    expect(result.modules[0]?.breakpoints).toMatchObject([{ arrivals: 4, hits: 2, printed: 2 }]);
  });
});

function nameOf({ func }: { readonly func: FuncInstance }): string {
  return ['poke', 'fib', 'bump', 'fill', 'operator+', 'divide'][func.index] ?? '';
}

describe('a breakpoint that cannot be', () => {
  it.each<[Options, string]>([
    [{ at: ['fob'] }, `no function of the module's own is named "fob"; did you mean "fib"?`],
    [{ at: ['fib+17'] }, 'option "at": no instruction of function 1 is at pc 17: the nearest are at 16 and 18'],
    [{ at: ['fib+0x2'] }, 'option "at": no instruction of function 1 is at pc 0x2: the nearest are at 1 and 3'],
    [{ at: ['fi*+9999'] }, 'no instruction of function 1 is at pc 9999: the nearest are at 27'],
    [
      { at: ['fib+i32.lod'] },
      `"i32.lod" is neither a mnemonic nor a category of instructions; did you mean "i32.load"`,
    ],
    [{ at: ['fib+i32.load'] }, 'no instruction of these functions is selected by "i32.load", in "fib+i32.load"'],
    [
      { at: ['0x87'] },
      'no instruction is at module offset 0x87, which is in function 1: the nearest are at 0x86 and 0x88',
    ],
    [{ at: ['0x3'] }, 'module offset 0x3 is in no function: functions lie at 0x76 to'],
    [{ at: ['poke'] }, 'selects only imported functions, which have no instructions'],
    [{ at: ['fib'], only: ['fill'] }, 'option "at": fib is in none of the functions that "only" and "except" leave'],
    [
      { at: ['fib'], when: '$m > 3' },
      'option "when": in "$m > 3", at character 1: there is no local $m in function 1 (fib)',
    ],
    [{ at: ['fib'], show: ['$m'] }, 'option "show": in "$m", at character 1: there is no local $m'],
    [{ when: '$n >' }, 'option "when": in "$n >", at character 5: it ends where a value is expected'],
    [{ when: 'operand[0] > 1' }, 'here no operands are on the stack; a condition over operands needs a place: add at='],
    [{ when: 'arrivals > 1' }, 'arrivals are counted at a location: add at=, or leave them out'],
    [{ limit: -1 }, 'option "limit" takes a whole number of at least 0, not -1'],
  ])('%j', async (options, message) => {
    const start = run('interpreter', options, ['fib', 1]);
    await expect(start).rejects.toThrow(ProbeError);
    await expect(start).rejects.toThrow(message);
  });

  it('is left out where others can be, and that is said', async () => {
    const { printed, result } = await run('interpreter', { at: ['*'], when: '$n == 2', stack: 0 }, ['fib', 2]);
    expect(printed[0]).toEqual(['breakpoint: 2 places left out, where "$n == 2" has no meaning']);
    expect(result.modules[0]?.breakpoints.map(({ name, hits }) => [name, hits])).toEqual([
      ['fib', 1],
      ['fill', 0],
      ['divide', 0],
    ]);
  });
});

it('Results add up, if they are about the same condition', async () => {
  const [a, b, both] = [
    await run('interpreter', { at: ['fib'], when: '$n == 2' }, ['fib', 5]),
    await run('interpreter', { at: ['fib'], when: '$n == 2' }, ['fib', 6]),
    await run('interpreter', { at: ['fib'], when: '$n == 2' }, ['fib', 5], ['fib', 6]),
  ];
  const { merge } = kindOf('breakpoint');
  const merged = merge?.(a.result, b.result) as BreakpointResult;
  expect(merged.modules[0]?.breakpoints).toEqual(both.result.modules[0]?.breakpoints);
  const other = await run('interpreter', { at: ['fib'], when: '$n == 3' }, ['fib', 5]);
  expect(() => merge?.(a.result, other.result)).toThrow(MergeError);
});

it('Hits stand beside the code; those of the entry at the first instruction', async () => {
  const options = { at: ['fib', 'fib+16'] };
  const { analyses } = runBytes(await program, [{ name: 'breakpoint', options }], {
    imports: { host: { poke: () => {} } },
    calls: [{ name: 'fib', args: [3] }],
  });
  const lines = analyses[0]?.report('detail', reportContext).text.split('\n') ?? [];
  expect(
    lines.filter((line) => /^ +\d+ +\d+ +\d+ +0x/.test(line)).map((line) => line.trim().replace(/ +/g, ' ')),
  ).toEqual([
    expect.stringMatching(/^5 5 \d+ 0x\w+ local.get .*breakpoint at the entry/),
    expect.stringMatching(/^2 2 16 0x86 call /),
  ]);
});
