/** Runs the command line as a process of its own, compiled: a process that had to compile it first would take a second. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = inject('cliFolder');
const ready = path.join(folder, 'ready');
/** How often is looked whether another test file has finished the build, and how long at most, in ms. */
const POLL_MS = 50;
const MOST_MS = 120_000;

/**
 * Compiles and bundles the command line as the package has it, for `beforeAll`: the first file of a run that needs it does, the others wait for that.
 * Types are not checked: that is another test's business.
 */
export async function buildCli(): Promise<void> {
  try {
    fs.mkdirSync(path.join(folder, 'dist'));
  } catch {
    for (const start = Date.now(); !fs.existsSync(ready); await setTimeout(POLL_MS)) {
      if (Date.now() - start > MOST_MS) throw new Error('another test file has not built the command line');
    }
    return;
  }
  fs.copyFileSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const project = path.join(root, 'wasm-tests/cli/tsconfig.cli.json');
  execFileSync(process.execPath, [compiler, '-p', project, '--outDir', path.join(folder, 'dist')]);
  const bundler = path.join(root, 'node_modules/rolldown/bin/cli.mjs');
  const config = path.join(root, 'rolldown.config.mjs');
  execFileSync(process.execPath, [bundler, '--logLevel', 'silent', '-c', config], { cwd: folder });
  fs.writeFileSync(ready, '');
}

/** The folder of what was built: the package as users have it, with the dependencies of the project. */
export function builtPackage(): string {
  return folder;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

export interface CliResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Null if a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A file of what was built. */
export function cliFile(name: string): string {
  return path.join(folder, 'dist/lib', name);
}

/** The arguments for Node that run a command line. */
export function cliArgs(args: readonly string[]): string[] {
  return [cliFile('cli/bin.js'), ...args];
}

export function startCli(args: readonly string[], options: CliOptions = {}): ChildProcess {
  const env = { PATH: process.env.PATH, NO_COLOR: '1', ...options.env };
  return spawn(process.execPath, cliArgs(args), { cwd: options.cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
}

/** The output of a process until its end. */
export function finished(child: ChildProcess): Promise<CliResult> {
  const chunks: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  child.stdout?.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const text = (stream: 'stdout' | 'stderr'): string => Buffer.concat(chunks[stream]).toString();
      resolve({ stdout: text('stdout'), stderr: text('stderr'), code, signal });
    });
  });
}

export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = startCli(args, options);
  child.stdin?.on('error', () => undefined); // the program need not read its input
  child.stdin?.end(options.input ?? '');
  return finished(child);
}
