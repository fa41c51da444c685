/**
 * What is wrong with a module, in V8's words where these are known to programs and their tests: bytes that are no module at all,
 * as wrong addresses and interrupted downloads give, and the function that is invalid. The rest is the engine's own wording.
 */

import { decodeModule } from '../binary/decode.ts';
import { readNames } from '../binary/names.ts';
import { ByteReader } from '../binary/reader.ts';
import { InvalidError, type MalformedError, type UnsupportedError } from '../isa/errors.ts';

/** The message for `error`, without the name of the function that was called. */
export function compileProblem(error: MalformedError | InvalidError | UnsupportedError, bytes: Uint8Array): string {
  if ('feature' in error) return error.message;
  const own = `${error.detail} @+${error.offset}`;
  if (!(error instanceof InvalidError)) return headerProblem(bytes) ?? sectionProblem(bytes, error.offset) ?? own;
  return error.func === undefined
    ? own
    : `Compiling function #${error.func}${quotedName(bytes, error.func)} failed: ${own}`;
}

const HEADER = [
  { what: 'magic word', at: 0, expected: [0x00, 0x61, 0x73, 0x6d] },
  { what: 'version', at: 4, expected: [0x01, 0x00, 0x00, 0x00] },
] as const;

function headerProblem(bytes: Uint8Array): string | undefined {
  for (const { what, at, expected } of HEADER) {
    if (bytes.length < at + 4) return `expected 4 bytes, fell off end @+${at}`;
    const found = bytes.subarray(at, at + 4);
    if (hex(found) !== hex(expected)) return `expected ${what} ${hex(expected)}, found ${hex(found)} @+${at}`;
  }
  return undefined;
}

function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** V8's names of the sections, by their ids. */
const SECTIONS: readonly [string, ...string[]] = [
  'Unknown', // what it calls custom sections here
  'Type',
  'Import',
  'Function',
  'Table',
  'Memory',
  'Global',
  'Export',
  'Start',
  'Element',
  'Code',
  'Data',
  'DataCount',
  'Tag',
];

/** Is what is malformed at `offset` the frame of a section: its id or its size? */
function sectionProblem(bytes: Uint8Array, offset: number): string | undefined {
  const reader = new ByteReader(bytes, 8);
  try {
    while (reader.pos <= offset) {
      const at = reader.pos;
      const id = reader.u8();
      const size = reader.u32();
      const left = bytes.length - reader.pos;
      if (size > left) {
        const name = SECTIONS[id] ?? SECTIONS[0];
        return `section (code ${id}, "${name}") extends past end of the module (length ${size}, remaining bytes ${left}) @+${at}`;
      }
      if (SECTIONS[id] === undefined)
        return `unknown section code #0x${id.toString(16).padStart(2, '0')} @+${reader.pos}`;
      reader.skip(size);
    }
  } catch {
    // The size is cut off or no number, for which the engine has its own words.
  }
  return undefined;
}

/** `:"name"` where the name section names the function. */
function quotedName(bytes: Uint8Array, func: number): string {
  const name = readNames(decodeModule(bytes)).functions.get(func);
  return name === undefined ? '' : `:"${name}"`;
}
