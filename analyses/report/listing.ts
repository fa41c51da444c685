/** Lines of a disassembly, as reports show them. */

import {
  type DisassembledLine,
  disassemble,
  functionName,
  functionSignature,
  type Module,
} from '../../engine/index.ts';
import { printable } from './text.ts';

export interface FunctionListing {
  /** Index in the function index space. */
  readonly index: number;
  /** `(func $name (;index;) (param ..) (result ..)`. */
  readonly header: string;
  readonly instructions: readonly DisassembledLine[];
}

/** The functions of a module that have code, in order. */
export function* listings(module: Module): Generator<FunctionListing> {
  for (const { index } of module.bodies) yield listingOf(module, index);
}

export function listingOf(module: Module, index: number): FunctionListing {
  const header = `(func $${printable(functionName(module, index))} (;${index};)${functionSignature(module, index)}`;
  return { index, header, instructions: [...disassemble(module, index)] };
}

/** `0x1a4`, at least as wide as the greatest offset of the module. */
export function offsetText(offset: number, module: Module): string {
  const width = module.bytes.length.toString(16).length + 2;
  return `0x${offset.toString(16)}`.padStart(width);
}

/** Digits of the greatest pc of the module. */
export function pcWidth(module: Module): number {
  return String(module.bodies.reduce((max, { start, end }) => Math.max(max, end - start), 0)).length;
}

/** The text of an instruction, indented by its depth. */
export function instructionText({ depth, text }: DisassembledLine): string {
  return '  '.repeat(depth) + printable(text);
}
