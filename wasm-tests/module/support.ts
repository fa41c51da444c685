/** What the tests of validation share: what the engine says of a module, and what V8 says. */

import { decodeModule } from '../../engine/binary/decode.ts';
import { InvalidError, MalformedError, UnsupportedError } from '../../engine/isa/errors.ts';
import { type InstrName, instructions } from '../../engine/isa/instructions.ts';
import { validateModule } from '../../engine/module/validate.ts';
import { walkBody } from '../binary/support.ts';
import { assembleText } from '../support/wast-assemble.ts';

interface HostWebAssembly {
  validate(bytes: Uint8Array): boolean;
}
const host = (globalThis as unknown as { WebAssembly: HostWebAssembly }).WebAssembly;

export function isValidInV8(bytes: Uint8Array): boolean {
  return host.validate(bytes);
}

/** What validation says; `offset` is undefined for a valid module. */
export interface Verdict {
  readonly kind: 'valid' | 'malformed' | 'invalid' | 'unsupported';
  readonly detail: string;
  readonly offset: number | undefined;
  readonly func?: number | undefined;
}

export function verdict(bytes: Uint8Array): Verdict {
  try {
    validateModule(decodeModule(bytes));
    return { kind: 'valid', detail: '', offset: undefined };
  } catch (error) {
    if (error instanceof MalformedError) return { kind: 'malformed', detail: error.detail, offset: error.offset };
    if (error instanceof InvalidError)
      return { kind: 'invalid', detail: error.detail, offset: error.offset, func: error.func };
    if (error instanceof UnsupportedError) return { kind: 'unsupported', detail: error.feature, offset: error.offset };
    throw error;
  }
}

/** The bytes of a module in text format; it may be invalid. */
export async function bytesOf(wat: string): Promise<Uint8Array> {
  const assembled = await assembleText(wat);
  if (!assembled.ok) throw new Error(`the test's own module is wrong: ${assembled.message}\n${wat}`);
  return assembled.bytes;
}

/** Module offsets of all instructions with this name in a function of the module, by index of its body. */
export function offsetsOf(bytes: Uint8Array, body: number, name: InstrName): number[] {
  const module = decodeModule(bytes);
  const offsets: number[] = [];
  const found = module.bodies.at(body);
  if (found === undefined) throw new Error(`no body ${body}`);
  walkBody(module, found, (reader) => {
    if (instructions[reader.op]?.name === name) offsets.push(reader.at);
  });
  return offsets;
}
