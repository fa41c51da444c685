/** The kinds of analyses that can be asked for by name. */

import type { Engine, Module } from '../engine/index.ts';
import type { Analysis } from './analysis.ts';
import { Coverage } from './coverage.ts';
import { renderCoverage } from './report/coverage.ts';
import type { Report, ReportContext } from './report/report.ts';

export interface AnalysisKind {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** Options, each with a line for `--help`. */
  readonly options: Readonly<Record<string, string>>;
  /** Formats of its report; the first is the default. */
  readonly formats: readonly string[];
  /** Those formats that consist of several files, so that their context must have `out`. */
  readonly fileFormats: readonly string[];
  /** Attaches the analysis to every instance that the engine makes from now on, before anything of it runs. */
  start(engine: Engine, options: ReadonlySet<string>): RunningAnalysis;
}

export interface RunningAnalysis {
  /** The report of what was collected so far, in one of the formats of the kind. May be called at any time, also after a trap. */
  report(format: string, context: Omit<ReportContext, 'modules'>): Report;
  /** Detaches from everything; reports can still be made. */
  stop(): void;
}

/** A kind as it is written down here: what to make, and how its results are shown. */
interface Definition<Result, Format extends string> extends Omit<AnalysisKind, 'start'> {
  readonly formats: readonly Format[];
  readonly fileFormats: readonly Format[];
  create(): Analysis<Result>;
  render(result: Result, style: { format: Format; options: ReadonlySet<string> }, context: ReportContext): Report;
}

function kind<Result, Format extends string>(definition: Definition<Result, Format>): AnalysisKind {
  const { name, summary, options, formats, fileFormats } = definition;
  const start = (engine: Engine, chosen: ReadonlySet<string>): RunningAnalysis => {
    const analysis = definition.create();
    const modules: Module[] = [];
    const unobserve = engine.observe({
      onInstance: (instance) => {
        if (!modules.includes(instance.module)) modules.push(instance.module);
        analysis.attach(instance);
      },
    });
    return {
      report: (wanted, context) => {
        const format = formats.find((known) => known === wanted);
        if (format === undefined)
          throw new RangeError(`${name} has no format "${wanted}": it has ${formats.join(', ')}`);
        return definition.render(analysis.result(), { format, options: chosen }, { ...context, modules });
      },
      stop: () => {
        unobserve();
        analysis.detach();
      },
    };
  };
  return { name, summary, options, formats, fileFormats, start };
}

const coverage = kind({
  name: 'coverage',
  summary: 'which functions, blocks and instructions were executed',
  options: {
    detail: 'show every instruction of the functions that were called, with a mark',
    all: 'the same, and those of functions that were never called',
  },
  formats: ['text', 'json', 'lcov'],
  fileFormats: ['lcov'],
  create: () => new Coverage(),
  render: (result, { format, options }, context) => {
    const hasUncalled = options.has('all');
    return renderCoverage(result, { format, hasDetail: hasUncalled || options.has('detail'), hasUncalled }, context);
  },
});

export const analysisKinds: readonly AnalysisKind[] = [coverage];
