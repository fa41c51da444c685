/** Reports of programs that end in various ways, each of which stays the program's own. */

import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCli, type CliResult, finished, startCli } from '../cli/run-cli.ts';
import { writeModules } from './modules.ts';
import { programFile, registerUrl, runNode, startNode, type Variables } from './programs.ts';

let folder = '';
const program = programFile('ends.mjs');

beforeAll(async () => {
  await buildCli();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-endings-'));
  await writeModules(folder);
});

afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

const probe = { WIZ_PROBE: 'calls' };

function fib(): string {
  return path.join(folder, 'fib.wasm');
}

function start(how: string, env: Variables = {}): ChildProcess {
  return startNode(['--import', registerUrl(), program, fib(), how], { ...probe, ...env });
}

/** Sends a signal when the program says that it is ready. */
function interrupted(child: ChildProcess, signal: NodeJS.Signals): Promise<CliResult> {
  child.stdout?.once('data', () => child.kill(signal));
  return finished(child);
}

/** fib(3) has 5 calls, fib(2) has 3. */
function report(calls: number): RegExp {
  return new RegExp(`calls of ends\\.mjs \\(.*fib\\.wasm\\)\\n.*\\b${calls}\\b`, 's');
}

describe.concurrent('a program that is registered by node --import', () => {
  test('and returns', async () => {
    const result = await finished(start('returns'));
    expect(result).toMatchObject({ code: 0, stdout: 'ready 0\n', stderr: expect.stringMatching(report(5)) });
  });

  test('and calls process.exit: its handlers of the exit come first, and are in the report', async () => {
    const common = programFile('common.cjs');
    const native = await runNode([common, fib()]);
    expect(native).toMatchObject({ code: 5, stdout: '8\nexit 5 3\n' });
    // Once by NODE_OPTIONS, for CommonJS.
    const result = await runNode([common, fib()], { ...probe, NODE_OPTIONS: `--import=${registerUrl()}` });
    expect(result).toMatchObject({ ...native, stderr: expect.stringMatching(/calls of common\.cjs.*\b34\b/s) });
  });

  test('and throws', async () => {
    const { code, stdout, stderr } = await finished(start('throws'));
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'ready 0\n' });
    expect(stderr).toMatch(report(5));
    expect(stderr).toContain('Error: of the program');
  });

  test('and is ended by a signal', async () => {
    const result = await interrupted(start('waits'), 'SIGTERM');
    expect(result).toMatchObject({ code: null, signal: 'SIGTERM', stderr: expect.stringMatching(report(5)) });
  });

  test('and handles the signal itself', async () => {
    const result = await interrupted(start('handled'), 'SIGTERM');
    expect(result).toMatchObject({ code: 7, signal: null, stdout: 'ready 1\nhandled 1\n' });
    expect(result.stderr).toMatch(report(8));
  });

  test('and is asked for a report in between', async () => {
    const out = path.join(folder, 'between/');
    const child = start('on-usr2', { WIZ_REPORT_ON: 'SIGUSR2', WIZ_OUT: out, WIZ_FORMAT: 'json' });
    let between = '';
    child.stdout?.once('data', () => child.kill('SIGUSR2'));
    child.stdout?.on('data', (text: Buffer) => {
      if (!text.toString().includes('own')) return;
      between = fs.readFileSync(path.join(out, `calls.${child.pid}.json`), 'utf8');
      child.kill('SIGTERM');
    });
    const result = await finished(child);
    expect(result).toMatchObject({ signal: 'SIGTERM', stdout: 'ready 0\nown\n', stderr: '' });
    expect(JSON.parse(between)).toMatchObject({ analysis: 'calls' });
    expect(fs.readFileSync(path.join(out, `calls.${child.pid}.json`), 'utf8')).toBe(between);
  });
});

describe.concurrent('wiz run', () => {
  function startRun(how: string): ChildProcess {
    return startCli(['run', '--probe', 'calls', '--', process.execPath, program, fib(), how]);
  }

  test.each(['SIGINT', 'SIGTERM'] as const)('ends by %s as the program does', async (signal) => {
    const result = await interrupted(startRun('waits'), signal);
    expect(result).toMatchObject({ code: null, signal, stderr: expect.stringMatching(report(5)) });
  });

  test('reports on a program that computes when the signal comes', async () => {
    const result = await interrupted(startRun('busy'), 'SIGINT');
    expect(result).toMatchObject({
      code: null,
      signal: 'SIGINT',
      stderr: expect.stringMatching(/^calls of ends\.mjs .*\bfib\b/s),
    });
  });
});
