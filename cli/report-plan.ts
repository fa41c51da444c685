/** `--format`, `--out` and `--tier-report`: which reports are wanted in which formats, and where each goes. */

import path from 'node:path';
import type { AnalysisKind } from '../analyses/index.ts';
import { CliError, suggestion } from './errors.ts';
import type { ProbeRequest } from './probes.ts';
import { fileNameOf, isFolder, uniqueName, withTag } from './report-files.ts';

/** The reports of a run. */
export interface ReportRequest {
  readonly probes: readonly ProbeRequest[];
  /** Is there one about tiers, behind those of the probes? */
  readonly hasTierReport: boolean;
  /** Empty: the default of each report. */
  readonly formats: readonly string[];
  /** Path of the file or folder to write; undefined: standard error. */
  readonly out: string | undefined;
  /** Stands in the names of files in the folder, where several processes write to it: `coverage.TAG.json`. */
  readonly tag?: string;
}

/** What a report is made from: a kind of probe, or something else, which has a title for messages. */
export interface Reporter extends Pick<AnalysisKind, 'name' | 'formats' | 'fileFormats' | 'fileNames' | 'hasPage'> {
  readonly title?: string;
}

/** One report. */
export interface PlannedReport {
  /** Numbers of the reporters: several for a page that they share. */
  readonly reporters: readonly number[];
  readonly format: string;
  /** Its file in the folder; undefined where all reports go to one place. */
  readonly file: string | undefined;
}

/** Formats that people read, and of which several may follow each other. */
const forPeople = new Set(['text', 'detail']);

/** Which reports there will be. Fails for a format that there is not, and for reports that would run together. */
export function planReports(
  reporters: readonly Reporter[],
  { formats, out, tag }: Pick<ReportRequest, 'formats' | 'out' | 'tag'>,
): PlannedReport[] {
  checkFormats(reporters, formats);
  const folder = out !== undefined && isFolder(out) ? out : undefined;
  const taken = new Set<string>();
  const planned = reporters.flatMap((reporter, i) =>
    formatsFor(reporter, formats).map((format): PlannedReport => {
      if (folder === undefined) return { reporters: [i], format, file: undefined };
      const fileName = fileNameOf(reporter, format);
      const name = uniqueName(tag === undefined ? fileName : withTag(fileName, tag), taken);
      taken.add(name);
      return { reporters: [i], format, file: path.join(folder, name) };
    }),
  );
  if (folder !== undefined) return planned;
  if (planned.length > 1 && planned.every((report) => isPage(reporters, report))) {
    return [{ reporters: reporters.map((_, i) => i), format: PAGE, file: undefined }];
  }
  checkTogether(reporters, planned, out);
  return planned;
}

/** The format that several analyses can have together. */
const PAGE = 'html';

function isPage(all: readonly Reporter[], { reporters, format }: PlannedReport): boolean {
  return format === PAGE && reporters.every((i) => all[i]?.hasPage);
}

function checkFormats(reporters: readonly Reporter[], formats: readonly string[]): void {
  const known = [...new Set(reporters.flatMap((reporter) => reporter.formats))];
  for (const format of formats) {
    if (known.includes(format)) continue;
    const [only] = reporters;
    const who = only !== undefined && reporters.length === 1 ? titleOf(only) : 'none of the reports';
    throw new CliError(`${who} has ${reporters.length === 1 ? 'no' : 'a'} format "${format}"`, {
      hint: suggestion(format, known, 'formats'),
    });
  }
}

function titleOf({ name, title = `the probe ${name}` }: Reporter): string {
  return title;
}

/** Of the formats that were asked for those that it has, of which there must be one. */
function formatsFor(reporter: Reporter, asked: readonly string[]): string[] {
  if (asked.length === 0) return [reporter.formats[0] ?? 'text'];
  const formats = asked.filter((format) => reporter.formats.includes(format));
  if (formats.length > 0) return formats;
  const words = asked.map((format) => `"${format}"`).join(' or ');
  throw new CliError(`${titleOf(reporter)} has no format ${words}`, {
    hint: suggestion(asked[0] as string, reporter.formats, 'formats'),
  });
}

/** Reports that go to one file, or to standard error. */
function checkTogether(
  reporters: readonly Reporter[],
  planned: readonly PlannedReport[],
  out: string | undefined,
): void {
  for (const { reporters: own, format } of planned) {
    if (out === undefined && own.some((i) => reporters[i]?.fileFormats.includes(format))) {
      throw new CliError(`the format ${format} is not for a terminal: it consists of several files, or of bytes`, {
        hint: 'Name the first file with --out FILE, or a folder for all reports with --out DIR/.',
      });
    }
  }
  const other = planned.find(({ format }) => !forPeople.has(format));
  if (planned.length < 2 || other === undefined) return;
  throw new CliError(`--format ${other.format} is for one report at a time: ${planned.length} would run together`, {
    hint: 'Give them a folder, with a file for each: --out DIR/',
  });
}
