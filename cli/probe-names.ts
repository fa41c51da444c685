/** What `--probe` is given, as text: names and files. */

import path from 'node:path';

export const probeExtensions: readonly string[] = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

/** Does this value of `--probe` name a file? */
export function isProbeFile(name: string): boolean {
  return /[\\/]|^\.\.?$/.test(name) || probeExtensions.includes(path.extname(name));
}

/** The first colon ends the name, but for that of a drive (`C:\\probes\\mine.ts`). */
export function splitProbe(text: string): { name: string; rest: string } {
  const colon = text.indexOf(':', /^[A-Za-z]:[\\/]/.test(text) ? 2 : 0);
  return colon < 0 ? { name: text, rest: '' } : { name: text.slice(0, colon), rest: text.slice(colon + 1) };
}
