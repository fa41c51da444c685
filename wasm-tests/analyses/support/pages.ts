/** Annotated pages of test programs. */

import { type AnnotatedAnalysis, type Annotation, annotatedHtml } from '../../../analyses/index.ts';
import type { PageData } from '../../../analyses/report/html/page-data.ts';
import { identityOf } from '../../../analyses/result.ts';
import { Engine, type Module } from '../../../engine/index.ts';
import { structureOf } from '../../../probes/index.ts';

/** The data that a page holds, as a browser would read it. */
export function dataOf(page: string): PageData {
  const [, json] = /<script type="application\/json" id="page-data">([^<]*)<\/script>/.exec(page) ?? [];
  if (json === undefined) throw new Error('the page has no data');
  return JSON.parse(json) as PageData;
}

/** Some annotation; what a test does not say is empty. */
export function annotation(parts: Partial<Annotation>): Annotation {
  return { columns: [], weightTitle: 'events', weightKind: 'count', functions: new Map(), ...parts };
}

export function analysisOf(name: string, module: Module, parts: Partial<Annotation>): AnnotatedAnalysis {
  const identity = identityOf(module);
  return { name, modules: [{ identity, module, annotation: annotation(parts) }], sections: [] };
}

export function compiled(bytes: Uint8Array): Module {
  return new Engine().compile(bytes);
}

/** An arrow for each label of each branch, with a count that depends on where it is. */
export function branchArrows(module: Module): AnnotatedAnalysis {
  const functions = module.bodies.map(({ index }) => {
    const structure = structureOf(module, index);
    const arrows = [...structure.pcs].flatMap((pc) =>
      [...new Set(structure.targets(pc).map(({ target }) => target))].map((to) => ({ from: pc, to, count: pc * to })),
    );
    const weight = arrows.reduce((sum, { count }) => sum + count, 0);
    return [index, { weight, marks: new Map(), arrows }] as const;
  });
  return analysisOf('arrows', module, { functions: new Map(functions) });
}

export function pageOf(...analyses: AnnotatedAnalysis[]): string {
  return annotatedHtml(analyses, { program: 'app.wasm' });
}
