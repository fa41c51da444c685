/** Where taint comes from and where it is told: all kinds of sources and sinks, and the ends of activations. */

import { describe, expect, test } from 'vitest';
import type { Flow, TaintResult } from '../../../analyses/index.ts';
import { tierNames } from '../../support/tiers.ts';
import { wat } from '../support/programs.ts';
import { type BytesOptions, runBytes } from '../support/run.ts';

type Options = Readonly<Record<string, boolean | string | readonly string[]>>;

async function taintOf(text: string, options: Options, run: BytesOptions = {}): Promise<TaintResult> {
  const { results, outcome } = runBytes(await wat(text), [{ name: 'taint', options }], run);
  expect(outcome).toEqual({ kind: 'returned' });
  return results[0] as TaintResult;
}

function briefs({ modules }: TaintResult): string[] {
  return modules.flatMap(({ flows }) => flows.map(brief));
}

function brief({ source, sink, operand, mnemonic, count }: Flow): string {
  return `${source} -> ${sink}, ${operand} of ${mnemonic} x${count}`;
}

/** Memory that functions of the host write, once the program is there. */
class Memory {
  bytes = new Uint8Array();

  readonly onExports = ({ memory }: Readonly<Record<string, unknown>>): void => {
    this.bytes = new Uint8Array((memory as { readonly buffer: ArrayBuffer }).buffer);
  };

  u32(address: number, value: number): void {
    new DataView(this.bytes.buffer).setUint32(address, value, true);
  }
}

const PUT = '(import "env" "put" (func $put (param i32)))';
const put = (): void => undefined;

describe('sources', () => {
  test('arguments of functions, all or one', async () => {
    const text = `(module ${PUT} (func $f (param i32 i32) (call $put (local.get 0)) (call $put (local.get 1)))
      (func (export "main") (call $f (i32.const 1) (i32.const 2))))`;
    const imports = { env: { put } };
    expect(briefs(await taintOf(text, { source: ['args:f'] }, { imports }))).toEqual([
      'args:f -> args:env.put, argument 0 of call x1',
      'args:f -> args:env.put, argument 0 of call x1',
    ]);
    const { modules } = await taintOf(text, { source: ['arg1:f'] }, { imports });
    expect(modules[0]?.flows.map(({ source, pc }) => [source, pc])).toEqual([['arg1:f', 7]]);
  });

  test('a range of memory, until it is overwritten', async () => {
    const text = `(module ${PUT} (memory 1) (func (export "main")
      (call $put (i32.load (i32.const 60))) (call $put (i32.load (i32.const 64)))
      (i32.store (i32.const 64) (i32.const 0)) (call $put (i32.load (i32.const 64)))))`;
    const result = await taintOf(text, { source: ['memory:0x40+4'] }, { imports: { env: { put } } });
    expect(briefs(result)).toEqual(['memory:0x40+4 -> args:env.put, argument 0 of call x1']);
    expect([result.taintedBytes, result.peakTaintedBytes]).toEqual([0, 4]);
  });

  test('what a function of the host changes in memory, and only that', async () => {
    const memory = new Memory();
    const fill = (): void => memory.bytes.set([1, 2, 0, 4], 100);
    const text = `(module ${PUT} (import "env" "fill" (func $fill)) (memory (export "memory") 1) (func (export "main")
      (call $fill) (call $put (i32.load8_u (i32.const 101))) (call $put (i32.load8_u (i32.const 104)))))`;
    const run = { imports: { env: { put, fill } }, onExports: memory.onExports };
    const result = await taintOf(text, { source: ['import:env.fill'] }, run);
    expect(briefs(result)).toEqual(['written:env.fill -> args:env.put, argument 0 of call x1']);
    // The byte that was 0 before cannot be told from one that nobody has written.
    expect(result.sources).toEqual([{ name: 'written:env.fill', events: 1, bytes: 3 }]);
  });

  test('memory that arguments point to, also where the host writes what was there', async () => {
    const text = `(module ${PUT} (import "env" "read" (func $read (param i32 i32) (result i32)))
      (memory (export "memory") 1) (func (export "main")
      (drop (call $read (i32.const 200) (i32.const 50)))
      (call $put (i32.load8_u (i32.const 202))) (call $put (i32.load8_u (i32.const 203)))))`;
    const imports = { env: { put, read: () => 3 } };
    const upTo = async (source: string): Promise<number> =>
      (await taintOf(text, { source: [source] }, { imports })).modules[0]?.flows.length as number;
    expect(await upTo('arg0[result]:import:env.read')).toBe(1);
    expect(await upTo('arg0[arg1]:import:env.read')).toBe(2);
    expect(await upTo('arg0[2]:import:env.read')).toBe(0);
  });

  test('memory that the host gives to an exported function', async () => {
    const text = `(module (memory (export "memory") 1) (func (export "parse") (param $p i32) (param $n i32) (result i32)
      (i32.add (i32.load8_u (local.get $p)) (i32.load8_u (i32.add (local.get $p) (local.get $n))))))`;
    const options = { source: ['arg0[arg1]:parse'], sink: ['result:parse'] };
    const calls = [{ name: 'parse', args: [300, 5] }];
    const result = await taintOf(text, options, { calls });
    expect(briefs(result)).toEqual(['arg0[arg1]:parse -> result:parse, result 0 of end x1']);
    expect(result.sources[0]?.bytes).toBe(5);
  });

  test('without any choice, all that the host gives', async () => {
    const text = `(module ${PUT} (import "env" "get" (func $get (result i32)))
      (func (export "main") (param i32) (result i32) (call $put (call $get)) (local.get 0)))`;
    const run = { imports: { env: { put, get: () => 1 } }, calls: [{ name: 'main', args: [1] }] };
    expect(briefs(await taintOf(text, {}, run))).toEqual([
      'result:env.get -> args:env.put, argument 0 of call x1',
      'args:main -> result:main, result 0 of end x1',
    ]);
  });
});

