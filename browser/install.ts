/** `install`: the engine as the `WebAssembly` of a page, with analyses that observe whatever its packages load. */

import {
  type AnalysisKind,
  type AnalysisResults,
  checkOptions,
  kindNamed,
  type OptionValue,
  type RunningAnalysis,
} from '../analyses/index.ts';
import { Engine, type EngineOptions } from '../engine/index.ts';

export interface InstallOptions extends EngineOptions {
  /** What observes every instance that is made from now on: names of analyses, or kinds that `defineProbe` made. */
  readonly probes?: readonly (keyof AnalysisResults | AnalysisKind)[];
  /** Options of the analyses, by their names: `{ hotness: { top: 5 } }`. */
  readonly options?: Readonly<Record<string, Readonly<Record<string, OptionValue>>>>;
  /** What reports call the program. Default: `the page`. */
  readonly program?: string;
  /** Where an analysis prints that does so while the program runs. Default: nowhere. */
  readonly log?: (text: string) => void;
}

export interface Installation {
  readonly engine: Engine;
  /** What an analysis has found so far: plain data, a copy. @throws RangeError for one that was not asked for */
  result<Name extends keyof AnalysisResults>(name: Name): AnalysisResults[Name];
  result(name: string): unknown;
  /**
   * The report of it, in one of the formats of the analysis, by default its first; `html` is a whole page. Lines of text have at most 100 columns.
   *
   * @throws RangeError for an analysis that was not asked for, or a format that it does not have; ReportError for one that consists of several files
   */
  report(name: string, format?: string): string;
  /**
   * Puts back the `WebAssembly` that was there, and removes all probes. What runs in this engine goes on there; results and reports
   * stay. Further calls do nothing.
   */
  uninstall(): void;
}

const REPORT_WIDTH = 100;

/**
 * Makes an engine, starts analyses in it, and puts its namespace in the place of `globalThis.WebAssembly`. To be called before the scripts that load
 * modules: what was loaded before stays the browser's.
 *
 * @throws RangeError for an unknown analysis; OptionError for options that one does not have
 */
export function install(settings: InstallOptions = {}): Installation {
  const { probes = [], options = {}, program = 'the page', log = () => {}, ...engineOptions } = settings;
  const kinds = probes.map((probe) => (typeof probe === 'string' ? kindNamed(probe) : probe));
  for (const kind of kinds) checkOptions(kind, options[kind.name] ?? {});
  const engine = new Engine(engineOptions);
  const running = new Map(kinds.map((kind) => [kind.name, startKind(kind, engine, { options, log })]));
  const restore = replaceNamespace(engine.WebAssembly);
  const analysis = (name: string): Running => {
    const found = running.get(name);
    if (found !== undefined) return found;
    throw new RangeError(`"${name}" was not asked for: there are ${[...running.keys()].join(', ') || 'no analyses'}`);
  };
  let isInstalled = true;
  return {
    engine,
    // By its name, the analysis gives this type.
    result: (name: string) => analysis(name).run.result() as never,
    report(name, format) {
      const { kind, run } = analysis(name);
      const context = { program, width: REPORT_WIDTH, colors: false, out: undefined };
      return run.report(format ?? kind.formats[0] ?? 'text', context).text;
    },
    uninstall() {
      if (!isInstalled) return;
      isInstalled = false;
      restore();
      for (const { run } of running.values()) {
        run.finished({ kind: 'returned' });
        run.stop();
      }
    },
  };
}

interface Running {
  readonly kind: AnalysisKind;
  readonly run: RunningAnalysis;
}

function startKind(
  kind: AnalysisKind,
  engine: Engine,
  { options, log }: Required<Pick<InstallOptions, 'options' | 'log'>>,
): Running {
  const run = kind.start(engine, { options: options[kind.name] ?? {}, log });
  run.started();
  return { kind, run };
}

/** Gives what undoes it, unless somebody else has replaced the namespace since. */
function replaceNamespace(namespace: object): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'WebAssembly');
  Object.defineProperty(globalThis, 'WebAssembly', { value: namespace, writable: true, configurable: true });
  return () => {
    const now = Object.getOwnPropertyDescriptor(globalThis, 'WebAssembly');
    if (now?.value === namespace && descriptor !== undefined) {
      Object.defineProperty(globalThis, 'WebAssembly', descriptor);
    }
  };
}
