/** Coverage in the form that is asked for. */

import type { CoverageResult } from '../coverage-data.ts';
import { coverageDetail } from './coverage-detail.ts';
import { coverageJson } from './coverage-json.ts';
import { coverageLcov } from './coverage-lcov.ts';
import { coverageSummary } from './coverage-text.ts';
import { type Report, type ReportContext, ReportError } from './report.ts';

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
