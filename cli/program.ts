/** A program from its bytes to its end, in any namespace of the shape of `WebAssembly`. */

import path from 'node:path';
import { OptionError, type Outcome } from '../analyses/index.ts';
import { engineErrorOf, type Module, ProbeError, type WebAssemblyNamespace } from '../engine/index.ts';
import { FilterError } from '../probes/index.ts';
import { CliError, messageOf } from './errors.ts';
import { isTrap } from './failure.ts';
import { type ImportOptions, type Linked, link } from './imports.ts';
import { type Exports, type Invocation, prepareInvocation, prepareStart } from './invoke.ts';
import type { GuestMemory } from './wasi/memory.ts';
import { ProcExit } from './wasi/system.ts';

export type WasmModule = InstanceType<WebAssemblyNamespace['Module']>;

export interface ProgramOptions extends ImportOptions {
  readonly file: string;
  /** Name of the export to call with `args`; undefined: run the program with them. */
  readonly invoke: string | undefined;
}

/** A program that is ready to run. */
export interface Program {
  readonly invocation: Invocation;
  readonly linked: Linked;
}

export function compile(wasm: WebAssemblyNamespace, file: string, bytes: Uint8Array): WasmModule {
  try {
    return new wasm.Module(bytes);
  } catch (error) {
    if (!(error instanceof wasm.CompileError)) throw error;
    const reason = engineErrorOf(error) ?? error;
    throw new CliError(`${file} cannot be compiled: ${messageOf(reason)}`, { cause: error });
  }
}

/** What is to be called, and what is imported. Fails for what the user gave and the program cannot take. */
export function prepareProgram(wasm: WebAssemblyNamespace, module: Module, options: ProgramOptions): Program {
  const { file, args, invoke } = options;
  const invocation =
    invoke === undefined ? prepareStart(module, file, args) : prepareInvocation(module, file, invoke, args);
  const programArgs = [path.basename(file), ...(invoke === undefined ? args : [])];
  return { invocation, linked: link(wasm, module, file, { ...options, args: programArgs }) };
}

/** What a probe could not do because of what the user asked it for; undefined for failures of its own. */
export function mistakeInOptions(error: unknown): CliError | undefined {
  const isMistake =
    error instanceof ProbeError && (error.cause instanceof FilterError || error.cause instanceof OptionError);
  return isMistake ? new CliError(error.message, { cause: error }) : undefined;
}

export function instantiate(
  wasm: WebAssemblyNamespace,
  compiled: WasmModule,
  { linked }: Program,
  file: string,
): Exports {
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

/** How a program ended that ended by an exception. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof ProcExit) return { kind: 'exit', code: error.code };
  return { kind: isTrap(error) ? 'trap' : 'error', error };
}
