/** Reports of one process or thread: written once, however it ends; and in between, when a signal asks for them. */

import path from 'node:path';
import { isMainThread, threadId } from 'node:worker_threads';
import type { Outcome } from '../../analyses/index.ts';
import type { Engine } from '../../engine/index.ts';
import { reportError, reportFailure } from '../failure.ts';
import { outcomeOf } from '../program.ts';
import { Reports, type ReportsRequest } from '../reports.ts';
import { processTag } from './notes.ts';

/** The process that was registered first; those that it starts tell themselves apart in titles. */
const ROOT = 'WIZ_ROOT';

export interface ProcessOptions {
  readonly verbose: boolean;
  /** Titles of the modules that probes see, by digest, as they become more. */
  readonly titles: ReadonlyMap<string, string>;
}

/** What is done at the ends of a process. */
export interface EndReports {
  begin(): void;
  failed(error: unknown): void;
  writeBetween(): void;
  finish(ending: Outcome): void;
}

export class ProcessReports implements EndReports {
  private readonly engine: Engine;
  private readonly request: ReportsRequest;
  private readonly verbose: boolean;
  private readonly titles: ReadonlyMap<string, string>;
  private reports: Reports | undefined;
  private isFinished = false;
  private error: unknown;

  constructor(engine: Engine, request: ReportsRequest, { verbose, titles }: ProcessOptions) {
    this.titles = titles;
    this.engine = engine;
    this.request = request;
    this.verbose = verbose;
    process.env[ROOT] ??= String(process.pid);
  }

  get hasBegun(): boolean {
    return this.reports !== undefined;
  }

  /** A module is loaded that there will be something to say about: probes start, and files are opened. */
  begin(): void {
    if (this.reports !== undefined) return;
    const program = titleOfProcess();
    const subject = (): string => program + theModule(this.titles);
    this.reports = new Reports(this.engine, program, { ...this.request, tag: processTag(), subject });
    this.reports.started();
  }

  /** The error that is about to end the process. */
  failed(error: unknown): void {
    this.error = error;
  }

  /** Writes what is known so far. */
  writeBetween(): void {
    if (this.isFinished) return;
    this.guarded(() => this.reports?.writeBetween() ?? []);
  }

  /** The process ends: everything is written, at the first call. */
  finish(ending: Outcome): void {
    if (this.isFinished || this.reports === undefined) return;
    this.isFinished = true;
    const { reports } = this;
    const outcome: Outcome = this.error === undefined ? ending : outcomeOf(this.error);
    this.guarded(() => reports.finished(outcome));
    this.guarded(() => reports.write());
  }

  /** The exit code stays the program's: what goes wrong with reports is only said. */
  private guarded(action: () => readonly Error[]): void {
    try {
      for (const failure of action()) reportFailure(failure, this.verbose);
    } catch (error) {
      reportError(error, this.verbose);
    }
  }
}

/** What reports call the program. */
function titleOfProcess(): string {
  const script = process.argv[1];
  const name = script === undefined ? 'node' : path.basename(script);
  const isChild = process.env[ROOT] !== String(process.pid);
  const parts = [name, ...(isChild ? [`process ${process.pid}`] : []), ...(isMainThread ? [] : [`worker ${threadId}`])];
  return parts.join(', ');
}

/** Reports on several modules name each; that on one stands in the title. */
function theModule(titles: ReadonlyMap<string, string>): string {
  const [title, ...others] = titles.values();
  return title === undefined || others.length > 0 ? '' : ` (${title})`;
}
