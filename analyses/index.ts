/** Analyses: sets of probes with a result as plain data, and what renders results. */

export type { Analysis } from './analysis.ts';
export { Coverage } from './coverage.ts';
export {
  type CoverageResult,
  type CoverageTotals,
  coveredFlags,
  type FunctionCoverage,
  type ModuleCoverage,
  type PcRun,
  type Share,
} from './coverage-data.ts';
export { mergeCoverage } from './coverage-merge.ts';
export { type AnalysisKind, analysisKinds, type RunningAnalysis } from './registry.ts';
export { type CoverageStyle, renderCoverage } from './report/coverage.ts';
export { type Report, type ReportContext, ReportError, type ReportFile } from './report/report.ts';
