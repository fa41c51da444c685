/** Analyses: sets of probes with a result as plain data, and what renders results. */

export type { Analysis } from './analysis.ts';
export {
  Coverage,
  type CoverageResult,
  type FunctionCoverage,
  type ModuleCoverage,
  type Share,
} from './coverage.ts';
