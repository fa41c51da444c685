/** `wiz overhead`: figures that do not depend on time, programs of every ending, what is refused. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseProbes } from '../../cli/overhead/options.ts';
import { spreadOf } from '../../cli/overhead/statistics.ts';
import { buildCli, type CliResult, runCli } from './run-cli.ts';

// Some tests start a dozen processes.
vi.setConfig({ testTimeout: 120_000 });

let folder = '';

beforeAll(async () => {
  await buildCli();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-overhead-test-'));
});

afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const target = path.join(folder, name);
  fs.writeFileSync(target, text);
  return target;
}

const WASI = '(import "wasi_snapshot_preview1"';
const IMPORTS = `
  ${WASI} "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  ${WASI} "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  ${WASI} "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
  ${WASI} "proc_exit" (func $exit (param i32)))`;

/** Prints its input, with the memory from 100 on as the buffer. */
const ECHO = `
  (i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 100))
  (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
  (i32.store (i32.const 4) (i32.load (i32.const 8)))
  (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))`;

/** Prints eight bytes of the clock. */
const CLOCK = `
  (i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 8))
  (drop (call $time (i32.const 1) (i64.const 0) (i32.const 100)))
  (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))`;

/** A command that calls `$work` 100 times, does `last`, and returns. */
function command(name: string, last: string, memories = '(memory (export "memory") 1)'): string {
  return file(
    name,
    `(module ${IMPORTS} ${memories}
      (func $work (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
      (func (export "_start") (local $i i32)
        (loop $l (local.set $i (call $work (local.get $i))) (br_if $l (i32.lt_u (local.get $i) (i32.const 100))))
        ${last}))`,
  );
}

const QUICK = ['--runs', '1', '--warmup', '0'];

interface Shown {
  readonly engine: string;
  readonly probe: string | null;
  readonly failure?: string;
  readonly difference?: string | null;
  readonly ending?: object;
  readonly cost?: { readonly events: number; readonly emptyMs: object | null; readonly changes: number } | null;
}

interface Json {
  readonly varies: boolean;
  readonly reference: string;
  readonly runs: number;
  readonly configurations: readonly Shown[];
}

async function measured(args: readonly string[], input = ''): Promise<CliResult & { readonly json: Json }> {
  const result = await runCli(['overhead', ...QUICK, '--format', 'json', ...args], { input });
  if (result.stdout === '') throw new Error(result.stderr);
  return { ...result, json: JSON.parse(result.stdout) as Json };
}

const FIB = `
  (module (func $fib (export "fib") (param i32) (result i32)
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else (i32.add
        (call $fib (i32.sub (local.get 0) (i32.const 1)))
        (call $fib (i32.sub (local.get 0) (i32.const 2))))))))`;

describe('figures', () => {
  test('stand for V8, for a tier, and for each probe in it', async () => {
    const fib = file('fib.wat', FIB);
    const own = file(
      'own.ts',
      `import { defineProbe, onEntry } from 'wiz';
       export default defineProbe({ name: 'own', summary: 'entries', start: () => ({
         instance: (instance) => onEntry(instance, () => {}), result: () => ({}) }) });`,
    );
    const probes = ['hotness', own];
    const args = ['--probe', 'hotness', '--probe', own, '--tier', 'js', '--invoke', 'fib', fib, '10'];
    const { code, json } = await measured(args);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      kind: 'overhead',
      version: 1,
      program: 'fib.wat',
      invoke: 'fib',
      args: ['10'],
      runs: 1,
      warmup: 0,
    });
    expect(json.configurations.map(({ engine, probe }) => [engine, probe])).toEqual([
      ['native', null],
      ...[null, ...probes].map((probe) => ['js', probe]),
    ]);
    const events = json.configurations.map(({ cost }) => cost?.events);
    // 177 calls. Analyses wait for the first call of a function before they look into it.
    const first = 1;
    const each = [undefined, first + (await instructions(fib)), 177];
    expect(events).toEqual([undefined, ...each]);
    for (const one of json.configurations) {
      expect(one).toMatchObject({ ending: { kind: 'returned' }, difference: null });
      if (one.probe !== null) expect(one.cost?.emptyMs).not.toBeNull();
    }
    expect(json.configurations[1]).toMatchObject({
      totalMs: { samples: [expect.any(Number)], median: expect.any(Number) },
      toPlain: { median: 1 },
      toNative: { median: expect.any(Number) },
      compiled: { functions: 1, deoptimisations: 0 },
    });
  });

  async function instructions(program: string): Promise<number> {
    const { stderr } = await runCli(['--probe', 'icount', '--format', 'json', '--invoke', 'fib', program, '10']);
    return (JSON.parse(stderr) as { modules: { executed: number }[] }).modules[0]?.executed ?? 0;
  }

  test('of probes that vanish are measured with empty ones that vanish', async () => {
    const { json } = await measured(['--probe', 'coverage', '--tier', 'js', command('vanish.wat', '')]);
    const { cost } = json.configurations.at(-1) as Shown;
    expect(cost?.changes).toBeGreaterThan(3);
    expect(cost?.emptyMs).not.toBeNull();
  });
});

