/** Results of analyses in files, as `--format json` writes them. */

import path from 'node:path';
import { type AnalysisKind, analysisKinds, type OptionValue } from '../analyses/index.ts';
import { CliError, suggestion } from './errors.ts';
import { readFile } from './load.ts';
import type { ProbeRequest } from './probes.ts';

/** A result, and the kind of probe that made it. */
export interface KeptResult {
  readonly file: string;
  readonly kind: AnalysisKind;
  /** How it is shown. */
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly result: unknown;
}

/** Reads the result in a file. `probes` are kinds of the user's own, and options of others. */
export function readResult(file: string, probes: readonly ProbeRequest[]): KeptResult {
  const result = parse(file);
  if (!hasName(result)) {
    throw new CliError(`${file} is not a result of wiz: it has no field "analysis"`, {
      hint: 'wiz --probe NAME --format json --out FILE writes one.',
    });
  }
  const { analysis, version } = result;
  const request = probes.find(({ kind }) => kind.name === analysis);
  const kind = request?.kind ?? analysisKinds.find(({ name }) => name === analysis);
  if (kind === undefined) {
    const names = analysisKinds.map(({ name }) => name);
    throw new CliError(`${file} is a result of "${analysis}", which is no probe of wiz`, {
      hint: `${suggestion(analysis, names, 'probes')}\nOne of your own is named by its file: --probe ./my-probe.ts`,
    });
  }
  if (version !== kind.version) {
    throw new CliError(
      `${file} is of version ${String(version)} of ${analysis}: this wiz knows version ${kind.version}`,
      {
        hint: 'Make the result again, with the same wiz.',
      },
    );
  }
  return { file, kind, options: request?.options ?? {}, result };
}

function parse(file: string): unknown {
  const text = Buffer.from(readFile(file)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(`${file} is not JSON: ${(error as SyntaxError).message}`, { cause: error });
  }
}

function hasName(result: unknown): result is { analysis: string; version: unknown } {
  return typeof (result as { analysis?: unknown } | null)?.analysis === 'string';
}

/** Merges results of one kind. */
export function mergeResults(results: readonly KeptResult[]): KeptResult {
  const [first, ...others] = results as [KeptResult, ...KeptResult[]];
  const { kind } = first;
  if (others.length === 0) return first;
  const { merge } = kind;
  if (merge === undefined) {
    throw new CliError(`results of ${kind.name} cannot be merged: give one file of it, not ${results.length}`);
  }
  const result = others.reduce((sum, next) => attempt(next.file, () => merge(sum, next.result)), first.result);
  return { ...first, result };
}

/** A file that is JSON, but whose result is not what its name says, fails anywhere in the code that reads it. */
export function attempt<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof CliError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${file} cannot be used: ${reason}`, { cause: error });
  }
}

/** What titles call the program of results. */
export function programOf(results: readonly KeptResult[]): string {
  const [first] = results;
  return results.length === 1 && first !== undefined ? path.basename(first.file) : `${results.length} results`;
}
