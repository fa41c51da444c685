/** The probes of a run, and where their reports go: standard error, or the file of `--out`. */

import fs from 'node:fs';
import path from 'node:path';
import tty from 'node:tty';
import colors from 'picocolors';
import { type Outcome, type Report, ReportError, type RunningAnalysis } from '../analyses/index.ts';
import { type Engine, ProbeError } from '../engine/index.ts';
import { CliError, hostReason } from './errors.ts';
import { printMessage } from './output.ts';
import type { ReportRequest } from './report-checks.ts';
import { tierReportText } from './tier-report.ts';
import { HostDir } from './wasi/host-dir.ts';
import { STDERR } from './wasi/streams.ts';

/** Columns of a report that does not go to a terminal. */
const DEFAULT_WIDTH = 100;

export class Reports {
  private readonly running: readonly { readonly format: string; readonly analysis: RunningAnalysis }[];
  private readonly out: OutFile | undefined;
  private readonly program: string;
  /** The report about tiers, if it is wanted. */
  private readonly tierReport: (() => string) | undefined;

  /** `program` is what reports call the program. */
  constructor(engine: Engine, program: string, { probes, format, out, hasTierReport }: ReportRequest) {
    this.program = program;
    this.tierReport = hasTierReport ? () => tierReportText(engine.tierReport(), format, program) : undefined;
    this.out = out === undefined ? undefined : new OutFile(out);
    this.running = probes.map(({ kind, options }) => ({
      format: format ?? kind.formats[0] ?? 'text',
      analysis: kind.start(engine, { options, log: (text) => printMessage(text.endsWith('\n') ? text : `${text}\n`) }),
    }));
  }

  /** The program is about to begin. */
  started(): void {
    for (const { analysis } of this.running) analysis.started();
  }

  /** The program has ended: probes hear how, and are detached. The failures of those that cannot cope with it. */
  finished(outcome: Outcome): ProbeError[] {
    return this.running.flatMap(({ analysis }) => [
      ...failuresOf(() => analysis.finished(outcome)),
      ...failuresOf(() => analysis.stop()),
    ]);
  }

  /** Writes all reports. Called once, in whatever way the program ended. The failures of probes that have none to give. */
  write(): ProbeError[] {
    const reports: Report[] = [];
    const failures = this.running.flatMap(({ format, analysis }) =>
      failuresOf(() => reports.push(this.render(format, analysis))),
    );
    if (this.tierReport !== undefined) reports.push({ text: this.tierReport(), files: [] });
    const text = reports.map((report) => report.text).join('\n');
    if (this.out === undefined) printMessage(text);
    else
      this.out.write(
        text,
        reports.flatMap(({ files }) => files),
      );
    return failures;
  }

  private render(format: string, analysis: RunningAnalysis): Report {
    const isTerminal = this.out === undefined && tty.isatty(STDERR);
    try {
      return analysis.report(format, {
        program: this.program,
        width: isTerminal ? process.stderr.columns : DEFAULT_WIDTH,
        colors: isTerminal && colors.isColorSupported,
        out: this.out?.path,
      });
    } catch (error) {
      if (!(error instanceof ReportError)) throw error;
      throw new CliError(`there is no report: ${error.message}`, { cause: error });
    }
  }
}

/** Runs what must not keep other probes from their reports. */
function failuresOf(action: () => void): ProbeError[] {
  try {
    action();
  } catch (error) {
    if (error instanceof ProbeError) return [error];
    throw error;
  }
  return [];
}

/**
 * The file of `--out`, and files beside it. It is opened before the program runs: so an impossible one is known in
 * time, and a program that may use the folder cannot put a symbolic link there, through which we would write elsewhere.
 */
class OutFile {
  readonly path: string;
  private readonly fd: number;
  private readonly folder: HostDir;

  constructor(file: string) {
    this.path = file;
    try {
      this.fd = fs.openSync(file, fs.constants.O_WRONLY | fs.constants.O_CREAT, 0o666);
      this.folder = HostDir.open(path.dirname(file));
    } catch (error) {
      throw new CliError(`cannot write ${file}: ${hostReason(error)}`, { cause: error });
    }
  }

  write(text: string, beside: Report['files']): void {
    writeTo(this.fd, this.path, text);
    for (const file of beside) {
      const { O_WRONLY, O_CREAT, O_NOFOLLOW = 0 } = fs.constants;
      const entry = this.folder.entry(path.basename(file.path));
      let fd: number;
      try {
        fd = fs.openSync(entry, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o666);
      } catch (error) {
        throw new CliError(`cannot write ${file.path}: ${hostReason(error)}`, { cause: error });
      }
      writeTo(fd, file.path, file.text);
    }
    this.folder.close();
  }
}

/** Replaces the content, which only now is given up. */
function writeTo(fd: number, file: string, text: string): void {
  try {
    if (fs.fstatSync(fd).isFile()) fs.ftruncateSync(fd);
    fs.writeFileSync(fd, text);
  } catch (error) {
    throw new CliError(`cannot write ${file}: ${hostReason(error)}`, { cause: error });
  } finally {
    fs.closeSync(fd);
  }
}
