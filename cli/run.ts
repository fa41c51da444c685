/** `wiz app.wasm [args...]`: runs a program. */

import path from 'node:path';
import tty from 'node:tty';
import { setFlagsFromString } from 'node:v8';
import { OptionError, type Outcome } from '../analyses/index.ts';
import {
  engineErrorOf,
  Engine,
  type EngineOptions,
  internals,
  type Module,
  ProbeError,
  type TierName,
  type WebAssemblyNamespace,
} from '../engine/index.ts';
import { FilterError } from '../probes/index.ts';
import { CliError, EXIT, messageOf } from './errors.ts';
import { isTrap, reportFailure } from './failure.ts';
import { checkGates, type Gates, passesGates } from './gates.ts';
import { type ImportOptions, type Linked, link } from './imports.ts';
import { interruptible } from './interrupt.ts';
import { type Exports, type Invocation, initialize, prepareInvocation, prepareStart } from './invoke.ts';
import { loadModuleBytes } from './load.ts';
import { printMessage, printResult } from './output.ts';
import { Progress } from './progress.ts';
import type { ReportRequest } from './report-plan.ts';
import { checkReports, Reports } from './reports.ts';
import { naming, readSymbols } from './symbols.ts';
import type { GuestMemory } from './wasi/memory.ts';
import { STDERR } from './wasi/streams.ts';
import { ProcExit } from './wasi/system.ts';

export interface RunOptions extends ImportOptions, ReportRequest, Gates {
  readonly file: string;
  /** Name of the export to call with `args`; undefined: run the program with them. */
  readonly invoke: string | undefined;
  /** Undefined: the engine's default. */
  readonly tier: TierName | undefined;
  readonly threshold: number | undefined;
  /** Is there a line that tells how the run gets on? Undefined: if somebody watches. */
  readonly hasProgressLine: boolean | undefined;
  /** Path of a twin of the module that has names. */
  readonly symbols: string | undefined;
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
function prepare(bytes: Uint8Array, options: RunOptions, nameModule: (module: Module) => void): Program {
  const { file, args, invoke } = options;
  const engine = createEngine(options);
  const wasm = engine.WebAssembly;
  // Before the probes hear of the module.
  engine.observe({ onModule: nameModule });
  const reports = startProbes(engine, options);
  const compiled = compile(wasm, file, bytes);
  const module = internals.moduleOf(compiled);
  const invocation =
    invoke === undefined ? prepareStart(module, file, args) : prepareInvocation(module, file, invoke, args);
  const programArgs = [path.basename(file), ...(invoke === undefined ? args : [])];
  const linked = link(wasm, module, file, { ...options, args: programArgs });
  return { wasm, compiled, module, invocation, linked, reports };
}

/**
 * Large functions of real programs, such as the interpreter of SQLite, have more bytecode than V8 optimises by itself. It does it at the
 * side, so that it costs a program nothing but its own slower code for a second or so.
 */
const BYTECODE_LIMIT = 1_000_000;

/** Where `--tier js` cannot be had, that is said once; with `auto` it stands in the report. */
function createEngine({ tier, threshold }: RunOptions): Engine {
  setFlagsFromString(`--max-optimized-bytecode-size=${BYTECODE_LIMIT}`);
  const asked: { -readonly [K in keyof EngineOptions]: EngineOptions[K] } = { bytecodeLimit: BYTECODE_LIMIT };
  if (tier !== undefined) asked.tier = tier;
  if (threshold !== undefined) asked.threshold = threshold;
  const engine = new Engine(asked);
  const { disabled } = engine.tierReport();
  if (tier === 'js' && disabled !== undefined) {
    printMessage(`wiz: nothing is compiled, everything is interpreted: ${disabled}\n`);
  }
  return engine;
}

/** What a probe could not do because of what the user asked it for; undefined for failures of its own. */
function mistakeInOptions(error: unknown): CliError | undefined {
  const isMistake =
    error instanceof ProbeError && (error.cause instanceof FilterError || error.cause instanceof OptionError);
  return isMistake ? new CliError(error.message, { cause: error }) : undefined;
}

/** Starts the probes. */
function startProbes(engine: Engine, options: RunOptions): Reports {
  try {
    return new Reports(engine, path.basename(options.file), options);
  } catch (error) {
    throw mistakeInOptions(error) ?? error;
  }
}

function compile(wasm: WebAssemblyNamespace, file: string, bytes: Uint8Array): WasmModule {
  try {
    return new wasm.Module(bytes);
  } catch (error) {
    if (!(error instanceof wasm.CompileError)) throw error;
    const reason = engineErrorOf(error) ?? error;
    throw new CliError(`${file} cannot be compiled: ${messageOf(reason)}`, { cause: error });
  }
}

/** Runs the program to its end. */
function execute(program: Program, options: RunOptions): Outcome {
  try {
    const exports = instantiate(program, options.file);
    initialize(program.module, exports);
    program.reports.started();
    printResult(program.invocation(exports));
    return { kind: 'returned' };
  } catch (error) {
    if (error instanceof CliError) throw error;
    return outcomeOf(error);
  }
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
    const mistake = mistakeInOptions(error);
    if (mistake !== undefined) throw mistake;
    if (!(error instanceof wasm.LinkError)) throw error;
    throw new CliError(`${file} cannot be linked: ${messageOf(error)}`, { cause: error });
  }
}
