/** `--probe name[:option,...]`: the analyses that can be asked for on the command line. */

import type { AnalysisKind } from '../analyses/index.ts';
import { CliError, suggestion } from './errors.ts';

export interface ProbeRequest {
  readonly kind: AnalysisKind;
  readonly options: ReadonlySet<string>;
}

/** Parses the value of `--probe`. */
export function parseProbe(text: string, kinds: readonly AnalysisKind[]): ProbeRequest {
  const [name = '', ...rest] = text.split(':');
  const kind = kinds.find((k) => k.name === name);
  if (kind === undefined) {
    const names = kinds.map((k) => k.name);
    throw new CliError(`there is no probe "${name}"`, { hint: suggestion(name, names, 'probes') });
  }
  const known = Object.keys(kind.options);
  const options = rest
    .join(':')
    .split(',')
    .filter((word) => word !== '');
  for (const option of options) {
    if (known.includes(option)) continue;
    throw new CliError(`the probe ${name} has no option "${option}"`, { hint: suggestion(option, known, 'options') });
  }
  return { kind, options: new Set(options) };
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
