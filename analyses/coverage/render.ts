/** Coverage in the form that is asked for. */

import type { CoverageResult } from './data.ts';
import { coverageDetail } from './detail.ts';
import { coverageJson } from './json.ts';
import { coverageLcov } from './lcov.ts';
import { coverageSummary } from './summary.ts';
import { type Report, type ReportContext, ReportError } from '../report/report.ts';

export type CoverageFormat = 'text' | 'json' | 'lcov';

export interface CoverageStyle {
  readonly format: CoverageFormat;
  /** In text: also every instruction of the functions that were called. */
  readonly hasDetail: boolean;
  /** In the detail: also every instruction of the functions that were never called. */
  readonly hasUncalled: boolean;
}

/** @throws ReportError for lcov without a file to write to */
export function renderCoverage(result: CoverageResult, style: CoverageStyle, context: ReportContext): Report {
  if (result.modules.length !== context.modules.length) {
    throw new ReportError(
      `the result is about ${result.modules.length} modules, but ${context.modules.length} are given with it`,
    );
  }
  switch (style.format) {
    case 'json':
      return { text: coverageJson(result), files: [] };
    case 'lcov':
      return coverageLcov(result, context);
    case 'text':
      if (style.hasDetail) return { text: coverageDetail(result, style.hasUncalled, context), files: [] };
      return { text: coverageSummary(result, context), files: [] };
  }
}
