/** What ended a program other than its own wish: traps, errors of the host; what is printed, and the exit code. */

import { ProbeError, RuntimeError, type TraceFrame, wasmTraceOf } from '../engine/index.ts';
import { CliError, EXIT, fullStack, messageOf } from './errors.ts';
import { printMessage } from './output.ts';
import { hexOffset, printable } from './text.ts';

const FRAMES_SHOWN = 20;

/** The lines of a Wasm stack trace; of a deep one, the ends. */
export function traceLines(trace: readonly TraceFrame[]): string[] {
  const line = ({ name, func, pc, moduleOffset }: TraceFrame): string =>
    `    at ${printable(name)} (func ${func}, pc ${pc}, offset ${hexOffset(moduleOffset)})`;
  const hidden = trace.length - FRAMES_SHOWN;
  if (hidden <= 1) return trace.map(line);
  const half = FRAMES_SHOWN / 2;
  return [...trace.slice(0, half).map(line), `    ... ${hidden} more frames`, ...trace.slice(-half).map(line)];
}

/** A stack overflow is a RangeError in JavaScript; other RangeErrors are of the host. */
export function isTrap(error: unknown): boolean {
  return error instanceof RuntimeError || (error instanceof RangeError && error.message.includes('call stack'));
}

function titleOf(error: unknown): string {
  if (isTrap(error)) return 'trap';
  return error instanceof ProbeError ? 'a probe failed' : 'the host failed while the program ran';
}

/** Prints what an exception that ended the program says; the exit code. */
export function reportFailure(error: unknown, verbose: boolean): number {
  const lines = [`wiz: ${titleOf(error)}: ${printable(messageOf(error))}`, ...traceLines(wasmTraceOf(error))];
  if (verbose) lines.push(fullStack(error));
  printMessage(`${lines.join('\n')}\n`);
  return isTrap(error) ? EXIT.trap : EXIT.host;
}

/** Prints a mistake of the user, of a probe, or of ours; the exit code. */
export function reportError(error: unknown, verbose: boolean): number {
  if (error instanceof ProbeError) return reportFailure(error, verbose); // before the program runs
  if (!(error instanceof CliError)) {
    const text = verbose ? fullStack(error) : `${messageOf(error)} (--verbose shows where)`;
    printMessage(`wiz: internal error: ${text}\n`);
    return EXIT.host;
  }
  const hint = error.hint === undefined ? '' : `${printable(error.hint)}\n`;
  printMessage(`wiz: ${printable(error.message)}\n${hint}${verbose ? `${fullStack(error)}\n` : ''}`);
  return EXIT.usage;
}
