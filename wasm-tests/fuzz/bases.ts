/** The modules that are damaged: small ones of all kinds, and one of a real program. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fileOf } from '../diff/packages/load.ts';
import { assemble } from '../programs/assemble.ts';

export interface Base {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The oldest supported Node refuses these as they are, so it is no judge of their damaged copies. */
const beyondTheHost = new Set(['extended-const.wat', 'multi-memory.wat']);

export async function bases(): Promise<Base[]> {
  const examples = fileURLToPath(new URL('../../examples', import.meta.url));
  const programs = fileURLToPath(new URL('../programs', import.meta.url));
  const found: Base[] = [];
  for (const name of readdirSync(examples).sort()) {
    if (name.endsWith('.wasm')) found.push({ name, bytes: readFileSync(`${examples}/${name}`) });
  }
  for (const name of readdirSync(programs).sort()) {
    if (name.endsWith('.wat') && !beyondTheHost.has(name)) found.push({ name, bytes: await assemble(name) });
  }
  found.push({ name: 'source-map', bytes: readFileSync(fileOf('source-map/lib/mappings.wasm')) });
  return found;
}
