/** Annotated disassemblies as one self-contained HTML file. */

import type { ModuleIdentity } from '../result.ts';
import { distinctModules, type NamedAnnotations, pageData } from './html/encode.ts';
import { pageHtml } from './html/page.ts';
import { sectionsHtml } from './html/sections.ts';
import type { Section } from './presentation.ts';
import type { ReportContext } from './report.ts';

/** What an analysis has to show on a page. */
export interface AnnotatedAnalysis extends NamedAnnotations {
  /** Figures and tables, which stand before the code. */
  readonly sections: readonly Section[];
}

/**
 * A page about one or several analyses. Marks of several on the same module stand side by side.
 *
 * @throws RangeError when an annotation marks a pc at which no instruction begins
 */
export function annotatedHtml(
  analyses: readonly AnnotatedAnalysis[],
  { program }: Pick<ReportContext, 'program'>,
): string {
  const digests = distinctModules(analyses).map(({ identity }) => identity.sha256);
  const modulePlace = ({ sha256 }: ModuleIdentity): number | undefined => {
    const place = digests.indexOf(sha256);
    return place < 0 ? undefined : place;
  };
  return pageHtml({
    title: `${analyses.map(({ name }) => name).join(', ')} of ${program}`,
    overview: analyses
      .map(({ name, sections, modules }) =>
        sectionsHtml(name, { sections, isEmpty: modules.length === 0, modulePlace }),
      )
      .join('\n'),
    data: pageData(analyses),
  });
}
