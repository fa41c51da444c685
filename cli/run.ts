/** `wiz app.wasm [args...]`: runs a program. */

import path from 'node:path';
import tty from 'node:tty';
import type { Outcome } from '../analyses/index.ts';
import { type Engine, internals, type Module, type WebAssemblyNamespace } from '../engine/index.ts';
import { engineFor, type TierOptions } from './engine.ts';
import { CliError, EXIT } from './errors.ts';
import { reportFailure } from './failure.ts';
import { checkGates, type Gates, passesGates } from './gates.ts';
import { interruptible } from './interrupt.ts';
import { initialize } from './invoke.ts';
import { loadModuleBytes } from './load.ts';
import { printMessage, printResult } from './output.ts';
import {
  compile,
  instantiate,
  mistakeInOptions,
  outcomeOf,
  type Program,
  type ProgramOptions,
  prepareProgram,
  type WasmModule,
} from './program.ts';
import { Progress } from './progress.ts';
import type { ReportRequest } from './report-plan.ts';
import { checkReports, Reports } from './reports.ts';
import { naming, readSymbols } from './symbols.ts';
import { STDERR } from './wasi/streams.ts';

export interface RunOptions extends ProgramOptions, TierOptions, ReportRequest, Gates {
  /** Is there a line that tells how the run gets on? Undefined: if somebody watches. */
  readonly hasProgressLine: boolean | undefined;
  /** Path of a twin of the module that has names. */
  readonly symbols: string | undefined;
  readonly verbose: boolean;
}

/** A program with everything around it. */
interface ObservedProgram extends Program {
  readonly wasm: WebAssemblyNamespace;
  readonly compiled: WasmModule;
  readonly module: Module;
  readonly reports: Reports;
}

/** Runs a program; the exit code for the process. Mistakes of the user are thrown. */
export async function run(options: RunOptions): Promise<number> {
  checkReports(options);
  checkGates(options, options.probes);
  const bytes = await loadModuleBytes(options.file);
  const symbols = options.symbols === undefined ? undefined : await readSymbols(options.symbols);
  const program = prepare(bytes, options, await naming(bytes, symbols));
  const progress = hasProgress(options) ? new Progress(() => program.reports.executed()) : undefined;
  const outcome = interruptible(() => execute(program, options));
  progress?.stop();
  if (outcome.isInterrupted) printMessage('\nwiz: interrupted\n');
  const how: Outcome = outcome.isInterrupted ? { kind: 'interrupted' } : outcome.value;
  const failures = program.reports.finished(how);
  const code = exitCodeOf(how, options.verbose);
  failures.push(...program.reports.write());
  program.linked.wasi?.close();
  for (const failure of failures) reportFailure(failure, options.verbose);
  if (code !== EXIT.success) return code;
  if (failures.length > 0) return EXIT.host;
  return passesGates(options, options.probes, () => program.reports.results()) ? EXIT.success : EXIT.below;
}

/** By default only where somebody watches a run that is slowed down. */
function hasProgress({ hasProgressLine, probes }: RunOptions): boolean {
  return hasProgressLine ?? (probes.length > 0 && tty.isatty(STDERR));
}

/** The program's own exit code, or ours for the way in which it ended; prints what went wrong. */
function exitCodeOf({ kind, code = 0, error }: Outcome, verbose: boolean): number {
  switch (kind) {
    case 'returned':
      return EXIT.success;
    case 'exit':
      return code & 0xff; // the host's exit codes have 8 bits, as for native programs
    case 'interrupted':
      return EXIT.interrupted;
    default:
      return reportFailure(error, verbose);
  }
}

/** Everything that can fail because of what the user gave, before the program does anything. */
function prepare(bytes: Uint8Array, options: RunOptions, nameModule: (module: Module) => void): ObservedProgram {
  const { file } = options;
  const engine = engineFor(options);
  const wasm = engine.WebAssembly;
  // Before the probes hear of the module.
  engine.observe({ onModule: nameModule });
  const reports = startProbes(engine, options);
  const compiled = compile(wasm, file, bytes);
  const module = internals.moduleOf(compiled);
  return { wasm, compiled, module, ...prepareProgram(wasm, module, options), reports };
}

/** Starts the probes. */
function startProbes(engine: Engine, options: RunOptions): Reports {
  try {
    return new Reports(engine, path.basename(options.file), options);
  } catch (error) {
    throw mistakeInOptions(error) ?? error;
  }
}

/** Runs the program to its end. */
function execute(program: ObservedProgram, options: RunOptions): Outcome {
  try {
    const exports = instantiate(program.wasm, program.compiled, program, options.file);
    initialize(program.module, exports);
    program.reports.started();
    printResult(program.invocation(exports));
    return { kind: 'returned' };
  } catch (error) {
    if (error instanceof CliError) throw error;
    return outcomeOf(error);
  }
}
