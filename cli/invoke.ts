/** Calls into a module: an export by name, a command's `_start`, a reactor's `_initialize`. */

import { externTypeText, type FuncType, funcTypeOf, type Module } from '../engine/index.ts';
import { CliError, suggestion } from './errors.ts';
import { formatValue, parseValue } from './values.ts';

export type Exports = Readonly<Record<string, unknown>>;

/** A call that is ready to be made; the text is what to print of its results. */
export type Invocation = (exports: Exports) => string;

function functionExports(module: Module): string[] {
  return module.exports.filter((e) => e.kind === 'function').map((e) => e.name);
}

function typeOfExport(module: Module, name: string): FuncType | undefined {
  const found = module.exports.find((e) => e.kind === 'function' && e.name === name);
  if (found === undefined) return undefined;
  return funcTypeOf(module.types[module.funcTypes[found.index] as number] as number);
}

function signatureLine(module: Module, name: string): string {
  const found = module.exports.find((e) => e.name === name);
  if (found === undefined) return name;
  const type = module.types[module.funcTypes[found.index] as number] as number;
  return `${name} ${externTypeText(module, { kind: 'function', type })}`;
}

/** Prepares the call of an export. Fails for a name that is not there and for arguments that do not fit. */
export function prepareInvocation(module: Module, file: string, name: string, args: readonly string[]): Invocation {
  const type = typeOfExport(module, name);
  if (type === undefined) {
    const other = module.exports.find((e) => e.name === name);
    const reason = other === undefined ? `exports no function "${name}"` : `exports "${name}" as a ${other.kind}`;
    throw new CliError(`${file} ${reason}`, { hint: suggestion(name, functionExports(module), 'exported functions') });
  }
  if (args.length !== type.params.length) {
    const expected = type.params.length === 1 ? '1 argument' : `${type.params.length} arguments`;
    throw new CliError(`${name} takes ${expected}, given: ${args.length}`, { hint: signatureLine(module, name) });
  }
  const values = type.params.map((param, i) => parseValue(args[i] as string, param, `parameter ${i} of ${name}`));
  return (exports) => {
    const result = callExport(exports, name, values);
    const results =
      type.results.length > 1 ? [...(result as Iterable<unknown>)] : [result].slice(0, type.results.length);
    return results.map((value, i) => `${formatValue(value, type.results[i] as number)}\n`).join('');
  };
}

function callExport(exports: Exports, name: string, args: readonly unknown[]): unknown {
  const callable = exports[name] as (...args: unknown[]) => unknown;
  return callable(...args);
}

const optionsOfRuns = /^--(invoke|probe|env|dir|stub-imports|format|out|tier|threshold|tier-report)(=|$)/;

/** Prepares what running a module without `--invoke` means. `args` are looked at only for what to say if nothing can be run. */
export function prepareStart(module: Module, file: string, args: readonly string[]): Invocation {
  if (isNullary(module, '_start')) {
    return (exports) => {
      callExport(exports, '_start', []);
      return '';
    };
  }
  // A reactor, or a module whose work is its start function: instantiating and initialising is all there is to do.
  if (isNullary(module, '_initialize') || module.start !== undefined) return () => '';
  const misplaced = args.find((arg) => optionsOfRuns.test(arg));
  if (misplaced !== undefined) {
    const hint = `Options of wiz stand before FILE: wiz ${misplaced} ... ${file}`;
    throw new CliError(`${file} has no _start, so ${misplaced} can be no argument of it`, { hint });
  }
  const names = functionExports(module);
  const hint =
    names.length === 0
      ? 'It exports no functions.'
      : `Call one of its functions with --invoke:\n${names.map((name) => `  ${signatureLine(module, name)}`).join('\n')}`;
  throw new CliError(`${file} has no _start, so there is nothing to run`, { hint });
}

/** Calls `_initialize` of a reactor, as WASI asks for before any other export. */
export function initialize(module: Module, exports: Exports): void {
  if (isNullary(module, '_initialize')) callExport(exports, '_initialize', []);
}

function isNullary(module: Module, name: string): boolean {
  const type = typeOfExport(module, name);
  return type !== undefined && type.params.length === 0 && type.results.length === 0;
}
