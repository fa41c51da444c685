/** Reads a module from a file: binary, or text through `wabt`. */

import fs from 'node:fs';
import { CliError, hostReason, messageOf } from './errors.ts';

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

function hasMagic(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

export function readFile(path: string): Uint8Array {
  try {
    return fs.readFileSync(path);
  } catch (error) {
    throw new CliError(`cannot read ${path}: ${hostReason(error)}`, { cause: error });
  }
}

/** Every feature that `wabt` reads; which of them can be executed, the engine says. */
const textFeatures = {
  exceptions: true,
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  simd: true,
  threads: true,
  function_references: true,
  multi_value: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  annotations: true,
  gc: true,
  memory64: true,
  multi_memory: true,
  extended_const: true,
  relaxed_simd: true,
};

/** Assembles text. The assembler is loaded only here, since that takes a noticeable part of a second. */
async function assemble(path: string, text: Uint8Array): Promise<Uint8Array> {
  const { default: createAssembler } = await import('wabt');
  const assembler = await createAssembler();
  try {
    // A copy with a buffer of its own: of a view, the assembler takes the length of the whole buffer.
    const module = assembler.parseWat(path, Uint8Array.from(text), textFeatures);
    try {
      return module.toBinary({ write_debug_names: true }).buffer.slice();
    } finally {
      module.destroy();
    }
  } catch (error) {
    const detail = messageOf(error)
      .replace(/^\w+ failed:\n/, '')
      .trimEnd();
    throw new CliError(`${path} is not a module in the text format:\n${detail}`, { cause: error });
  }
}

/** The bytes of the module in a file. Those of a binary are not checked further than to tell it from text. */
export async function loadModuleBytes(path: string): Promise<Uint8Array> {
  const bytes = readFile(path);
  if (hasMagic(bytes)) return checkLayer(path, bytes);
  const start = Buffer.from(bytes.subarray(0, 1024)).toString('latin1').trimStart();
  if (/\.(wat|wast)$/i.test(path) || start.startsWith('(') || start.startsWith(';;')) return assemble(path, bytes);
  const found = bytes.length === 0 ? 'it is empty' : `it begins with ${hexBytes(bytes.subarray(0, 4))}`;
  throw new CliError(`${path} is not a WebAssembly module: ${found}`, {
    hint: 'A binary begins with 00 61 73 6d ("\\0asm"); a file in the text format is named .wat.',
  });
}

/** Bytes 4 to 7 are the version (2 bytes) and the layer: 0 for a module, 1 for a component. */
function checkLayer(path: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length < 8 || bytes[6] !== 1 || bytes[7] !== 0) return bytes;
  throw new CliError(`${path} is a WebAssembly component, not a module`, {
    hint: 'Components cannot be run. Compile for WASI preview 1, for instance with the target wasm32-wasip1.',
  });
}

function hexBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
