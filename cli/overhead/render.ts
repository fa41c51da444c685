/** The result in its formats. */

import { type Report, type ReportContext, sectionsCsv, sectionsText } from '../../analyses/index.ts';
import { chartSvg } from './chart.ts';
import { pageHtml } from './page.ts';
import type { OverheadResult } from './result.ts';
import { sectionsForPeople, sectionsForTools } from './sections.ts';

type Renderer = (result: OverheadResult, context: ReportContext) => string;

const renderers: ReadonlyMap<string, Renderer> = new Map<string, Renderer>([
  ['text', (result, context) => sectionsText('overhead', sectionsForPeople(result), context)],
  ['json', (result) => `${JSON.stringify(result, null, 2)}\n`],
  ['csv', (result, context) => sectionsCsv(sectionsForTools(result), context).text],
  ['html', (result) => pageHtml(result)],
  ['svg', (result) => chartSvg(result)],
]);

/** The first one is the default. */
export const FORMATS: readonly string[] = [...renderers.keys()];

/** `format` is one of `FORMATS`. */
export function renderOverhead(result: OverheadResult, format: string, context: ReportContext): Report {
  const render = renderers.get(format) as Renderer;
  return { text: render(result, context), files: [] };
}
