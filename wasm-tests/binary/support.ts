/** What the tests of the binary format share. */

import { readFileSync } from 'node:fs';
import { decodeModule } from '../../engine/binary/decode.ts';
import { InstructionReader } from '../../engine/binary/instruction-reader.ts';
import { readLocals } from '../../engine/binary/locals.ts';
import { WizError } from '../../engine/isa/errors.ts';
import type { FunctionBody, Module } from '../../engine/module/module.ts';

/** The bytes of a file inside an installed package, exported by it or not. */
export function packageFile(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../node_modules/${path}`, import.meta.url)));
}

/** Real programs, of C, C++ and Rust, from 14 kB to 3.5 MB. */
export const realModules = [
  'source-map/lib/mappings.wasm',
  'sql.js/dist/sql-wasm-debug.wasm',
  'vscode-oniguruma/release/onig.wasm',
  '@bytecodealliance/jco-transpile/vendor/wasm-tools.core.wasm',
  '@bytecodealliance/jco-transpile/vendor/wasm-tools.core2.wasm',
  '@bytecodealliance/jco-transpile/vendor/js-component-bindgen-component.core.wasm',
] as const;

/** `MalformedError: unexpected end ... @ 12`: what an action threw, in one line. */
export function failure(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (!(error instanceof WizError) || !('offset' in error)) throw error;
    return `${error.name}: ${'detail' in error ? error.detail : error.message} @ ${error.offset}`;
  }
  return 'accepted';
}

/** Bytes from hexadecimal text; blanks do not count. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
}

/** Decodes a module given as hexadecimal text behind its header: the first section begins at offset 8. */
export function decodeHex(sections: string): Module {
  return decodeModule(hex(`0061736d01000000${sections}`));
}

/** The instructions of a body: calls `visit` after each; afterwards the reader stands behind the last one. */
export function walkBody(module: Module, body: FunctionBody, visit: (reader: InstructionReader) => void): void {
  const reader = new InstructionReader(module.bytes, module.types);
  reader.pos = body.start;
  reader.end = body.end;
  readLocals(reader);
  while (reader.pos < body.end) {
    reader.read();
    visit(reader);
  }
}
