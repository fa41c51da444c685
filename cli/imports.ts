/** What a module imports: who provides it, and what to say if nobody does. */

import fs from 'node:fs';
import {
  externTypeText,
  funcTypeOf,
  type Import,
  type Module,
  valtype,
  type WebAssemblyNamespace,
} from '../engine/index.ts';
import { CliError, hostReason, suggestion } from './errors.ts';
import { createStub } from './stubs.ts';
import { alignColumns } from './text.ts';
import { callNames, signatureOf } from './wasi/calls.ts';
import { WASI_MODULE, WasiSystem } from './wasi/system.ts';

export interface ImportOptions {
  /** Arguments of the program, its name first. */
  readonly args: readonly string[];
  /** `KEY=VALUE` each. */
  readonly env: readonly string[];
  readonly preopens: readonly { readonly host: string; readonly guest: string }[];
  readonly stubImports: boolean;
}

export interface Linked {
  /** The object for the constructor of `Instance`. */
  readonly imports: Record<string, Record<string, unknown>>;
  /** Undefined if the module does not use WASI. */
  readonly wasi: WasiSystem | undefined;
}

/** Provides everything that `module` imports, or fails with a list of what is missing. */
export function link(wasm: WebAssemblyNamespace, module: Module, file: string, options: ImportOptions): Linked {
  const isWasi = (i: Import): boolean => i.module === WASI_MODULE && i.type.kind === 'function' && isCall(i.name);
  const missing = module.imports.filter((i) => !isWasi(i));
  if (missing.length > 0 && !options.stubImports) throw missingImports(module, file, missing);
  const used = module.imports.filter(isWasi);
  for (const i of used) checkCallType(module, file, i);
  const wasi = used.length > 0 ? openWasi(options) : undefined;
  const imports: Record<string, Record<string, unknown>> = Object.create(null);
  for (const i of module.imports) {
    imports[i.module] ??= Object.create(null) as Record<string, unknown>;
    const namespace = imports[i.module] as Record<string, unknown>;
    namespace[i.name] = isWasi(i) ? wasi?.imports[i.name as keyof WasiSystem['imports']] : createStub(wasm, module, i);
  }
  return { imports, wasi };
}

function isCall(name: string): boolean {
  return (callNames as readonly string[]).includes(name);
}

/** A module with another idea of a call than WASI's would get values that it cannot take. */
function checkCallType(module: Module, file: string, i: Import): void {
  const expected = signatureOf(i.name as (typeof callNames)[number]);
  const type = i.type.kind === 'function' ? funcTypeOf(i.type.type) : undefined;
  const names = (types: readonly number[] | undefined): string =>
    (types ?? []).map((t) => valtype.typeName(t)).join(' ');
  if (names(type?.params) === expected.params.join(' ') && names(type?.results) === expected.results.join(' ')) return;
  throw new CliError(
    `${file} imports ${i.module}.${i.name} as ${externTypeText(module, i.type)}, ` +
      `but WASI defines it as [${expected.params.join(' ')}] -> [${expected.results.join(' ')}]`,
  );
}

function openWasi(options: ImportOptions): WasiSystem {
  for (const { host } of options.preopens) {
    try {
      fs.opendirSync(host).closeSync();
    } catch (error) {
      throw new CliError(`cannot open the folder ${host} of --dir: ${hostReason(error)}`, { cause: error });
    }
  }
  return new WasiSystem(options);
}

function missingImports(module: Module, file: string, missing: readonly Import[]): CliError {
  const rows = missing.map((i) => [`  ${i.module}.${i.name}`, externTypeText(module, i.type)]);
  const things = missing.length === 1 ? 'something' : `${missing.length} things`;
  return new CliError(`${file} imports ${things} that nothing provides:\n${alignColumns(rows).join('\n')}`, {
    hint: missingHint(missing),
  });
}

function missingHint(missing: readonly Import[]): string {
  const unknownCall = missing.find((i) => i.module === WASI_MODULE);
  if (unknownCall !== undefined) {
    return `${WASI_MODULE} has no ${unknownCall.name}; ${suggestion(unknownCall.name, callNames, 'functions')}`;
  }
  if (missing.some((i) => i.module === 'wasi_unstable')) {
    return 'wasi_unstable is the version of WASI before preview 1. Compile with a newer toolchain.';
  }
  return `Provided is ${WASI_MODULE} only. With --stub-imports, functions that log their calls and return zeros stand in.`;
}
