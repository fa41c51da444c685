/** An annotated disassembly as one self-contained HTML file. */

import type { AnnotatedModule } from './annotated-text.ts';
import type { Section } from './presentation.ts';
import type { ReportContext } from './report.ts';

export interface HtmlInput {
  readonly sections: readonly Section[];
  readonly context: ReportContext;
}

/** `name` is that of the analysis. */
export function annotatedHtml(name: string, modules: readonly AnnotatedModule[], input: HtmlInput): string {
  void input;
  return `<!doctype html><title>${name}</title>${modules.length}`;
}
