/** Text modules to binary ones: with the assembler of wasm-tools, or that of WABT for what only it knows. */

import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import initWabt from 'wabt';
import type { ScriptModule } from './wast-script.ts';

export type Assembled =
  | { readonly ok: true; readonly bytes: Uint8Array }
  /** The assembler refuses the text, or it is not even UTF-8. */
  | { readonly ok: false; readonly message: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `wabt` knows the legacy exception instructions (`try`, `catch`, `delegate`) and nothing from after 2022. */
export type Assembler = 'wasm-tools' | 'wabt';

/** The bytes of a script's module. */
export async function assemble(module: ScriptModule, assembler: Assembler = 'wasm-tools'): Promise<Assembled> {
  if (module.form === 'binary') return { ok: true, bytes: module.bytes };
  let text: string;
  try {
    text = utf8.decode(module.bytes);
  } catch {
    return { ok: false, message: 'malformed UTF-8 encoding' };
  }
  if (assembler === 'wabt') return assembleLegacy(text);
  return assembleText(module.form === 'text' ? escapeConfusables(text) : text);
}

/**
 * Characters that change the direction of text, or look like none. The assembler refuses them as a protection of readers
 * and takes their escapes; the specification allows both. They only occur in strings and comments.
 */
const confusables = /[\u202a-\u202e\u2066-\u2069\u206a-\u206f\u0085\u061c\u200b-\u200f]/g;

function escapeConfusables(text: string): string {
  return text.replace(confusables, (char) => `\\u{${char.charCodeAt(0).toString(16)}}`);
}

/** The bytes of a module in the text format. */
export async function assembleText(text: string): Promise<Assembled> {
  try {
    return { ok: true, bytes: await parse(text) };
  } catch (error) {
    return { ok: false, message: reason(error) };
  }
}

let wabt: ReturnType<typeof initWabt> | undefined;

async function assembleLegacy(text: string): Promise<Assembled> {
  wabt ??= initWabt();
  const { parseWat } = await wabt;
  try {
    const module = parseWat('module.wat', text, { exceptions: true, tail_call: true });
    try {
      return { ok: true, bytes: Uint8Array.from(module.toBinary({}).buffer) };
    } finally {
      module.destroy();
    }
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** The cause inside the assembler's debug print of its error. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const custom = /kind: Custom\("((?:[^"\\]|\\.)*)"\)/.exec(message) ?? /kind: Lex\((.*?)\) }/.exec(message);
  return custom?.[1] ?? message;
}
