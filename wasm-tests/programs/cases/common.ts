/** What the cases of programs are made of. */

import type { Exports, Imports, WasmModule, WasmNamespace } from '../../diff/namespace.ts';
import type { Transcript } from '../../diff/transcript.ts';

export interface CaseContext {
  readonly W: WasmNamespace;
  /** The modules of `sources`, in that order. */
  readonly modules: readonly WasmModule[];
  readonly t: Transcript;
}

export interface ProgramCase {
  /** Files in the folder of the programs. */
  readonly sources: readonly [string, ...string[]];
  /** Runs in one engine and writes down all that can be observed. */
  readonly run: (context: CaseContext) => void;
}

export function instance({ W, modules }: CaseContext, imports: Imports = {}): Exports {
  return new W.Instance(modules[0] as WasmModule, imports).exports;
}

/** Calls each of `names` with each of `lists` of arguments. */

export function grid(
  t: Transcript,
  exports: Exports,
  names: readonly string[],
  lists: readonly (readonly unknown[])[],
): void {
  for (const name of names) for (const args of lists) t.call(exports, name, ...args);
}

export function pairs<T>(values: readonly T[]): [T, T][] {
  return values.flatMap((a) => values.map((b): [T, T] => [a, b]));
}