/** `fd_read` gives three bytes at 64, `fd_write` takes what is at 64 or elsewhere. */
const WASI = `(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\\40\\00\\00\\00\\08\\00\\00\\00")
  (data (i32.const 8) "\\42\\00\\00\\00\\02\\00\\00\\00")
  (data (i32.const 16) "\\43\\00\\00\\00\\02\\00\\00\\00")
  (func (export "main") (result i32)
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 32)))
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 36)))
    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 36)))
    (i32.load (i32.const 32))))`;

describe.each(tierNames)('in tier %s', (tier) => {
  test('calls of WASI: data that is read reaches data that is written, lengths and errors are clean', async () => {
    const memory = new Memory();
    const wasi_snapshot_preview1 = {
      // The same bytes that are there already: they are written all the same.
      fd_read: () => {
        memory.u32(32, 3);
        return 0;
      },
      fd_write: () => 0,
    };
    const run = { tier, imports: { wasi_snapshot_preview1 }, onExports: memory.onExports };
    const options = { source: ['import:wasi_snapshot_preview1.fd_read'], sink: ['import:*fd_write', 'result:main'] };
    const result = await taintOf(WASI, options, run);
    expect(briefs(result)).toEqual(['written:fd_read -> data:fd_write, memory at argument 1 of call x1']);
    expect(result.sources).toEqual([{ name: 'written:fd_read', events: 1, bytes: 3 }]);
    const failed = { ...wasi_snapshot_preview1, fd_read: () => 8 };
    const none = await taintOf(WASI, options, { ...run, imports: { wasi_snapshot_preview1: failed } });
    expect(none.sources).toEqual([]);
  });

  test('sinks: addresses, branches, indices of tables', async () => {
    const text = `(module (memory 1) (table funcref (elem $f)) (type $f (func)) (func $f)
      (func (export "main") (param i32)
        (drop (i32.load (local.get 0))) (i64.store (local.get 0) (i64.const 1)) (i64.store (i32.const 8) (i64.const 1))
        (memory.copy (local.get 0) (i32.const 1) (i32.const 1))
        (if (local.get 0) (then)) (block (br_if 0 (i32.eqz (local.get 0)))) (block (br_table 0 (local.get 0)))
        (drop (select (i32.const 1) (i32.const 2) (local.get 0)))
        (call_indirect (type $f) (local.get 0))))`;
    const run = { tier, calls: [{ name: 'main', args: [0] }] };
    const { modules } = await taintOf(
      text,
      { source: ['args:main'], sink: ['address', 'branch', 'call_indirect'] },
      run,
    );
    expect(modules[0]?.flows.map(({ sink, operand, mnemonic }) => `${sink}: ${operand} of ${mnemonic}`)).toEqual([
      'address: address of i32.load',
      'address: address of i64.store',
      'address: address of memory.copy',
      'branch: condition of if',
      'branch: condition of br_if',
      'branch: index of br_table',
      'call_indirect: index of call_indirect',
    ]);
  });

  test('a trap, and a host that catches it: what was in the frames is gone, what is in memory stays', async () => {
    const text = `(module ${PUT} (import "env" "try" (func $try)) (memory 1)
      (func $deep (param i32 i32) (result i32)
        (i32.store (i32.const 8) (local.get 1))
        (if (i32.eqz (local.get 0)) (then (drop (i32.div_u (local.get 1) (i32.const 0)))))
        (call $deep (i32.sub (local.get 0) (i32.const 1)) (local.get 1)))
      (func (export "inner") (param i32) (drop (call $deep (i32.const 5) (local.get 0))))
      (func $clean (param i32 i32) (call $put (local.get 1)))
      (func (export "main") (local i32)
        (local.set 0 (i32.const 7))
        (call $try)
        (call $clean (i32.const 1) (i32.const 2))
        (call $put (local.get 0))
        (call $put (i32.load (i32.const 8)))))`;
    let inner: unknown;
    const attempt = (): void => {
      for (const value of [1, 2]) expect(() => (inner as (value: number) => void)(value)).toThrow('divide by zero');
    };
    const result = await taintOf(
      text,
      { source: ['args:inner'] },
      { tier, imports: { env: { put, try: attempt } }, onExports: (exports) => (inner = exports.inner) },
    );
    expect(briefs(result)).toEqual(['args:inner -> args:env.put, argument 0 of call x1']);
    expect(result.sources).toEqual([{ name: 'args:inner', events: 2, bytes: 0 }]);
    expect(result.modules[0]?.flows[0]?.first.stack.map(({ name }) => name)).toEqual(['main', 'the host']);
  });

  test('the host calls back: the stack has it, and labels of neither side get to the other', async () => {
    const text = `(module ${PUT} (import "env" "secret" (func $secret (result i32))) (import "env" "back" (func $back (param i32) (result i32)))
      (func (export "inner") (param i32) (result i32) (call $put (local.get 0)) (call $put (call $secret)) (call $secret))
      (func (export "main") (call $put (call $back (i32.const 1)))
        (call $put (call $back (call $secret)))))`;
    let inner: unknown;
    const back = (value: number): number => {
      (inner as (value: number) => void)(value);
      return 1;
    };
    const run = {
      tier,
      imports: { env: { put, back, secret: () => 3 } },
      onExports: (exports: Readonly<Record<string, unknown>>) => {
        inner = exports.inner;
      },
    };
    const options = { source: ['import:env.secret'], sink: ['import:env.put'] };
    const result = await taintOf(text, options, run);
    expect(briefs(result)).toEqual([
      'result:env.secret -> args:env.put, argument 0 of call x2',
      // Results of the host come from its arguments.
      'result:env.secret -> args:env.put, argument 0 of call x1',
    ]);
    expect(result.modules[0]?.flows[0]?.first.stack.map(({ name }) => name)).toEqual([
      'inner',
      'env.back',
      'main',
      'the host',
    ]);
    expect(briefs(await taintOf(text, { ...options, 'opaque-host': true }, run))).toHaveLength(1);
  });

  test('a tail call to the host', async () => {
    const text = `(module ${PUT} (import "env" "secret" (func $secret (result i32)))
      (func $f (result i32) (return_call $secret)) (func $g (result i32) (i32.const 1))
      (func (export "main") (call $put (call $f)) (call $put (call $g))))`;
    const run = { tier, imports: { env: { put, secret: () => 3 } } };
    const options = { source: ['import:env.secret'], sink: ['import:env.put'] };
    expect(briefs(await taintOf(text, options, run))).toEqual([
      'result:env.secret -> args:env.put, argument 0 of call x1',
    ]);
  });
});

