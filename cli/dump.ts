/** `wiz dump app.wasm`: the instructions of functions, each with its pc and its offset in the module. */

import {
  bodyOf,
  disassemble,
  functionName,
  functionSignature,
  localsOf,
  type Module,
  valTypeText,
  WizError,
} from '../engine/index.ts';
import { CliError, messageOf, suggestion } from './errors.ts';
import { hexOffset, printable } from './text.ts';

/** The indices of the functions to show: all with a body, or the one of an index or a name. */
export function selectFunctions(module: Module, file: string, selector: string | undefined): number[] {
  const own = module.bodies.map((body) => body.index);
  if (selector === undefined) return own;
  const all = Array.from(module.funcTypes.keys());
  const found = /^\d+$/.test(selector)
    ? all.filter((index) => index === Number(selector))
    : all.filter((index) => namesOf(module, index).includes(selector));
  if (found.length === 0) throw noSuchFunction(module, file, selector, all);
  const imported = found.find((index) => bodyOf(module, index) === undefined);
  if (imported !== undefined) {
    throw new CliError(
      `function ${imported} (${functionName(module, imported)}) of ${file} is imported: it has no code`,
    );
  }
  return found;
}

/** Every name by which a function may be asked for. */
function namesOf(module: Module, index: number): string[] {
  const exported = module.exports.filter((e) => e.kind === 'function' && e.index === index).map((e) => e.name);
  const imported = module.imports.filter((i) => i.type.kind === 'function' && i.index === index);
  return [functionName(module, index), ...exported, ...imported.map((i) => `${i.module}.${i.name}`)];
}

function noSuchFunction(module: Module, file: string, selector: string, all: readonly number[]): CliError {
  if (/^\d+$/.test(selector)) {
    const range = all.length === 0 ? 'it has no functions' : `its functions are 0 to ${all.length - 1}`;
    return new CliError(`${file} has no function ${selector}: ${range}`);
  }
  const names = all.flatMap((index) => namesOf(module, index));
  return new CliError(`${file} has no function "${selector}"`, { hint: suggestion(selector, names, 'functions') });
}

const PC_WIDTH = 6;
const OFFSET_WIDTH = 8;
/** Compilers nest hundreds of blocks for one `switch`: what lies deeper has its depth before it instead of more indentation. */
const MAX_INDENTED_DEPTH = 20;

function indentation(depth: number): string {
  if (depth <= MAX_INDENTED_DEPTH) return '  '.repeat(depth);
  return `${'  '.repeat(MAX_INDENTED_DEPTH)}[${depth}] `;
}

/** The lines of one function. */
export function* functionLines(module: Module, index: number, bold: (text: string) => string): Generator<string> {
  const body = bodyOf(module, index);
  if (body === undefined) return;
  const range = `${hexOffset(body.start)}..${hexOffset(body.end)}, ${body.end - body.start} bytes`;
  yield bold(`func ${index} ${printable(functionName(module, index))}${functionSignature(module, index)}  ;; ${range}`);
  try {
    const locals = localsOf(module, index).map((run) => `${run.count} x ${valTypeText(module, run.type)}`);
    if (locals.length > 0) yield `${' '.repeat(PC_WIDTH + OFFSET_WIDTH + 4)}locals: ${locals.join(', ')}`;
    for (const { pc, offset, depth, text } of disassemble(module, index)) {
      const place = `${String(pc).padStart(PC_WIDTH)}  ${hexOffset(offset).padStart(OFFSET_WIDTH)}`;
      yield `${place}  ${indentation(depth)}${printable(text)}`;
    }
  } catch (error) {
    if (!(error instanceof WizError)) throw error;
    yield `  malformed: ${messageOf(error)}`;
  }
}
