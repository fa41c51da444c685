/** `--format`, `--out` and `--tier-report`: which reports are wanted, and whether there are such. */

import { CliError, suggestion } from './errors.ts';
import type { ProbeRequest } from './probes.ts';
import { TIER_REPORT_FORMATS } from './tier-report.ts';

/** The reports of a run. */
export interface ReportRequest {
  readonly probes: readonly ProbeRequest[];
  /** Is there one about tiers, behind those of the probes? */
  readonly hasTierReport: boolean;
  /** Undefined: the default of each report. */
  readonly format: string | undefined;
  /** Path of the file to write; undefined: standard error. */
  readonly out: string | undefined;
}

/** What a report is called, and its formats, the default first. */
interface Reporter {
  readonly title: string;
  readonly formats: readonly string[];
  /** Formats that consist of several files. */
  readonly fileFormats: readonly string[];
}

function reportersOf({ probes, hasTierReport }: ReportRequest): Reporter[] {
  const reporters = probes.map(({ kind: { name, formats, fileFormats } }) => ({
    title: `the probe ${name}`,
    formats,
    fileFormats,
  }));
  const ofTiers = { title: 'the report about tiers', formats: TIER_REPORT_FORMATS, fileFormats: [] };
  return hasTierReport ? [...reporters, ofTiers] : reporters;
}

/** Fails for a format that a report does not have, and for reports that would run together. */
export function checkReports(request: ReportRequest): void {
  const { format, out } = request;
  const reporters = reportersOf(request);
  if (reporters.length === 0) {
    if (format !== undefined) throw new CliError('--format needs a report that it is about: --probe or --tier-report');
    if (out !== undefined) throw new CliError('--out needs a report that goes there: --probe or --tier-report');
  }
  if (format === undefined) return;
  for (const { title, formats, fileFormats } of reporters) {
    if (!formats.includes(format)) {
      throw new CliError(`${title} has no format "${format}"`, { hint: suggestion(format, formats, 'formats') });
    }
    if (out === undefined && fileFormats.includes(format)) {
      throw new CliError(`the format ${format} consists of several files`, {
        hint: 'Name the first one with --out FILE.',
      });
    }
  }
  if (reporters.length > 1 && format !== reporters[0]?.formats[0]) {
    throw new CliError(`--format ${format} is for one report at a time: ${reporters.length} would run together`);
  }
}
