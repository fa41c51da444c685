/** Programs of Node that use WebAssembly, as processes. */

import { type ChildProcess, spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { type CliResult, cliFile, finished } from '../cli/run-cli.ts';

/** A file in `programs/`. */
export function programFile(name: string): string {
  return new URL(`programs/${name}`, import.meta.url).pathname;
}

export type Variables = Readonly<Record<string, string>>;

/** Starts Node with these arguments and variables, and none of our own but the path. */
export function startNode(args: readonly string[], env: Variables = {}): ChildProcess {
  const all = { PATH: process.env.PATH, NO_COLOR: '1', ...env };
  return spawn(process.execPath, args, { env: all, stdio: ['pipe', 'pipe', 'pipe'] });
}

export function runNode(args: readonly string[], env: Variables = {}): Promise<CliResult> {
  const child = startNode(args, env);
  child.stdin?.end();
  return finished(child);
}

/** What `wiz/register` stands for in a package that has wiz installed. */
export function registerUrl(): string {
  return pathToFileURL(cliFile('cli/register/register.js')).href;
}
