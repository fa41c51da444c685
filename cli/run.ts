/** `wiz app.wasm [args...]`: runs a program. */

import path from 'node:path';
import type { Outcome } from '../analyses/index.ts';
import { Engine, internals, type Module, ProbeError, type WebAssemblyNamespace, WizError } from '../engine/index.ts';
import { FilterError } from '../probes/index.ts';
import { CliError, EXIT, messageOf } from './errors.ts';
import { isTrap, reportFailure } from './failure.ts';
import { type ImportOptions, type Linked, link } from './imports.ts';
import { interruptible } from './interrupt.ts';
import { type Exports, type Invocation, initialize, prepareInvocation, prepareStart } from './invoke.ts';
import { loadModuleBytes } from './load.ts';
import { printMessage, printResult } from './output.ts';
import { checkReports } from './probes.ts';
import { type ReportOptions, Reports } from './reports.ts';
import type { GuestMemory } from './wasi/memory.ts';
import { ProcExit } from './wasi/system.ts';

export interface RunOptions extends ImportOptions, ReportOptions {
  readonly file: string;
  /** Name of the export to call with `args`; undefined: run the program with them. */
  readonly invoke: string | undefined;
  readonly verbose: boolean;
}

type WasmModule = InstanceType<WebAssemblyNamespace['Module']>;

/** A program that is ready to run. */
interface Program {
  readonly wasm: WebAssemblyNamespace;
  readonly compiled: WasmModule;
  readonly module: Module;
  readonly invocation: Invocation;
  readonly linked: Linked;
  readonly reports: Reports;
}

/** Runs a program; the exit code for the process. Mistakes of the user are thrown. */
export async function run(options: RunOptions): Promise<number> {
  checkReports(options.probes, options);
  const bytes = await loadModuleBytes(options.file);
  const program = prepare(bytes, options);
  const outcome = interruptible(() => execute(program, options));
  if (outcome.isInterrupted) {
    printMessage('\nwiz: interrupted\n');
    program.reports.finished({ kind: 'interrupted' });
  }
  program.reports.write();
  program.linked.wasi?.close();
  return outcome.isInterrupted ? EXIT.interrupted : outcome.value;
}

/** Everything that can fail because of what the user gave, before the program does anything. */
function prepare(bytes: Uint8Array, options: RunOptions): Program {
  const { file, args, invoke } = options;
  const engine = new Engine();
  const wasm = engine.WebAssembly;
  const reports = new Reports(engine, path.basename(file), options);
  const compiled = compile(wasm, file, bytes);
  const module = internals.moduleOf(compiled);
  const invocation = invoke === undefined ? prepareStart(module, file) : prepareInvocation(module, file, invoke, args);
  const programArgs = [path.basename(file), ...(invoke === undefined ? args : [])];
  const linked = link(wasm, module, file, { ...options, args: programArgs });
  return { wasm, compiled, module, invocation, linked, reports };
}

function compile(wasm: WebAssemblyNamespace, file: string, bytes: Uint8Array): WasmModule {
  try {
    return new wasm.Module(bytes);
  } catch (error) {
    if (!(error instanceof wasm.CompileError)) throw error;
    const reason = error.cause instanceof WizError ? error.cause : error;
    throw new CliError(`${file} cannot be compiled: ${messageOf(reason)}`, { cause: error });
  }
}

/** Runs the program to its end; its exit code, or ours for the way in which it ended. */
function execute(program: Program, options: RunOptions): number {
  try {
    const exports = instantiate(program, options.file);
    initialize(program.module, exports);
    program.reports.started();
    printResult(program.invocation(exports));
  } catch (error) {
    if (error instanceof CliError) throw error;
    program.reports.finished(outcomeOf(error));
    // The host's exit codes have 8 bits, as for native programs.
    return error instanceof ProcExit ? error.code & 0xff : reportFailure(error, options.verbose);
  }
  program.reports.finished({ kind: 'returned' });
  return EXIT.success;
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof ProcExit) return { kind: 'exit', code: error.code };
  return { kind: isTrap(error) ? 'trap' : 'error', error };
}

function instantiate({ wasm, compiled, linked }: Program, file: string): Exports {
  try {
    const { exports } = new wasm.Instance(compiled, linked.imports);
    linked.wasi?.attach(exports.memory instanceof wasm.Memory ? (exports.memory as GuestMemory) : undefined);
    return exports;
  } catch (error) {
    // A filter in the options of a probe, say, that selects nothing: known before the program does anything.
    if (error instanceof ProbeError && error.cause instanceof FilterError)
      throw new CliError(error.message, { cause: error });
    if (!(error instanceof wasm.LinkError)) throw error;
    throw new CliError(`${file} cannot be linked: ${messageOf(error)}`, { cause: error });
  }
}
