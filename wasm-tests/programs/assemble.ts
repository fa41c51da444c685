/** Assembles the `.wat` files of this folder, once each. */

import { readFileSync } from 'node:fs';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { assembleWat } from '../../examples/build.ts';

const assembled = new Map<string, Promise<Uint8Array>>();

/** The module in `file`, a name relative to this folder. */
export function assemble(file: string): Promise<Uint8Array> {
  let bytes = assembled.get(file);
  if (bytes === undefined) {
    bytes = assembleText(file, readFileSync(new URL(file, import.meta.url), 'utf8'));
    assembled.set(file, bytes);
  }
  return bytes;
}

/** What wabt knows nothing of is assembled by wasm-tools. */
const newer = new Set(['extended-const.wat', 'multi-memory.wat']);

async function assembleText(file: string, text: string): Promise<Uint8Array> {
  return newer.has(file) ? parse(text) : assembleWat(file, text);
}
