/** `--probe name[:option,...]`: the probes that can be asked for on the command line, by name or by file. */

import { type AnalysisKind, analysisKinds, OptionError, type OptionValue, parseOptions } from '../analyses/index.ts';
import { isProbeFile, loadProbeFile } from './custom-probes.ts';
import { CliError, suggestion } from './errors.ts';

export interface ProbeRequest {
  readonly kind: AnalysisKind;
  readonly options: Readonly<Record<string, OptionValue>>;
}

/** Reads the value of `--probe`, and the file that it may name. */
export async function resolveProbe(text: string): Promise<ProbeRequest> {
  const { name, rest } = split(text);
  const kind = isProbeFile(name) ? await loadProbeFile(name) : builtIn(name);
  try {
    return { kind, options: parseOptions(rest, kind.options) };
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new CliError(`--probe ${name}: ${error.message}`, { cause: error });
  }
}

/** The first colon ends the name, but for that of a drive (`C:\\probes\\mine.ts`). */
function split(text: string): { name: string; rest: string } {
  const colon = text.indexOf(':', /^[A-Za-z]:[\\/]/.test(text) ? 2 : 0);
  return colon < 0 ? { name: text, rest: '' } : { name: text.slice(0, colon), rest: text.slice(colon + 1) };
}

function builtIn(name: string): AnalysisKind {
  const kind = analysisKinds.find((k) => k.name === name);
  if (kind !== undefined) return kind;
  const names = analysisKinds.map((k) => k.name);
  const hint = `${suggestion(name, names, 'probes')}\nA probe of your own is named by its file: --probe ./${name || 'my-probe'}.ts`;
  throw new CliError(`there is no probe "${name}"`, { hint });
}

/** What `--format` and `--out` ask for. */
export interface ReportTarget {
  /** Undefined: the default of each probe. */
  readonly format: string | undefined;
  /** Path of the file to write; undefined: standard error. */
  readonly out: string | undefined;
}

/** Fails for a format that a probe does not have, and for reports that would run together. */
export function checkReports(requests: readonly ProbeRequest[], { format, out }: ReportTarget): void {
  if (requests.length === 0) {
    if (format !== undefined) throw new CliError('--format needs a --probe whose report it is about');
    if (out !== undefined) throw new CliError('--out needs a --probe whose report goes there');
  }
  if (format === undefined) return;
  for (const { kind } of requests) {
    if (!kind.formats.includes(format)) {
      const hint = suggestion(format, kind.formats, 'formats');
      throw new CliError(`the probe ${kind.name} has no format "${format}"`, { hint });
    }
    if (out === undefined && kind.fileFormats.includes(format)) {
      throw new CliError(`the format ${format} consists of several files`, {
        hint: 'Name the first one with --out FILE.',
      });
    }
  }
  if (requests.length > 1 && format !== requests[0]?.kind.formats[0]) {
    throw new CliError(`--format ${format} is for one probe at a time: ${requests.length} reports would run together`);
  }
}
