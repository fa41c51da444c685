/** Starts the processes of runs: each gets the same input, and what it prints goes to files, so that it waits for nobody. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryFile } from '../entry-file.ts';
import type { Answer, Order } from './order.ts';

/** An answer, and digests of what the program printed. */
export interface RunResult {
  readonly answer: Answer;
  readonly stdout: string;
  readonly stderr: string;
}

/** The folder of a measurement, with the processes that use it. */
export class Workshop {
  private readonly folder: string;
  private readonly input: string;
  private child: ChildProcess | undefined;
  private isStopped = false;

  /** `input` is what every run gets as standard input. */
  constructor(input: Uint8Array) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-overhead-'));
    this.input = this.write('stdin', input);
  }

  /** Puts a file into the folder; its path. */
  write(name: string, content: Uint8Array): string {
    const file = this.path(name);
    fs.writeFileSync(file, content);
    return file;
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  async run(order: Order): Promise<RunResult> {
    const names = [this.path('stdout'), this.path('stderr')] as const;
    const fds = [fs.openSync(this.input, 'r'), ...names.map((name) => fs.openSync(name, 'w'))] as const;
    try {
      const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(entryFile('overhead-run'))], {
        stdio: [...fds, 'ipc'],
      });
      this.child = child;
      const how = await answerOf(child, order);
      const [stdout, stderr] = names.map((name) => fs.readFileSync(name)) as [Buffer, Buffer];
      const answer = typeof how === 'string' ? { failure: withLastLine(how, stderr), isUsage: false } : how;
      return { answer, stdout: digest(stdout), stderr: digest(stderr) };
    } finally {
      this.child = undefined;
      for (const fd of fds) fs.closeSync(fd);
    }
  }

  /** Ends the run that is going on, as a failure; later ones are not to be started. */
  stop(): void {
    this.isStopped = true;
    this.child?.kill('SIGKILL');
  }

  get hasStopped(): boolean {
    return this.isStopped;
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The answer, or how the process ended without one. */
function answerOf(child: ChildProcess, order: Order): Promise<Answer | string> {
  return new Promise((resolve, reject) => {
    let answer: Answer | undefined;
    child.on('message', (message) => {
      answer = message as Answer; // `overhead-run` sends nothing else
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      resolve(answer ?? `its process ended with ${how}, without an answer`);
    });
    child.send(order, () => undefined); // a process that is gone already is told by its end
  });
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function withLastLine(how: string, stderr: Uint8Array): string {
  const line = Buffer.from(stderr).toString('utf8').trim().split('\n').at(-1);
  return line === undefined || line === '' ? how : `${how}: ${line}`;
}