describe('a program', () => {
  const one = ['--tier', 'js'];

  test('that reads gets the same input in every run, and its output is compared and not printed', async () => {
    const echo = command('echo.wat', ECHO);
    const { stdout, stderr, code } = await runCli(['overhead', ...QUICK, ...one, echo], { input: 'some input' });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toContain('Output and exit code are the same in all runs.');
    expect(stdout).not.toContain('some input');
  });

  test('that exits is measured, in all tiers unless some are chosen', async () => {
    const { json, code } = await measured([command('exits.wat', '(call $exit (i32.const 7))')]);
    expect(code).toBe(0);
    expect(json.configurations.map(({ engine }) => engine)).toEqual(['native', 'interpreter', 'js', 'auto']);
    for (const { ending } of json.configurations) expect(ending).toEqual({ kind: 'exit', code: 7 });
  });

  test('that traps is measured', async () => {
    const { json, code } = await measured([...one, '--probe', 'hotness', command('traps.wat', 'unreachable')]);
    expect(code).toBe(0);
    for (const { ending } of json.configurations) expect(ending).toEqual({ kind: 'trap', message: 'unreachable' });
  });

  test('that prints something else each time is measured, and not compared', async () => {
    const args = ['--warmup', '1', '--tier', 'js', command('clock.wat', CLOCK)];
    const { json, code } = await measured(args);
    expect(json.varies).toBe(true);
    expect(code).toBe(0);
    for (const { difference } of json.configurations) expect(difference).toBeNull();
  });

  test('that V8 cannot run is compared with the first tier, and the reason is given', async () => {
    const two = command('two.wat', '', '(memory (export "memory") 1) (memory 1)');
    const { json, code } = await measured([...one, two]);
    expect(code).toBe(0);
    const [native, ...ours] = json.configurations;
    // A V8 that knows several memories has nothing to explain.
    if (native?.failure === undefined) expect(json.reference).toBe('native');
    else {
      expect(native.failure).toContain('two.wat cannot be compiled');
      expect(json.reference).toBe('js');
    }
    for (const { failure } of ours) expect(failure).toBeUndefined();
  });

  test('that a probe changes is said so, with exit code 1', async () => {
    const changes = file(
      'changes.ts',
      `import { defineProbe, onEntry } from 'wiz';
       export default defineProbe({ name: 'changes', summary: 'ends', start: () => ({
         instance: (instance) => onEntry(instance, ({ frame }) => frame.trap('enough'), { functions: 'work' }),
         result: () => ({}) }) });`,
    );
    const { json, code } = await measured(['--probe', changes, '--tier', 'js', command('changed.wat', '')]);
    expect(code).toBe(1);
    expect(json.configurations.at(-1)?.difference).toBe('it trapped, not returned');
  });
});

describe('formats', () => {
  test('go to a folder, each to a file of its own', async () => {
    const out = path.join(folder, 'reports/');
    const formats = ['--format', 'text,json,csv,html,svg', '--out', out];
    const args = ['--probe', 'hotness', '--tier', 'js', ...formats, command('formats.wat', '')];
    expect(await runCli(['overhead', ...QUICK, ...args])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const read = (name: string): string => fs.readFileSync(path.join(out, name), 'utf8');
    expect(fs.readdirSync(out).sort()).toEqual(['csv', 'html', 'json', 'svg', 'txt'].map((end) => `overhead.${end}`));
    const [head = '', ...rows] = read('overhead.csv').trimEnd().split('\n');
    expect(head).toMatch(/^engine,probe,failure,difference,total_ms_min,/);
    expect(rows.map((row) => row.split(',').slice(0, 2))).toEqual([
      ['native', ''],
      ['js', ''],
      ['js', 'hotness'],
    ]);
    for (const row of rows) expect(row.split(',')).toHaveLength(head.split(',').length);
    const svg = read('overhead.svg');
    expect(svg.match(/<path class="whisker"/g)).toHaveLength(4); // three bars, and the legend
    expect(svg).not.toMatch(/NaN|undefined/);
    expect(read('overhead.html')).toContain(
      svg.slice(svg.indexOf('Without probes'), svg.indexOf('</svg>')).slice(0, 20),
    );
    expect(JSON.parse(read('overhead.json'))).toMatchObject({ kind: 'overhead' });
    expect(read('overhead.txt')).toMatch(/^overhead of formats\.wat\n/);
  });
});

describe('mistakes are told before anything is measured', () => {
  test.each([
    ['a probe that does not exist', 'hotness,hotnes', 'did you mean "hotness"?'],
    ['a filter that selects nothing', 'calls:only=nothing', 'no function of the module\'s own is named "nothing"'],
  ])('%s', async (_, probe, message) => {
    const result = await runCli(['overhead', '--probe', probe, command(`${probe.length}.wat`, '')]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(message);
  });
});

describe('values of options', () => {
  test('name probes between commas, until options begin', () => {
    expect(parseProbes('hotness')).toEqual(['hotness']);
    expect(parseProbes('hotness,branches')).toEqual(['hotness', 'branches']);
    expect(parseProbes('a,b:only=f,except=g')).toEqual(['a', 'b:only=f,except=g']);
    expect(parseProbes('./x.ts,calls')).toEqual(['./x.ts', 'calls']);
    expect(parseProbes('C:\\x.ts:top=3')).toEqual(['C:\\x.ts:top=3']);
    expect(() => parseProbes('a,,b')).toThrow('empty name');
  });
});

describe('spreads', () => {
  test('are the ends, the middle and the quartiles of samples', () => {
    expect(spreadOf([5, 1, 4, 2, 3])).toMatchObject({ min: 1, q1: 2, median: 3, q3: 4, max: 5 });
    expect(spreadOf([10, 20])).toMatchObject({ min: 10, q1: 12.5, median: 15, q3: 17.5, max: 20 });
    expect(spreadOf([7])).toMatchObject({ min: 7, median: 7, max: 7, samples: [7] });
  });
});
