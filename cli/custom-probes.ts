/** Probes from files: TypeScript or JavaScript modules whose default export is made by `defineProbe`. */

import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Jiti } from 'jiti';
import * as analyses from '../analyses/index.ts';
import * as engine from '../engine/index.ts';
import * as probes from '../probes/index.ts';
import { CliError, hostReason, messageOf, nearest } from './errors.ts';
import { probeExtensions } from './probe-names.ts';

/**
 * Loads the probe of a file; TypeScript needs no build step. What the file imports from `wiz` is the
 * engine that runs, whichever copy of the package lies near the file.
 */
export async function loadProbeFile(file: string): Promise<analyses.AnalysisKind> {
  const resolved = path.resolve(file);
  checkFile(file, resolved);
  const { createJiti } = await import('jiti'); // only here: it takes a noticeable part of the start
  const jiti = createJiti(pathToFileURL(resolved).href, {
    fsCache: false,
    virtualModules: {
      wiz: strict('wiz', { ...engine, ...probes, ...analyses }),
      'wiz/engine': strict('wiz/engine', engine),
      'wiz/probes': strict('wiz/probes', probes),
      'wiz/analyses': strict('wiz/analyses', analyses),
    },
  });
  let exported: unknown;
  try {
    exported = defaultOf(await evaluate(jiti, resolved));
  } catch (error) {
    throw new CliError(`the probe ${file} cannot be loaded: ${loadingReason(error)}`, {
      hint: placeIn(error, resolved),
      cause: error,
    });
  }
  if (isKind(exported)) return exported;
  throw new CliError(`${file} has no probe as its default export`, {
    hint: 'A file of a probe ends with: export default defineProbe({ name, summary, start })',
  });
}

/**
 * Runs a file through the loader. Left to itself, the loader gives files that Node can load to Node, which would take the
 * copy of the package that lies near the file.
 */
async function evaluate(jiti: Jiti, file: string): Promise<unknown> {
  const source = fs.readFileSync(file, 'utf8');
  return jiti.evalModule(source, {
    filename: file,
    id: file,
    ext: path.extname(file),
    async: true,
    forceTranspile: true,
  });
}

/** The default export; of a CommonJS module what it exports. */
function defaultOf(exported: unknown): unknown {
  return typeof exported === 'object' && exported !== null && 'default' in exported ? exported.default : exported;
}

function checkFile(file: string, resolved: string): void {
  let isFile: boolean;
  try {
    isFile = fs.statSync(resolved).isFile();
  } catch (error) {
    const near = nearFile(file);
    const hint =
      near !== undefined
        ? `did you mean "${near}"?`
        : `wiz new-probe ${path.basename(file, path.extname(file))} writes a file to start from.`;
    throw new CliError(`cannot read the probe ${file}: ${hostReason(error)}`, { hint, cause: error });
  }
  if (!isFile) throw new CliError(`the probe ${file} is not a file`, { hint: WHAT_FILES });
  if (!probeExtensions.includes(path.extname(file))) {
    throw new CliError(`the probe ${file} has no extension of a probe`, { hint: WHAT_FILES });
  }
}

const WHAT_FILES = `A probe is a TypeScript or JavaScript file: ${probeExtensions.join(', ')}`;

/** A file in the same folder that was probably meant. */
function nearFile(file: string): string | undefined {
  try {
    const names = fs.readdirSync(path.dirname(file)).filter((name) => probeExtensions.includes(path.extname(name)));
    const base = path.basename(file);
    const near = names.find((name) => path.parse(name).name === base) ?? nearest(base, names);
    return near === undefined ? undefined : file.slice(0, file.length - base.length) + near;
  } catch {
    return undefined; // no such folder either
  }
}

/**
 * The exports of a module, where asking for what there is not is an error that says what is near. Loaded files are no
 * linked modules: without this, an import that does not exist would be `undefined is not a function` when it is called.
 */
function strict(module: string, exports: object): object {
  const names = Object.keys(exports);
  const isAsked = (name: string | symbol): name is string => typeof name === 'string' && !loaderKeys.includes(name);
  return new Proxy(
    { ...exports },
    {
      // The loader asks first, and would make undefined of what there is not.
      has: (target, name) => isAsked(name) || name in target,
      get(target, name, receiver) {
        if (!isAsked(name) || Object.hasOwn(target, name)) return Reflect.get(target, name, receiver);
        throw noExport(module, name, nearest(name, names));
      },
    },
  );
}

/** The error of an import that does not exist; its stack begins in the file that asks, not in the loader. */
function noExport(module: string, name: string, near: string | undefined): TypeError {
  const error = new TypeError(
    `"${module}" exports no "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  );
  const isLoader = (line: string): boolean =>
    line.includes(import.meta.url) || /[\\/]jiti[\\/]|Reflect\.get/.test(line);
  const lines = (error.stack ?? '').split('\n');
  error.stack = lines.filter((line) => !isLoader(line)).join('\n');
  return error;
}

/** What loaders ask of any module: is it one, has it a default, is it a promise? */
const loaderKeys: readonly string[] = ['__esModule', 'default', 'then', 'module.exports'];

/** What went wrong, without what the loader says of itself and of places. */
function loadingReason(error: unknown): string {
  const [first = ''] = messageOf(error).split('\n');
  return first.replace(/^ParseError:/, 'syntax error:').trimEnd();
}

/** The line of the file that an error comes from, if its message or its stack tells. */
function placeIn(error: unknown, file: string): string | undefined {
  const text = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : '';
  const line = text.split('\n').find((l) => l.includes(file));
  const place = line === undefined ? undefined : /:(\d+):(\d+)\)?$/.exec(line);
  if (!place) return undefined;
  // The parser counts columns from 0, stacks do from 1.
  const column = Number(place[2]) + (text.startsWith('ParseError:') ? 1 : 0);
  return `at line ${place[1]}, column ${column}`;
}

function isKind(value: unknown): value is analyses.AnalysisKind {
  if (typeof value !== 'object' || value === null) return false;
  const { name, start, formats } = value as Partial<analyses.AnalysisKind>;
  return typeof name === 'string' && typeof start === 'function' && Array.isArray(formats);
}
