/** Edges: which transitions between basic blocks there were, in the form that fuzzers use. */

import { defineProbe } from '../define.ts';
import { functionOptions } from '../function-choice.ts';
import { MergeError, mergeLists, mergeModules } from '../merging.ts';
import { OptionError } from '../options.ts';
import { PerModule } from '../per-module.ts';
import type { Section } from '../report/presentation.ts';
import { sectionsText } from '../report/sections-text.ts';
import type { AnalysisResult } from '../result.ts';
import { DEFAULT_MAP_SIZE, EdgeMap, isMapSize } from './map.ts';

/** An element of the map that is not 0, and its count. */
export type EdgeCount = readonly [edge: number, count: number];

export interface EdgesResult extends AnalysisResult {
  /** Elements of the map. */
  readonly size: number;
  /** By number; counts are at most 255. */
  readonly edges: readonly EdgeCount[];
}

/** The least counts of AFL's classes: a change of the class is worth an input. */
const CLASSES = [1, 2, 3, 4, 8, 16, 32, 128];

export const edges = defineProbe({
  name: 'edges',
  summary: 'a map of edges between basic blocks, as fuzzers use it; format map for their tools',
  formats: ['text', 'map'],
  options: {
    ...functionOptions,
    size: { help: 'elements of the map, a power of two from 256 to 16777216', default: DEFAULT_MAP_SIZE },
  },
  start: ({ options }) => {
    if (!isMapSize(options.size)) {
      throw new OptionError(`option "size" takes a power of two from 256 to 16777216, not ${options.size}`, 'size');
    }
    const map = new EdgeMap(options.size, options);
    const modules = new PerModule(() => ({}));
    return {
      instance: (instance) => {
        modules.add(instance);
        return map.attach(instance);
      },
      result: (): EdgesResult => ({
        analysis: 'edges',
        version: 1,
        modules: modules.results(() => ({})),
        size: map.counts.length,
        edges: Array.from(map.counts, (count, edge): EdgeCount => [edge, count]).filter(([, count]) => count > 0),
      }),
    };
  },
  merge: mergeEdges,
  present: (result) => [section(result)],
  render: (result, format, context) =>
    format === 'map' ? mapText(result) : sectionsText('edges', [section(result)], context),
});

function mergeEdges(a: EdgesResult, b: EdgesResult): EdgesResult {
  if (a.size !== b.size) throw new MergeError(`maps of ${a.size} and of ${b.size} elements have nothing in common`);
  const merged = mergeLists(
    a.edges,
    b.edges,
    ([edge]) => edge,
    ([edge, x], [, y]): EdgeCount => [edge, Math.min(x + y, 255)],
  );
  return { ...mergeModules(a, b, () => ({})), edges: merged };
}

/** `afl-showmap` writes the same: the number in six digits, and the count. */
function mapText({ edges }: EdgesResult): string {
  return edges.map(([edge, count]) => `${String(edge).padStart(6, '0')}:${count}\n`).join('');
}

function section({ edges, size }: EdgesResult): Section {
  const rows = CLASSES.map((least, i) => {
    const most = (CLASSES[i + 1] ?? 256) - 1;
    const range = least === most ? String(least) : most === 255 ? `${least} and more` : `${least} to ${most}`;
    return [range, edges.filter(([, count]) => count >= least && count <= most).length];
  });
  return {
    figures: [
      { label: 'edges', value: edges.length, kind: 'exact' },
      { label: 'elements of the map', value: size, kind: 'exact' },
      { label: 'filled', value: edges.length / size, kind: 'share' },
    ],
    tables: [
      {
        id: 'classes',
        title: 'Edges, by how often they were gone',
        columns: [
          { key: 'times', kind: 'text' },
          { key: 'edges', kind: 'count' },
        ],
        rows,
      },
      {
        id: 'map',
        title: 'Map',
        isForTools: true,
        columns: [
          { key: 'edge', kind: 'exact' },
          { key: 'count', kind: 'count' },
        ],
        rows: edges.map(([edge, count]) => [edge, count]),
      },
    ],
  };
}
