/** The files of the suite. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

export interface SuiteSelection {
  /** Also the folder of what was standard once. */
  readonly legacy: boolean;
  /** Also the folder of what is not standard yet. */
  readonly proposals: boolean;
  /** Only files whose path in the suite matches this pattern (`*` and `?`; `*` passes over slashes). */
  readonly filter: string | undefined;
}

/** Paths of the scripts in the suite's folder, with slashes, sorted. */
export function suiteFiles(folder: string, selection: SuiteSelection): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.split(sep).join('/'));
  const wanted = (path: string): boolean =>
    !path.includes('/') ||
    (selection.legacy && path.startsWith('legacy/')) ||
    (selection.proposals && path.startsWith('proposals/'));
  const pattern = selection.filter === undefined ? undefined : globPattern(selection.filter);
  return all
    .filter((path) => path.endsWith('.wast') && wanted(path) && (pattern?.test(path) ?? true))
    .sort((a, b) => (a < b ? -1 : 1));
}

function globPattern(glob: string): RegExp {
  const body = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${body}(\\.wast)?$`);
}

/** Is the file of the standard, so that its results must be the listed ones? Proposals change and contradict each other. */
export function isStandard(file: string): boolean {
  return !file.startsWith('proposals/');
}

export function readSuiteFile(folder: string, file: string): Uint8Array {
  return readFileSync(join(folder, file));
}
