/** The command line as a process among others: signals, pipes, exit codes, files. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCli, type CliResult, cliArgs, finished, runCli, startCli } from './run-cli.ts';

let folder = '';

beforeAll(async () => {
  await buildCli();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-process-'));
});

afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

function program(name: string): string {
  return fileURLToPath(new URL(`programs/${name}`, import.meta.url));
}

function wat(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

/** The module that a program needs to have no work: imports as given, `_start` as given. */
function command(name: string, imports: string, body: string, memory = '(memory (export "memory") 1)'): string {
  return wat(name, `(module ${imports} ${memory} (func (export "_start") ${body}))`);
}

describe('output', () => {
  const expected = createHash('sha256');
  for (let block = 0; block < 128; block++) expected.update(Buffer.alloc(65536, block));
  const digest = expected.digest('hex');

  test('of megabytes through a pipe is complete, also for a slow reader', () => {
    const shell = `"$@" | { sleep 1; sha256sum; }`;
    const args = ['-c', shell, 'sh', process.execPath, ...cliArgs([program('writer.wat')])];
    expect(execFileSync('sh', args, { encoding: 'utf8' })).toContain(digest);
  });

  test('to a pipe whose reader goes away is an errno for the program', async () => {
    const shell = `{ "$@"; echo "code $?" >&2; } | head -c 100 >/dev/null`;
    const child = spawn('sh', ['-c', shell, 'sh', process.execPath, ...cliArgs([program('writer.wat')])]);
    expect((await finished(child)).stderr).toBe('code 64\n'); // EPIPE
  });

  test('of our own to a pipe whose reader goes away is no error', async () => {
    const shell = `{ "$@"; echo "code $?" >&2; } | true`;
    const child = spawn('sh', ['-c', shell, 'sh', process.execPath, ...cliArgs(['dump', program('waits.wat')])]);
    expect((await finished(child)).stderr).toBe('code 0\n');
  });

  test('to a file ends where the program does', async () => {
    const out = path.join(folder, 'out');
    const child = spawn('sh', ['-c', `"$@" > ${out}`, 'sh', process.execPath, ...cliArgs([program('writer.wat')])]);
    expect((await finished(child)).code).toBe(0);
    expect(fs.statSync(out).size).toBe(128 * 65536);
  });
});

describe('signals', () => {
  /** How long the program gets to reach the call that waits, in milliseconds: it cannot tell when it is there. */
  const REACH_MS = 150;

  /** Sends a signal soon after the program says that it is ready. */
  async function interrupt(child: ChildProcess, signal: NodeJS.Signals = 'SIGINT'): Promise<CliResult> {
    child.stdout?.once('data', () => setTimeout(() => child.kill(signal), REACH_MS));
    const result = await finished(child);
    expect(result.stdout).toBe('ready\n');
    return result;
  }

  test.each(['loop', 'clock', 'input', 'poll-input'])('SIGINT ends a program that waits for: %s', async (what) => {
    const result = await interrupt(startCli(['--invoke', what, program('waits.wat')]));
    expect(result).toMatchObject({ code: 130, signal: null, stderr: '\nwiz: interrupted\n' });
  });

  test('SIGINT ends a program that reads from a pipe', async () => {
    const fifo = path.join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const writer = fs.openSync(fifo, 'r+');
    const reader = fs.openSync(fifo, 'r');
    const child = spawn(process.execPath, cliArgs(['--invoke', 'input', program('waits.wat')]), {
      stdio: [reader, 'pipe', 'pipe'],
    });
    expect(await interrupt(child)).toMatchObject({ code: 130, signal: null });
    fs.closeSync(reader);
    fs.closeSync(writer);
  });

  test('SIGTERM ends the process at once, as it does any other', async () => {
    const result = await interrupt(startCli(['--invoke', 'loop', program('waits.wat')]), 'SIGTERM');
    expect(result).toMatchObject({ code: null, signal: 'SIGTERM' });
  });
});

