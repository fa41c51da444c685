/**
 * `node --import wiz/register app.mjs`: the WebAssembly of a program runs in this engine, with the probes that the environment asks for
 * (`WIZ_PROBE` and its kin). `wiz run` starts programs with it.
 */

import { isMainThread } from 'node:worker_threads';
import { checkTier, engineFor } from '../engine.ts';
import { EXIT } from '../errors.ts';
import { reportError } from '../failure.ts';
import { printMessage } from '../output.ts';
import { COLLECT, type Collecting } from './collecting.ts';
import { reportOn, watchEnd } from './endings.ts';
import { watchInterrupts } from './interrupts.ts';
import type { LoadedModule } from './loaded-module.ts';
import { Modules } from './modules.ts';
import { ProgramNamespace } from './namespace.ts';
import { withRegister } from './node-options.ts';
import { leaveNote, SESSION } from './notes.ts';
import { watchReads } from './origins.ts';
import type { EndReports } from './process-reports.ts';
import { beginRegistration, isFirstInThread, type Registration, registration } from './registration.ts';
import type { Asked } from './reporting.ts';
import { environmentOf, type Settings, settingsOf } from './settings.ts';
import { inherited, Threads } from './threads.ts';
import { watchWorkers } from './workers.ts';

/** Writes the reports of this thread as they are now; the program goes on, and its reports are written again at its end. */
export function writeReports(): void {
  registration()?.writeReports();
}

/** A mistake in what was asked for ends the process before the program begins. */
function fatal(error: unknown, verbose: boolean, threads?: Threads): never {
  const code = reportError(error, verbose);
  if (threads !== undefined) threads.exitCode = code;
  process.exit(code);
}

async function register(): Promise<void> {
  let settings: Settings | undefined;
  const holder = beginRegistration();
  try {
    settings = inherited()?.settings ?? settingsOf(process.env);
    holder.own = await install(settings);
  } catch (error) {
    fatal(error, settings?.verbose ?? false);
  }
}

/** Where nothing is asked, every module is run, and there is nothing to say. */
const nothing: Asked = {
  filter: () => true,
  hasReports: false,
  nameFunctions: () => undefined,
  reportsOf: () => ({
    begin: () => undefined,
    failed: () => undefined,
    writeBetween: () => undefined,
    finish: () => undefined,
  }),
  collectorOf: () => undefined,
  mistakeIn: () => undefined,
};

async function askedOf(
  settings: Settings,
  loaded: readonly LoadedModule[],
  collectFolder: string | undefined,
): Promise<Asked> {
  checkTier(settings);
  const { probes, modules, formats, out, hasTierReport, isListing } = settings;
  const isAsked =
    hasTierReport ||
    isListing ||
    out !== undefined ||
    collectFolder !== undefined ||
    [probes, modules, formats].some((list) => list.length > 0);
  return isAsked ? (await import('./reporting.ts')).askedOf(settings, loaded, collectFolder) : nothing;
}

async function install(settings: Settings): Promise<Registration> {
  const loaded: LoadedModule[] = [];
  const asked = await askedOf(settings, loaded, process.env[COLLECT]);
  const { filter, hasReports, nameFunctions } = asked;
  // Workers of a program that is not registered itself, such as a test runner, are where registered programs begin.
  const isOutermost = isMainThread || inherited() === undefined;
  const threads = new Threads(settings);
  const engine = engineFor(settings);
  const titles = new Map<string, string>();
  const reports = asked.reportsOf(engine, { verbose: settings.verbose, titles });
  const collector = asked.collectorOf(engine);
  const isFirst = isFirstInThread();
  const endings = isFirst ? watchEndings({ reports, collector, threads, settings }) : undefined;
  const modules = new Modules({
    engine,
    filter,
    titles,
    nameFunctions,
    onLoaded: (module) => {
      if (settings.isListing) loaded.push(module);
      leaveNote('loaded');
      if (collector !== undefined && module.isChosen) {
        collector.keep(module);
        endings?.begin();
      }
      if (!settings.isListing && !(module.isChosen && hasReports)) return;
      leaveNote('reported');
      try {
        reports.begin();
      } catch (error) {
        fatal(error, settings.verbose, threads);
      }
      endings?.begin();
    },
    onFailure: (error) => {
      const mistake = asked.mistakeIn(error);
      if (mistake !== undefined) fatal(mistake, settings.verbose, threads);
    },
    onRefused: settings.isStrict ? (message) => refuse(message, threads) : undefined,
  });
  const { object } = new ProgramNamespace(modules);
  Object.defineProperty(globalThis, 'WebAssembly', { value: object, writable: true, configurable: true });
  if (isFirst) {
    watchReads();
    watchWorkers(threads, import.meta.url);
  }
  if (isOutermost) Object.assign(process.env, environmentOf(settings), nodeOptions());
  return { writeReports: () => reports.writeBetween(), writeCollected: () => collector?.writeNow() };
}

interface Watched {
  readonly reports: EndReports;
  readonly collector: Collecting | undefined;
  readonly threads: Threads;
  readonly settings: Settings;
}

/** Sees to it that there are reports, however this thread ends. `begin` is to be called when there is something to report. */
function watchEndings({ reports, collector, threads, settings }: Watched): { readonly begin: () => void } {
  const finish = (code: number): void => {
    collector?.finish();
    reports.finish({ kind: 'exit', code });
    threads.end();
  };
  const endBy = watchEnd(reports, (code) => {
    finish(code);
    if (!isMainThread) return code;
    threads.gather();
    return threads.exitCode || code;
  });
  if (settings.reportOn !== undefined) reportOn(settings.reportOn, reports);
  const session = process.env[SESSION];
  let hasBegun = false;
  const begin = (): void => {
    if (hasBegun) return;
    hasBegun = true;
    if (!isMainThread) threads.begin(() => finish(0));
    else if (session !== undefined) watchInterrupts(session, import.meta.url, endBy);
  };
  return { begin };
}

/** What the program starts is registered as well. */
function nodeOptions(): { NODE_OPTIONS: string } {
  return { NODE_OPTIONS: withRegister(process.env.NODE_OPTIONS, import.meta.url) };
}

function refuse(message: string, threads: Threads): never {
  printMessage(`wiz: ${message} (--strict)\n`);
  threads.exitCode = EXIT.usage;
  process.exit(EXIT.usage);
}

// A second copy of this file, under another URL, finds the work done.
if (registration() === undefined) await register();
