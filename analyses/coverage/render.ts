/** Coverage in the forms that it alone has: a summary for people, and those of other tools. */

import { annotatedText } from '../report/annotated-text.ts';
import { moduleOf } from '../report/modules.ts';
import type { Report, ReportContext } from '../report/report.ts';
import type { CoverageResult } from './data.ts';
import { istanbulReport, isIstanbulFormat } from './istanbul.ts';
import { coverageJson } from './json.ts';
import { coverageAnnotation } from './present.ts';
import { coverageSummary, totalsSummary } from './summary.ts';

export interface CoverageStyle {
  /** `text`, `json`, or one of istanbul's. */
  readonly format: string;
  /** In text: also every instruction of the functions that were called. */
  readonly hasDetail: boolean;
  /** In the detail: also every instruction of the functions that were never called. */
  readonly hasUncalled: boolean;
}

/** @throws ReportError where a format needs a file to write to, or a module that there is not */
export function renderCoverage(result: CoverageResult, style: CoverageStyle, context: ReportContext): Report {
  const { format, hasDetail } = style;
  if (isIstanbulFormat(format)) return istanbulReport(result, format, context);
  if (format === 'json') return { text: coverageJson(result), files: [] };
  const text = hasDetail ? coverageDetail(result, style.hasUncalled, context) : coverageSummary(result, context);
  return { text, files: [] };
}

/** Totals, then every function by index with its instructions. */
function coverageDetail(result: CoverageResult, hasUncalled: boolean, context: ReportContext): string {
  const modules = result.modules.map((identity) => {
    const module = moduleOf(context, identity);
    return { identity, module, annotation: coverageAnnotation(identity, module, hasUncalled) };
  });
  return `${totalsSummary(result, context)}\n${annotatedText('coverage', modules, context)}`;
}
