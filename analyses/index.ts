/** Analyses: sets of probes with a result as plain data, and what renders results. */

export type { Analysis } from './analysis.ts';
export { Coverage } from './coverage/coverage.ts';
export {
  type CoverageResult,
  type CoverageTotals,
  coveredFlags,
  type FunctionCoverage,
  type ModuleCoverage,
  type PcRun,
  type Share,
} from './coverage/data.ts';
export { mergeCoverage } from './coverage/merge.ts';
export {
  type AnalysisKind,
  defineProbe,
  type Outcome,
  type ProbeDefinition,
  type ProbeRun,
  type RunContext,
  type RunningAnalysis,
  type StartOptions,
} from './define.ts';
export {
  OptionError,
  type OptionSpec,
  type OptionSpecs,
  type OptionValue,
  type OptionValues,
  optionUsage,
  parseOptions,
} from './options.ts';
export { analysisKinds } from './registry.ts';
export { type CoverageStyle, renderCoverage } from './coverage/render.ts';
export { type Report, type ReportContext, ReportError, type ReportFile } from './report/report.ts';
export { type AnnotatedAnalysis, annotatedHtml } from './report/annotated-html.ts';
export type { AnnotatedModule } from './report/annotated-text.ts';
export type * from './report/presentation.ts';
