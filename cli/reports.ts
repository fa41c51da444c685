/** The probes of a run and their reports. */

import tty from 'node:tty';
import colors from 'picocolors';
import {
  OptionError,
  type Outcome,
  pageOf,
  type Report,
  ReportError,
  type RunningAnalysis,
} from '../analyses/index.ts';
import { type Engine, ProbeError } from '../engine/index.ts';
import { CliError } from './errors.ts';
import { printMessage } from './output.ts';
import { joinedText, OutFile } from './report-files.ts';
import { type PlannedReport, planReports, type Reporter, type ReportRequest } from './report-plan.ts';
import { TIER_REPORT_FORMATS, tierReportText } from './tier-report.ts';
import { STDERR } from './wasi/streams.ts';

/** Columns of a report that does not go to a terminal. */
const DEFAULT_WIDTH = 100;

/** How text looks where it goes. */
export function styleFor(isFile: boolean): { readonly width: number; readonly colors: boolean } {
  const isTerminal = !isFile && tty.isatty(STDERR);
  return {
    width: isTerminal ? process.stderr.columns : DEFAULT_WIDTH,
    colors: isTerminal && colors.isColorSupported,
  };
}

/** A report that no probe makes. */
export interface ExtraReporter extends Reporter {
  text(format: string, engine: Engine, program: string): string;
}

const tierReporter: ExtraReporter = {
  name: 'tiers',
  title: 'the report about tiers',
  formats: TIER_REPORT_FORMATS,
  fileFormats: [],
  fileNames: {},
  hasPage: false,
  text: (format, engine, program) => tierReportText(engine.tierReport(), format, program),
};

/** Reports behind those of the probes. */
function extrasOf({ hasTierReport, extras = [] }: ReportsRequest): readonly ExtraReporter[] {
  return hasTierReport ? [...extras, tierReporter] : extras;
}

/** The reports of a run, and those that whoever asks for them makes. */
export interface ReportsRequest extends ReportRequest {
  readonly extras?: readonly ExtraReporter[];
  /** What the reports of probes call the program, asked when they are made; by default the same as the other reports. */
  readonly subject?: () => string;
}

/** Fails for reports that there cannot be, before anything is loaded. */
export function checkReports(request: ReportsRequest): void {
  const { formats, out } = request;
  const reporters = reportersOf(request);
  if (reporters.length === 0) {
    if (formats.length > 0) throw new CliError('--format needs a report that it is about: --probe or --tier-report');
    if (out !== undefined) throw new CliError('--out needs a report that goes there: --probe or --tier-report');
  }
  planReports(reporters, request);
}

function reportersOf(request: ReportsRequest): Reporter[] {
  return [...request.probes.map(({ kind }) => kind), ...extrasOf(request)];
}

/** A value that an option cannot have is the user's to put right, and no failure of the probe. */
function withOptionErrors<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const cause = error instanceof ProbeError ? error.cause : undefined;
    if (!(cause instanceof OptionError)) throw error;
    throw new CliError(`--probe ${name}: ${cause.message}`, { cause: error });
  }
}

export class Reports {
  private readonly engine: Engine;
  /** What reports call the program. */
  private readonly program: string;
  private readonly running: readonly RunningAnalysis[];
  private readonly extras: readonly ExtraReporter[];
  private readonly planned: readonly PlannedReport[];
  private readonly path: string | undefined;
  private readonly subject: () => string;
  private files: readonly (OutFile | undefined)[];
  /** The file of all reports. */
  private out: OutFile | undefined;

  /** `program` is what reports call the program. */
  constructor(engine: Engine, program: string, request: ReportsRequest) {
    this.engine = engine;
    this.program = program;
    this.extras = extrasOf(request);
    this.planned = planReports(reportersOf(request), request);
    this.path = request.out;
    this.subject = request.subject ?? (() => program);
    this.files = this.openFiles();
    this.out = this.openFile();
    const log = (text: string): void => printMessage(text.endsWith('\n') ? text : `${text}\n`);
    this.running = request.probes.map(({ kind, options }) =>
      withOptionErrors(kind.name, () => kind.start(engine, { options, log })),
    );
  }

  private openFiles(): (OutFile | undefined)[] {
    return this.planned.map(({ file }) => (file === undefined ? undefined : new OutFile(file, true)));
  }

  private openFile(): OutFile | undefined {
    const isOneFile = this.path !== undefined && this.files.every((file) => file === undefined);
    return isOneFile ? new OutFile(this.path as string) : undefined;
  }

  /** The program is about to begin. */
  started(): void {
    for (const analysis of this.running) analysis.started();
  }

  /** The program has ended: probes hear how, and are detached. The failures of those that cannot cope with it. */
  finished(outcome: Outcome): ProbeError[] {
    return this.running.flatMap((analysis) => [
      ...failuresOf(() => analysis.finished(outcome)),
      ...failuresOf(() => analysis.stop()),
    ]);
  }

  /** Instructions that were executed so far, if a probe counts them. */
  executed(): number | undefined {
    return this.running.map((analysis) => analysis.executed()).find((count) => count !== undefined);
  }

  /** Results of the probes, in the order given; undefined for one that failed. */
  results(): unknown[] {
    return this.running.map((analysis) => {
      let result: unknown;
      failuresOf(() => {
        result = analysis.result();
      });
      return result;
    });
  }

  /** Writes all reports as they are now, before the program has ended. Its failures are those of `write`. */
  writeBetween(): ProbeError[] {
    const failures = this.write();
    this.files = this.openFiles();
    this.out = this.openFile();
    return failures;
  }

  /** Writes all reports. Called once, in whatever way the program ended. The failures of probes that have none to give. */
  write(): ProbeError[] {
    const together: Report[] = [];
    const failures = this.planned.flatMap((planned, i) =>
      failuresOf(() => {
        const report = this.render(planned, this.files[i] ?? this.out);
        const file = this.files[i];
        if (file === undefined) together.push(report);
        else file.write([report]);
      }),
    );
    if (this.out !== undefined) this.out.write(together);
    else printMessage(joinedText(together));
    return failures;
  }

  private render({ reporters, format }: PlannedReport, file: OutFile | undefined): Report {
    const analyses = reporters.flatMap((i) => this.running[i] ?? []);
    const [analysis] = analyses;
    if (analysis === undefined) {
      const extra = this.extras[(reporters[0] as number) - this.running.length] as ExtraReporter; // planned from both, in this order
      return { text: extra.text(format, this.engine, this.program), files: [] };
    }
    const context = { program: this.subject(), ...styleFor(file !== undefined), out: file?.path };
    try {
      if (analyses.length === 1) return analysis.report(format, context);
      return pageOf(
        analyses.map((one) => one.page(context)),
        context,
      );
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
