/** Running small programs with an analysis attached. */

import { type AnalysisKind, analysisKinds, Coverage, type FunctionCoverage } from '../../../analyses/index.ts';
import { Engine, type ModuleInstance } from '../../../engine/index.ts';
import { assembleText } from '../../support/wast-assemble.ts';

export type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
export type AnyFunction = (...args: unknown[]) => unknown;

/** The bytes of a module in the text format. */
export async function wat(text: string): Promise<Uint8Array> {
  const assembled = await assembleText(text);
  if (!assembled.ok) throw new Error(`the test's own module is wrong: ${assembled.message}`);
  return assembled.bytes;
}

export interface Program {
  /** The instance as the engine has it. */
  readonly instance: ModuleInstance;
  /** Calls an export. */
  call(name: string, ...args: unknown[]): unknown;
}

/** Instantiates; `onInstance` is called before anything of the instance runs. */
export function instantiate(
  engine: Engine,
  bytes: Uint8Array,
  { imports = {}, onInstance }: { imports?: Imports; onInstance?: (instance: ModuleInstance) => void } = {},
): Program {
  const made: ModuleInstance[] = [];
  const unobserve = engine.observe({
    onInstance: (instance) => {
      made.push(instance);
      onInstance?.(instance);
    },
  });
  try {
    const { Module, Instance } = engine.WebAssembly;
    const { exports } = new Instance(new Module(bytes), imports as never);
    const call = (name: string, ...args: unknown[]): unknown => (exports[name] as AnyFunction)(...args);
    return { instance: made[0] as ModuleInstance, call };
  } finally {
    unobserve();
  }
}

/** A program with coverage attached before its start function. */
export function covered(bytes: Uint8Array, imports: Imports = {}): Program & { readonly coverage: Coverage } {
  const coverage = new Coverage();
  const program = instantiate(new Engine(), bytes, { imports, onInstance: (instance) => coverage.attach(instance) });
  return { ...program, coverage };
}

/** Coverage of a function of the first module, by name. */
export function functionOf(coverage: Coverage, name: string): FunctionCoverage {
  const functions = coverage.result().modules[0]?.functions ?? [];
  const found = functions.find((func) => func.name === name);
  if (found === undefined) throw new Error(`there is no function ${name} among ${functions.map((f) => f.name)}`);
  return found;
}

export function analysisKind(name: string): AnalysisKind {
  const found = analysisKinds.find((kind) => kind.name === name);
  if (found === undefined) throw new Error(`there is no analysis ${name}`);
  return found;
}
