/** Where things lie, for the sources of the benchmarks and for what they are compiled to in `dist/`. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function rootAbove(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : rootAbove(dirname(folder));
}

const root = rootAbove(dirname(fileURLToPath(import.meta.url)));

/** A file or folder of the project. */
export function projectPath(...parts: readonly string[]): string {
  return join(root, ...parts);
}