describe('input', () => {
  test('that comes late is waited for', async () => {
    const child = startCli(['--invoke', 'input', program('waits.wat')]);
    child.stdout?.once('data', () => child.stdin?.end('late'));
    expect(await finished(child)).toMatchObject({ code: 0, stdout: 'ready\n4\n' });
  });

  test('can be polled for', async () => {
    const child = startCli(['--invoke', 'poll-input', program('waits.wat')]);
    child.stdout?.once('data', () => child.stdin?.end('later'));
    expect(await finished(child)).toMatchObject({ code: 0, stdout: 'ready\n5\n' });
  });

  test('that is at its end gives no bytes', async () => {
    expect(await runCli(['--invoke', 'input', program('waits.wat')])).toMatchObject({ stdout: 'ready\n0\n' });
    expect(await runCli(['--invoke', 'poll-input', program('waits.wat')])).toMatchObject({ stdout: 'ready\n0\n' });
  });

  test('from a file starts where the file was', async () => {
    const file = wat('input.txt', 'skipped rest');
    const shell = `{ dd bs=1 count=8 of=/dev/null 2>/dev/null; "$@"; } < ${file}`;
    const cat = fileURLToPath(new URL('cases/cat.wat', import.meta.url));
    const child = spawn('sh', ['-c', shell, 'sh', process.execPath, ...cliArgs([cat])]);
    expect((await finished(child)).stdout).toBe('rest');
  });
});

describe('sandbox', () => {
  const open =
    '(import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))';
  const exit = '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))';

  /** A program that opens a path in its first preopened folder and exits with the errno. */
  function opener(name: string, target: string): string {
    const call = `(call $open (i32.const 3) (i32.const 1) (i32.const 100) (i32.const ${target.length}) (i32.const 0)
      (i64.const 2) (i64.const 2) (i32.const 0) (i32.const 0))`;
    return wat(
      name,
      `(module ${open} ${exit} (memory (export "memory") 1) (data (i32.const 100) "${target}")
        (func (export "_start") (call $exit ${call})))`,
    );
  }

  test('a program opens files in its folder and none outside', async () => {
    const box = path.join(folder, 'box');
    fs.mkdirSync(box);
    fs.writeFileSync(path.join(box, 'inside'), '');
    wat('outside', '');
    const run = async (target: string, dirs: string[]): Promise<number | null> =>
      (await runCli([...dirs, opener('open.wat', target)])).code;
    expect(await run('inside', ['--dir', `${box}::/`])).toBe(0);
    expect(await run('../outside', ['--dir', `${box}::/`])).toBe(76);
    expect(await run('/etc/passwd', ['--dir', `${box}::/`])).toBe(76);
    expect(await run('inside', [])).toBe(8);
  });

  test('pointers out of bounds are an errno, not a failure of ours', async () => {
    const random = '(import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))';
    const file = command('fault.wat', random + exit, '(call $exit (call $random (i32.const 65530) (i32.const 100)))');
    expect(await runCli([file])).toMatchObject({ code: 21, stderr: '' });
  });
});