test('taint crosses modules by memories, globals, tables and calls', async () => {
  const provider = await wat(`(module (memory (export "memory") 1) (global (export "g") (mut i32) (i32.const 0))
    (func (export "same") (param i32) (result i32) (local.get 0)))`);
  const user = await wat(`(module ${PUT} (import "env" "secret" (func $secret (result i32)))
    (import "lib" "memory" (memory 1)) (import "lib" "g" (global $g (mut i32))) (import "lib" "same" (func $same (param i32) (result i32)))
    (func (export "main") (i32.store (i32.const 4) (call $same (call $secret))) (global.set $g (i32.load (i32.const 4)))
      (call $put (global.get $g))))`);
  const { engineIn } = await import('../../support/tiers.ts');
  const { kindOf } = await import('../support/run.ts');
  const engine = engineIn('js');
  const { Module, Instance } = engine.WebAssembly;
  // Only one of the modules has the functions that are named.
  const analysis = kindOf('taint').start(engine, { options: {} });
  const lib = new Instance(new Module(provider)).exports;
  const { main } = new Instance(new Module(user), { lib, env: { put, secret: () => 1 } } as never).exports;
  (main as () => void)();
  expect(briefs(analysis.result() as TaintResult)).toEqual([
    'result:env.secret -> args:env.put, argument 0 of call x1',
  ]);
});

