/** Writing and checking of generated files, for the generators beside this file. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Writes `text` to a file of the project (path from its root); with `--check` on the command line it only
 * compares, and the process exits with 1 where the file differs.
 */
export function writeGenerated(path: string, text: string): void {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const isSame = existsSync(file) && readFileSync(file, 'utf8') === text;
  if (isSame) console.log(`${path} is up to date`);
  else if (process.argv.includes('--check')) {
    console.error(`${path} is out of date: run "npm run generate"`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log(`${path} written`);
  }
}