describe('reports', () => {
  const probe = ['--probe', 'coverage'];

  test('survive a trap, an exit and an interruption', async () => {
    const exit = '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))';
    const trapped = await runCli([...probe, command('trapped.wat', '', 'unreachable')]);
    expect(trapped.code).toBe(134);
    expect(trapped.stderr).toMatch(/trap: unreachable.*Coverage of trapped\.wat/s);
    const exited = await runCli([...probe, command('exited.wat', exit, '(call $exit (i32.const 5))')]);
    expect(exited.code).toBe(5);
    expect(exited.stderr).toContain('Coverage of exited.wat');
    const child = startCli([...probe, '--invoke', 'loop', program('waits.wat')]);
    child.stdout?.once('data', () => child.kill('SIGINT'));
    const interrupted = await finished(child);
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toMatch(/interrupted.*Coverage of waits\.wat/s);
  });

  test('leave standard output to the program, and go to the file that is named', async () => {
    const out = path.join(folder, 'report.json');
    fs.writeFileSync(out, 'x'.repeat(100_000));
    const file = command('plain.wat', '', 'nop');
    const result = await runCli([...probe, '--format', 'json', '--out', out, file]);
    expect(result).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(JSON.parse(fs.readFileSync(out, 'utf8'))).toMatchObject({ analysis: 'coverage' });
  });

  test('that consist of several files need a name, and get it', async () => {
    const file = command('several.wat', '', 'nop');
    expect(await runCli([...probe, '--format', 'lcov', file])).toMatchObject({ code: 2 });
    const out = path.join(folder, 'several.info');
    expect(await runCli([...probe, '--format', 'lcov', '--out', out, file])).toMatchObject({ code: 0 });
    expect(fs.readFileSync(out, 'utf8')).toContain('end_of_record');
    expect(fs.readFileSync(`${out}.wat`, 'utf8')).toContain('nop');
  });

  test('that cannot be written are refused before the program runs', async () => {
    const out = path.join(folder, 'no/such/folder/report');
    const result = await runCli([...probe, '--out', out, program('waits.wat')]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(`cannot write ${out}: it does not exist`);
    expect(await runCli([...probe, '--out', folder, program('waits.wat')])).toMatchObject({ code: 2 });
  });

  test('are not written through links that the program has put in their place', async () => {
    const box = path.join(folder, 'reports');
    fs.mkdirSync(box);
    const victim = wat('victim', 'precious');
    // Replaces the report, and the file beside it, by links out of its folder.
    const symlink =
      '(import "wasi_snapshot_preview1" "path_symlink" (func $link (param i32 i32 i32 i32 i32) (result i32)))';
    const unlink =
      '(import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))';
    const file = wat(
      'attacker.wat',
      `(module ${symlink} ${unlink} (memory (export "memory") 1)
        (data (i32.const 0) "r.info") (data (i32.const 20) "r.info.wat") (data (i32.const 40) "../victim")
        (func (export "_start")
          (if (call $unlink (i32.const 3) (i32.const 0) (i32.const 6)) (then unreachable))
          (if (call $link (i32.const 40) (i32.const 9) (i32.const 3) (i32.const 0) (i32.const 6)) (then unreachable))
          (if (call $link (i32.const 40) (i32.const 9) (i32.const 3) (i32.const 20) (i32.const 10)) (then unreachable))))`,
    );
    const out = path.join(box, 'r.info');
    const result = await runCli(['--dir', `${box}::/`, ...probe, '--format', 'lcov', '--out', out, file]);
    expect(result.stderr).toContain('cannot write');
    expect(fs.readlinkSync(`${out}.wat`)).toBe('../victim');
    expect(fs.readFileSync(victim, 'utf8')).toBe('precious');
  });
});

describe('names of a module', () => {
  test('cannot control the terminal', async () => {
    const name = '\\1b]0;owned\\07\\e2\\80\\ae';
    const file = wat('names.wat', `(module (import "${name}" "${name}" (func)) (func (export "${name}") unreachable))`);
    for (const args of [[file], ['inspect', file], ['dump', file], ['--stub-imports', '--invoke', 'x', file]]) {
      const { stdout, stderr } = await runCli(args);
      expect(stdout + stderr).toContain('u{1b}]0;owned');
      for (const char of '\u001b\u0007\u202e') expect(stdout + stderr).not.toContain(char);
    }
  });
});

describe('failures', () => {
  const write = '(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))';
  const call = '(drop (call $write (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 8)))';

  test('a program without a memory that WASI could use says so', async () => {
    const result = await runCli([command('no-memory.wat', write, call, '(memory 1)')]);
    expect(result.code).toBe(70);
    expect(result.stderr).toContain('exports no memory');
  });

  test('a call of WASI from the start function says that it comes too early', async () => {
    const result = await runCli([
      wat(
        'early.wat',
        `(module ${write} (memory (export "memory") 1) (start $s) (func $s ${call}) (func (export "_start")))`,
      ),
    ]);
    expect(result.code).toBe(70);
    expect(result.stderr).toContain('while the module was being instantiated');
  });

  test('stacks of our own are shown with --verbose only', async () => {
    const plain = await runCli([path.join(folder, 'missing.wasm')]);
    expect(plain).toMatchObject({ code: 2, stderr: expect.not.stringContaining('.js:') });
    const verbose = await runCli(['--verbose', path.join(folder, 'missing.wasm')]);
    expect(verbose).toMatchObject({ code: 2, stderr: expect.stringContaining('ENOENT') });
    expect(verbose.stderr).toContain('.js:');
  });

  test('binaries that are broken, components and empty files are told apart', async () => {
    const files: readonly [name: string, bytes: number[], message: string][] = [
      ['empty.wasm', [], 'it is empty'],
      ['short.wasm', [0, 0x61, 0x73, 0x6d], 'cannot be compiled'],
      ['version.wasm', [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0], 'unknown binary version'],
      ['component.wasm', [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0], 'is a WebAssembly component'],
      ['section.wasm', [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 9], '(at offset 0x'],
    ];
    for (const [name, bytes, message] of files) {
      const file = path.join(folder, name);
      fs.writeFileSync(file, Uint8Array.from(bytes));
      const result = await runCli([file]);
      expect(result.code).toBe(2);
      expect(result.stderr).toContain(message);
    }
  });
});
