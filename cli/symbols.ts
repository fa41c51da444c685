/** What functions are called in reports: names of an unstripped twin of the module, and names as their authors wrote them. */

import { decodeModule, type Module, nameFunctions, readNames, WizError } from '../engine/index.ts';
import { isMangled, loadDemangler } from './demangle.ts';
import { CliError, messageOf } from './errors.ts';
import { loadModuleBytes } from './load.ts';

/** The module of `--symbols`: the same program, with names. */
export interface Symbols {
  readonly file: string;
  readonly module: Module;
}

export async function readSymbols(file: string): Promise<Symbols> {
  const bytes = await loadModuleBytes(file);
  let module: Module;
  try {
    module = decodeModule(bytes);
  } catch (error) {
    if (!(error instanceof WizError)) throw error;
    throw new CliError(`--symbols ${file} cannot be decoded: ${messageOf(error)}`, { cause: error });
  }
  if (readNames(module).functions.size > 0) return { file, module };
  throw new CliError(`--symbols ${file} has no names of functions`, {
    hint: 'Give the file as the compiler wrote it, before names were stripped.',
  });
}

/**
 * What gives the functions of a module readable names, to be called as soon as the module is compiled. `bytes` are those of the module. It
 * fails where symbols are not of this module.
 */
export async function naming(bytes: Uint8Array, symbols?: Symbols): Promise<(module: Module) => void> {
  const named = Buffer.from((symbols?.module.bytes ?? bytes) as Uint8Array<ArrayBuffer>);
  const demangle = named.includes('_Z') || named.includes('_R') ? await loadDemangler() : undefined;
  return (module) => {
    if (symbols !== undefined) requireTwin(module, symbols);
    const names = readNames(symbols?.module ?? module).functions;
    const hasMangled = demangle !== undefined && [...names.values()].some(isMangled);
    if (symbols === undefined && !hasMangled) return;
    const readable = (name: string): string => (demangle !== undefined && isMangled(name) ? demangle(name) : name);
    nameFunctions(module, new Map(Array.from(names, ([index, name]) => [index, readable(name)])));
  };
}

/** Gives functions with mangled names those that their authors wrote. */
export function demangleNames(module: Module, demangle: (name: string) => string): void {
  const names = readNames(module).functions;
  if (![...names.values()].some(isMangled)) return;
  const readable = (name: string): string => (isMangled(name) ? demangle(name) : name);
  nameFunctions(module, new Map(Array.from(names, ([index, name]) => [index, readable(name)])));
}

/** Stripping changes no function. */
function requireTwin(module: Module, { file, module: twin }: Symbols): void {
  const isTwin =
    twin.importCounts.function === module.importCounts.function &&
    twin.bodies.length === module.bodies.length &&
    twin.bodies.every((body, i) => body.end - body.start === sizeOf(module, i));
  if (isTwin) return;
  throw new CliError(`--symbols ${file} is not the same program: its functions are others`, {
    hint: 'Names fit the module that they were stripped from, and no other build of it.',
  });
}

function sizeOf({ bodies }: Module, i: number): number {
  const { start, end } = bodies[i] as Module['bodies'][number]; // both have as many
  return end - start;
}
