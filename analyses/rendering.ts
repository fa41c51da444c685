/** From a result to a report: what a definition renders itself, and the formats that every analysis has. */

import type { ProbeDefinition } from './define.ts';
import type { OptionSpecs, OptionValues } from './options.ts';
import { type AnnotatedAnalysis, annotatedHtml } from './report/annotated-html.ts';
import { type AnnotatedModule, annotatedText } from './report/annotated-text.ts';
import { moduleOf } from './report/modules.ts';
import { plainReport, resultJson } from './report/plain.ts';
import type { Report, ReportContext } from './report/report.ts';
import { sectionsCsv } from './report/sections-csv.ts';
import { sectionsText } from './report/sections-text.ts';
import type { AnalysisResult } from './result.ts';

/** What says which formats there are. */
interface Renderable {
  readonly formats?: readonly string[];
  // Methods of any definition: here it only matters whether they are there.
  readonly present?: unknown;
  readonly annotate?: unknown;
}

/** Formats of the report of a definition, the default first: its own ones, and those that follow from what it gives. */
export function formatsOf({ formats = [], present, annotate }: Renderable): readonly string[] {
  const standard = [
    'text',
    'json',
    ...(present === undefined ? [] : ['csv']),
    ...(annotate === undefined ? [] : ['detail', 'html']),
  ];
  return [...new Set([...formats, ...standard])];
}

/** @throws ReportError when the format needs something that there is not: a file to write to, a module */
export function renderResult<Result, Specs extends OptionSpecs>(
  definition: ProbeDefinition<Result, Specs>,
  result: Result,
  format: string,
  { context, options }: { readonly context: ReportContext; readonly options: OptionValues<Specs> },
): Report {
  const { name, formats = [], render, present } = definition;
  if (render !== undefined && formats.includes(format)) return asReport(render(result, format, context, options));
  switch (format) {
    case 'json':
      return asReport(resultJson(result));
    case 'detail':
      return asReport(annotatedText(name, annotated(definition, result, { context, options }), context));
    case 'html':
      return pageOf([pagePart(definition, result, { context, options })], context);
    case 'csv':
      return sectionsCsv(present?.(result, options) ?? [], context);
    default:
      return asReport(
        present === undefined
          ? plainReport(name, result, format, context)
          : sectionsText(name, present(result, options), context),
      );
  }
}

/** Is the format `html` of a definition the page that several analyses can share? */
export function hasPage({ formats = [], annotate }: Renderable): boolean {
  return annotate !== undefined && !formats.includes('html');
}

/** What a definition with a page has to show on it. */
export function pagePart<Result, Specs extends OptionSpecs>(
  definition: ProbeDefinition<Result, Specs>,
  result: Result,
  rendering: { readonly context: ReportContext; readonly options: OptionValues<Specs> },
): AnnotatedAnalysis {
  const { name, present } = definition;
  const sections = present?.(result, rendering.options) ?? [];
  return { name, modules: annotated(definition, result, rendering), sections };
}

/** One page about one or several analyses. */
export function pageOf(parts: readonly AnnotatedAnalysis[], context: Pick<ReportContext, 'program'>): Report {
  return asReport(annotatedHtml(parts, context));
}

function annotated<Result, Specs extends OptionSpecs>(
  { annotate }: ProbeDefinition<Result, Specs>,
  result: Result,
  { context, options }: { readonly context: ReportContext; readonly options: OptionValues<Specs> },
): AnnotatedModule[] {
  if (annotate === undefined) return [];
  // Only results with modules are annotated: `annotate` is asked for each of them.
  const { modules } = result as AnalysisResult;
  return modules.map((identity, i) => {
    const module = moduleOf(context, identity);
    return { identity, module, annotation: annotate(result, i, module, options) };
  });
}

function asReport(report: string | Report): Report {
  const { text, ...others } = typeof report === 'string' ? { text: report, files: [] } : report;
  return { text: text === '' || text.endsWith('\n') ? text : `${text}\n`, ...others };
}