test('only and except choose where sinks are told, not where taint goes', async () => {
  const text = `(module ${PUT} (func $f (param i32) (call $put (local.get 0))) (func $g (param i32) (call $put (local.get 0)))
    (func (export "main") (param i32) (call $f (local.get 0)) (call $g (local.get 0))))`;
  const run = { imports: { env: { put } }, calls: [{ name: 'main', args: [1] }] };
  const { modules } = await taintOf(text, { only: ['f'] }, run);
  expect(modules[0]?.flows.map(({ name }) => name)).toEqual(['f']);
});

test.each([
  [{ source: ['fdread'] }, 'no function is named "fdread"'],
  [{ source: ['address'] }, 'address is a sink; sources are host, FUNCTION'],
  [{ source: ['memory:12'] }, 'a range of memory is written memory:ADDRESS+BYTES'],
  [{ source: ['memory:0xffff+2'] }, 'ends behind the memory, which has 65536 bytes'],
  [{ source: ['args:import:env.put'] }, 'env.put is a function of the host: its arguments come from the program'],
  [{ source: ['written:main'] }, 'main is no function of the host'],
  [{ sink: ['written:env.put'] }, 'is a source; sinks are host, address'],
  [{ sink: ['arg1:import:env.put'] }, 'env.put has arguments 0 to 0 only'],
  [{ sink: ['data:import:env.put'] }, 'env.put is no call of WASI'],
  [{ pointers: 'all' }, 'option "pointers" is one of load, none, both, not "all"'],
])('%j is refused', async (options, message) => {
  const text = `(module ${PUT} (memory 1) (func (export "main")))`;
  const bytes = await wat(text);
  let problem: unknown;
  try {
    problem = runBytes(bytes, [{ name: 'taint', options }], { imports: { env: { put } } }).outcome.error;
  } catch (error) {
    problem = error;
  }
  expect(String(problem)).toContain(message);
});
