/** Starts the program, hands signals on to it, and ends as it does. */

import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import tty from 'node:tty';
import { CliError, hostReason } from '../errors.ts';
import { printMessage } from '../output.ts';
import { interruptFile, interrupts } from '../register/interrupts.ts';
import { withRegister } from '../register/node-options.ts';
import { SESSION } from '../register/notes.ts';
import { settingNames } from '../register/settings.ts';
import { STDIN } from '../wasi/streams.ts';

/** How often the program is asked to end before it is ended. */
const PATIENCE = 3;

export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  /** Variables that tell the settings. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder of the reports. */
  readonly out: string | undefined;
  /** Does anybody expect a report? */
  readonly isReporting: boolean;
}

const forwarded: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR2',
  'SIGWINCH',
  'SIGCONT',
];

/** Runs the program to its end; its exit code. */
export async function launch({ program, args, environment, out, isReporting }: Launch): Promise<number> {
  if (out !== undefined) makeFolder(out);
  const session = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-run-'));
  try {
    const child = spawn(program, args, { stdio: 'inherit', env: childEnvironment(environment, session) });
    const stop = handSignalsOn(child, session);
    const { code, signal } = await ended(child, program);
    const killedFor = stop();
    if (isReporting && killedFor === undefined) tellWhatWasMissing(session);
    if (signal !== null) dieBy(killedFor ?? signal, session);
    return code ?? 0;
  } finally {
    fs.rmSync(session, { recursive: true, force: true });
  }
}

function makeFolder(out: string): void {
  try {
    fs.mkdirSync(out, { recursive: true });
    fs.accessSync(out, fs.constants.W_OK);
  } catch (error) {
    throw new CliError(`cannot write to ${out}: ${hostReason(error)}`, { cause: error });
  }
}

function childEnvironment(environment: Launch['environment'], session: string): NodeJS.ProcessEnv {
  // Settings that stand in our own environment are not those of the options.
  const outer = Object.entries(process.env).filter(([name]) => !settingNames.includes(name) && name !== 'WIZ_ROOT');
  return {
    ...Object.fromEntries(outer),
    ...environment,
    [SESSION]: session,
    NODE_OPTIONS: withRegister(process.env.NODE_OPTIONS, registerUrl()),
  };
}

/** The file that registers a process: among the sources, and among what is built of them. */
function registerUrl(): string {
  const near = new URL('../register/register.js', import.meta.url);
  return (fs.existsSync(near) ? near : new URL('./cli/register/register.js', import.meta.url)).href;
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function ended(child: ChildProcess, program: string): Promise<End> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      reject(new CliError(`cannot run ${program}: ${hostReason(error)}`, { cause: error }));
    });
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
}

/**
 * Signals to us are meant for the program. A terminal sends Ctrl-C to both. A program that computes does not get to its handler, and is
 * interrupted by a thread of its own, which is told here. What does not react even to that is ended when it is asked for again and again, unless
 * it handles the signal itself. The result removes the handlers, and gives the signal for which the program was ended.
 */
function handSignalsOn(child: ChildProcess, session: string): () => NodeJS.Signals | undefined {
  let count = 0;
  let killedFor: NodeJS.Signals | undefined;
  const stops = forwarded.map((signal) => {
    const handler = (): void => {
      const isFromTerminal = signal === 'SIGINT' && tty.isatty(STDIN);
      if (!isFromTerminal) child.kill(signal);
      if (!interrupts.includes(signal)) return;
      fs.writeFileSync(interruptFile(session, signal), '');
      if (++count < PATIENCE || hasNote(session, `handles-${signal}`)) return;
      printMessage('wiz: the program does not react, and is ended without reports\n');
      killedFor = signal;
      child.kill('SIGKILL');
    };
    process.on(signal, handler);
    return () => process.removeListener(signal, handler);
  });
  return () => {
    for (const stop of stops) stop();
    return killedFor;
  };
}

function hasNote(session: string, what: string): boolean {
  return fs.readdirSync(session).some((name) => name.startsWith(`${what}.`));
}

/** Where there is no report, that is said: silence would look like a failure of ours. */
function tellWhatWasMissing(session: string): void {
  if (!hasNote(session, 'loaded')) printMessage('wiz: the program loaded no WebAssembly module\n');
  else if (!hasNote(session, 'reported')) {
    printMessage('wiz: no module that the program loaded was chosen by --module (wiz run --list shows all)\n');
  }
}

/** Ends this process by the signal that ended the program, as a shell would see it without us. */
function dieBy(signal: NodeJS.Signals, session: string): void {
  fs.rmSync(session, { recursive: true, force: true });
  process.kill(process.pid, signal);
}
