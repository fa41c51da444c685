/** Calls of the host: lines, and sums. */

import { describe, expect, it } from 'vitest';
import type { ImportsResult } from '../../analyses/index.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import { instantiate, wat } from './support/programs.ts';
import { kindOf } from './support/run.ts';

const PROGRAM = `
  (module
    (import "host" "add" (func $add (param i32 f64) (result f64)))
    (import "host" "fails" (func $fails (param i64)))
    (import "host" "back" (func $back (param externref)))
    (table 1 funcref)
    (elem (i32.const 0) $add)
    (type $t (func (param i32 f64) (result f64)))
    (func (export "inner") (drop (call $add (i32.const 1) (f64.const 0.5))))
    (func (export "main") (param externref)
      (drop (call $add (i32.const -2) (f64.const -0)))
      (call $back (local.get 0))
      (drop (call_indirect (type $t) (i32.const 3) (f64.const 4) (i32.const 0)))
      (call $fails (i64.const 9))))`;

const WASI = `
  (module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_open"
      (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\\20\\00\\00\\00\\05\\00\\00\\00\\40\\00\\00\\00\\28\\00\\00\\00")
    (data (i32.const 32) "he\\0al\\"")
    (data (i32.const 64) "0123456789012345678901234567890123456789")
    (func (export "main")
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 200)))
      (drop (call $read (i32.const 0) (i32.const 8) (i32.const 1) (i32.const 204)))
      (drop (call $open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 4) (i32.const 9) (i64.const -1) (i64.const 0) (i32.const 5) (i32.const 208)))
      (drop (call $open (i32.const 3) (i32.const 0) (i32.const -8) (i32.const 99) (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 208)))
      (drop (call $time (i32.const 1) (i64.const 0) (i32.const 216)))
      (call $exit (i32.const 3))))`;

describe.each(tierNames)('in tier %s', (tier) => {
  interface Ran {
    readonly lines: string[];
    readonly result: ImportsResult;
  }

  async function run(text: string, imports: (memory: () => DataView) => object, options = {}): Promise<Ran> {
    const engine = engineIn(tier);
    const lines: string[] = [];
    const running = kindOf('imports').start(engine, {
      options,
      log: (line) => lines.push(line.replace(/<[\d.]+ (µs|ms|s)>$/, '<time>')),
    });
    let memory: () => DataView = () => new DataView(new ArrayBuffer(0));
    const program = instantiate(engine, await wat(text), { imports: imports(() => memory()) as never });
    memory = () => program.instance.memories[0]?.refresh() as DataView;
    back = () => program.call('inner');
    try {
      program.call('main', 'x');
    } catch (error) {
      expect((error as Error).message).toMatch(/^(no|exit)$/);
    }
    return { lines, result: running.result() as ImportsResult };
  }
  let back: () => unknown = () => undefined;

  const host = (): object => ({
    host: {
      add: (a: number, b: number) => a + b,
      back: () => void back(),
      fails: () => {
        throw new Error('no');
      },
    },
  });

  it('arguments, results and errors, calls within calls, and calls through tables', async () => {
    const { lines, result } = await run(PROGRAM, host);
    expect(lines).toEqual([
      'host.add(-2, -0) = -2 <time>',
      'host.add(1, 0.5) = 1.5 <time>',
      'host.back("x") <time>',
      'host.add(3, 4) = 7 <time>',
      'host.fails(9) ! no <time>',
    ]);
    expect(result.imports.map(({ name, calls, errors }) => [name, calls, errors])).toEqual([
      ['host.add', 3, 0],
      ['host.back', 1, 0],
      ['host.fails', 1, 1],
    ]);
    for (const { totalMs, longestMs } of result.imports) expect(totalMs).toBeGreaterThanOrEqual(longestMs);
  });

  it('WASI: names, flags, texts and results', async () => {
    const { lines, result } = await run(WASI, (memory) => ({
      wasi_snapshot_preview1: {
        fd_write: () => (memory().setUint32(200, 45, true), 0),
        fd_read: () => (memory().setUint32(204, 3, true), 0),
        path_open: (_fd: number, _flags: number, path: number) => (path === 64 ? 44 : 28),
        clock_time_get: () => (memory().setBigUint64(216, 1234n, true), 0),
        proc_exit: () => {
          throw new Error('exit');
        },
      },
    }));
    expect(lines).toEqual([
      'fd_write(fd=1, iovs=["he\\nl\\"", "01234567890123456789012345678901"...], nwritten=45) = SUCCESS <time>',
      'fd_read(fd=0, iovs=["012"], nread=3) = SUCCESS <time>',
      'path_open(fd=3, dirflags=0, path="0123", oflags=CREAT|TRUNC, rights=-1, inheriting=0, fdflags=APPEND|NONBLOCK, opened=208) = NOENT <time>',
      'path_open(fd=3, dirflags=0, path=-8 99, oflags=0, rights=0, inheriting=0, fdflags=0, opened=208) = INVAL <time>',
      'clock_time_get(clock=MONOTONIC, precision=0, time=1234) = SUCCESS <time>',
      'proc_exit(code=3) <time>',
    ]);
    const errors = result.imports.filter((counts) => counts.errors > 0);
    expect(errors.map(({ name, errors: count }) => [name, count])).toEqual([['wasi_snapshot_preview1.path_open', 2]]);
  });

  it('no lines when only the sums are asked for', async () => {
    const { lines, result } = await run(PROGRAM, host, { summary: true });
    expect([lines, result.imports.length]).toEqual([[], 3]);
  });
});
