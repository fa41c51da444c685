/** Programs in text format or as bytes, loaded into engines of their own. */

import { type Engine, internals, type ModuleInstance } from '../../engine/index.ts';
import type { MachineOptions } from '../../engine/interpreter/machine.ts';
import { engineIn, type TierName, tierNames } from '../support/tiers.ts';
import { assembleText } from '../support/wast-assemble.ts';

export { tierNames };

export type Call = (...args: unknown[]) => unknown;
export type Imports = Record<string, Record<string, unknown>>;

export interface Loaded {
  readonly engine: Engine;
  readonly instance: ModuleInstance;
  /** Everything that is exported, by name. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** An exported function. */
  call(name: string, ...args: unknown[]): unknown;
}

export interface LoadOptions {
  readonly imports?: Imports;
  /** An engine to share; default: a new one. */
  readonly engine?: Engine;
  readonly machine?: MachineOptions;
  /** Default: the interpreter. */
  readonly tier?: TierName;
}

/** The bytes of a module in text format. */
export async function bytesOf(wat: string): Promise<Uint8Array> {
  const assembled = await assembleText(wat);
  if (!assembled.ok) throw new Error(`the test's own module is wrong: ${assembled.message}`);
  return assembled.bytes;
}

export function loadBytes(
  bytes: Uint8Array,
  { imports = {}, machine = {}, tier = 'interpreter', engine }: LoadOptions = {},
): Loaded {
  const used = engine ?? engineIn(tier, machine);
  const { Module, Instance } = used.WebAssembly;
  const object = new Instance(new Module(bytes), imports as never);
  const exports = object.exports as Record<string, unknown>;
  return {
    engine: used,
    instance: internals.instanceOf(object),
    exports,
    call: (name, ...args) => (exports[name] as Call)(...args),
  };
}

export async function load(wat: string, options: LoadOptions = {}): Promise<Loaded> {
  return loadBytes(await bytesOf(wat), options);
}

/** Loads into engines of a tier. */
export function loaderIn(tier: TierName): typeof load {
  return (wat, options = {}) => load(wat, { tier, ...options });
}

/** The error that an action throws. */
export function caught(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

export const exhaustion = 'Maximum call stack size exceeded';
