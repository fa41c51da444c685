/** From annotated modules to the data of a page. */

import { functionName, functionSignature, type Module } from '../../../engine/index.ts';
import type { AnnotatedModule } from '../annotated-text.ts';
import type { Annotation, FunctionAnnotation } from '../presentation.ts';
import { bytesText } from '../values.ts';
import { printable } from '../words.ts';
import { cellData } from './cells.ts';
import { type CodeLines, CodeTable } from './code-table.ts';
import {
  type AnnotationData,
  FULL_HEAT,
  type FunctionData,
  type FunctionMarksData,
  type ModuleData,
  type PageData,
  STATUSES,
} from './page-data.ts';
import { runsOf } from './runs.ts';
import { StringTable } from './strings.ts';

/** The annotated modules of an analysis. */
export interface NamedAnnotations {
  readonly name: string;
  readonly modules: readonly AnnotatedModule[];
}

/** pc of a function's entry, which stands before its first instruction. */
const ENTRY = 0;

/** A RangeError when an annotation marks a pc at which no instruction begins. */
export function pageData(analyses: readonly NamedAnnotations[]): PageData {
  const strings = new StringTable();
  const modules = distinctModules(analyses).map((first, i) => {
    const annotations = analyses.flatMap(({ modules: annotated }, analysis) =>
      annotated
        .filter(({ identity }) => identity.sha256 === first.identity.sha256)
        .slice(0, 1)
        .map(({ annotation }) => ({ analysis, annotation })),
    );
    const { name, size } = first.identity;
    const title = `${i + 1}: ${printable(name ?? 'unnamed')}, ${bytesText(size)}`;
    return { title, ...moduleData(first.module, annotations, strings) };
  });
  return { analyses: analyses.map(({ name }) => printable(name)), strings: strings.strings, modules };
}

/** Each module once, whichever analyses saw it. */
export function distinctModules(analyses: readonly NamedAnnotations[]): AnnotatedModule[] {
  const byDigest = new Map<string, AnnotatedModule>();
  for (const module of analyses.flatMap(({ modules }) => modules)) {
    if (!byDigest.has(module.identity.sha256)) byDigest.set(module.identity.sha256, module);
  }
  return [...byDigest.values()];
}

interface OfAnalysis {
  readonly analysis: number;
  readonly annotation: Annotation;
}

function moduleData(
  module: Module,
  annotations: readonly OfAnalysis[],
  strings: StringTable,
): Omit<ModuleData, 'title'> {
  const table = new CodeTable(module);
  const lines = module.bodies.map(({ index }) => {
    const marked = annotations.flatMap(({ annotation }) => annotation.functions.get(index) ?? []);
    return table.lines(index, marked.some(hasEntry));
  });
  const { forms, places } = table.sorted();
  const functions = lines.map(
    ({ body, pcs, forms: ids }): FunctionData => ({
      index: body.index,
      name: printable(functionName(module, body.index)),
      signature: strings.place(printable(functionSignature(module, body.index)).trim()),
      offset: body.start,
      size: body.end - body.start,
      pc: pcs[0] as number,
      code: ids.map((id) => places[id] as number),
    }),
  );
  return { forms, functions, annotations: annotations.map((a) => annotationData(a, lines, strings)) };
}

function hasEntry({ marks, arrows = [] }: FunctionAnnotation): boolean {
  return marks.has(ENTRY) || arrows.some(({ from, to }) => from === ENTRY || to === ENTRY);
}

function annotationData(
  { analysis, annotation }: OfAnalysis,
  lines: readonly CodeLines[],
  strings: StringTable,
): AnnotationData {
  const { columns, weightTitle, weightKind, legend = [], functions } = annotation;
  const data = lines.flatMap((code, at) => {
    const marked = functions.get(code.body.index);
    return marked === undefined ? [] : [{ at, ...marksData(marked, { code, columns: columns.length }, strings) }];
  });
  return {
    analysis,
    columns: columns.map(({ key, title = key, kind }) => ({ title: printable(title), kind })),
    weightTitle: printable(weightTitle),
    weightKind,
    legend: legend.map(printable),
    hasStatus: data.some(({ status }) => status.length > 2 || (status[0] ?? 0) !== 0),
    functions: data,
  };
}

function marksData(
  { weight, marks, arrows = [] }: FunctionAnnotation,
  { code, columns }: { readonly code: CodeLines; readonly columns: number },
  strings: StringTable,
): Omit<FunctionMarksData, 'at'> {
  const lineOf = new Map(code.pcs.map((pc, line) => [pc, line]));
  const line = (pc: number): number => {
    const found = lineOf.get(pc);
    if (found !== undefined) return found;
    throw new RangeError(`an annotation of function ${code.body.index} marks pc ${pc}, where no instruction begins`);
  };
  const notes = [...marks].flatMap(([pc, { note }]) => {
    const at = line(pc);
    return note === undefined ? [] : [[at, strings.place(printable(note))] as const];
  });
  const marksOfLines = code.pcs.map((pc) => marks.get(pc));
  return {
    weight,
    cells: Array.from({ length: columns }, (_, i) => {
      const runs = runsOf(marksOfLines.map((mark) => mark?.cells?.[i]));
      return runs.map((value, k) => (k % 2 === 0 ? cellData(value) : (value as number)));
    }),
    heat: runsOf(marksOfLines.map((mark) => heatData(mark?.heat))),
    status: runsOf(marksOfLines.map((mark) => STATUSES.indexOf(mark?.status ?? 'none'))),
    notes: notes.sort(([a], [b]) => a - b).flat(),
    arrows: arrows.flatMap(({ from, to, count }) => [line(from), line(to), count]),
  };
}

/** What has any heat keeps a little of it. */
function heatData(heat = 0): number {
  if (!(heat > 0)) return 0;
  return Math.max(1, Math.round(Math.min(heat, 1) * FULL_HEAT));
}
