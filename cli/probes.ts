/** `--probe name[:option,...]`: the probes that can be asked for on the command line, by name or by file. */

import { type AnalysisKind, analysisKinds, OptionError, type OptionValue, parseOptions } from '../analyses/index.ts';
import { loadProbeFile } from './custom-probes.ts';
import { CliError, nearest } from './errors.ts';
import { isProbeFile, splitProbe } from './probe-names.ts';

export interface ProbeRequest {
  readonly kind: AnalysisKind;
  readonly options: Readonly<Record<string, OptionValue>>;
}

/** Reads the value of `--probe`, and the file that it may name. */
export async function resolveProbe(text: string): Promise<ProbeRequest> {
  const { name, rest } = splitProbe(text);
  const kind = isProbeFile(name) ? await loadProbeFile(name) : builtIn(name);
  try {
    return { kind, options: parseOptions(rest, kind.options) };
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new CliError(`--probe ${name}: ${error.message}`, { cause: error });
  }
}

function builtIn(name: string): AnalysisKind {
  const kind = analysisKinds.find((k) => k.name === name);
  if (kind !== undefined) return kind;
  const names = analysisKinds.map((k) => k.name);
  const near = nearest(name, names);
  const question = near === undefined ? '' : `did you mean "${near}"?\n`;
  const hint = `${question}probes: ${names.join(', ')}\nA probe of your own is named by its file: --probe ./${name || 'my-probe'}.ts`;
  throw new CliError(`there is no probe "${name}"`, { hint });
}
