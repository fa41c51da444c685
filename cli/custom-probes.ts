/** Probes from files: TypeScript or JavaScript modules whose default export is made by `defineProbe`. */

import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createJiti } from 'jiti';
import * as analyses from '../analyses/index.ts';
import * as engine from '../engine/index.ts';
import * as probes from '../probes/index.ts';
import { CliError, hostReason, messageOf } from './errors.ts';

const extensions = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

/** Does this value of `--probe` name a file? */
export function isProbeFile(name: string): boolean {
  return /[\\/]/.test(name) || extensions.includes(path.extname(name));
}

/**
 * Loads the probe of a file; TypeScript needs no build step. What the file imports from `wiz` is the
 * engine that runs, whichever copy of the package lies near the file.
 */
export async function loadProbeFile(file: string): Promise<analyses.AnalysisKind> {
  const resolved = path.resolve(file);
  try {
    if (!fs.statSync(resolved).isFile()) throw new CliError(`${file} is not a file`);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const hint = `wiz new-probe ${path.basename(file, path.extname(file))} writes a file to start from.`;
    throw new CliError(`cannot read the probe ${file}: ${hostReason(error)}`, { hint, cause: error });
  }
  const jiti = createJiti(pathToFileURL(resolved).href, {
    fsCache: false,
    virtualModules: {
      wiz: { ...engine, ...probes, ...analyses },
      'wiz/engine': engine,
      'wiz/probes': probes,
      'wiz/analyses': analyses,
    },
  });
  let exported: unknown;
  try {
    exported = await jiti.import(resolved, { default: true });
  } catch (error) {
    throw new CliError(`the probe ${file} cannot be loaded: ${messageOf(error)}`, {
      hint: placeIn(error, resolved),
      cause: error,
    });
  }
  if (isKind(exported)) return exported;
  throw new CliError(`${file} has no probe as its default export`, {
    hint: 'A file of a probe ends with: export default defineProbe({ name, summary, start })',
  });
}

/** The line of the file that an error comes from, if its stack tells. */
function placeIn(error: unknown, file: string): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const line = stack.split('\n').find((text) => text.includes(file));
  const place = line === undefined ? undefined : /:(\d+):(\d+)\)?$/.exec(line);
  return place ? `at line ${place[1]}, column ${place[2]}` : undefined;
}

function isKind(value: unknown): value is analyses.AnalysisKind {
  if (typeof value !== 'object' || value === null) return false;
  const { name, start, formats } = value as Partial<analyses.AnalysisKind>;
  return typeof name === 'string' && typeof start === 'function' && Array.isArray(formats);
}
