/** Call graph: which functions called which, and how often. */

import { CallCounter } from '../calls/counter.ts';
import { type CallsResult, mergeCalls } from '../calls/data.ts';
import { defineProbe } from '../define.ts';
import { PerModule } from '../per-module.ts';
import { resultJson } from '../report/plain.ts';
import type { Section } from '../report/presentation.ts';
import { sectionsText } from '../report/sections-text.ts';
import { dot, type Graph, graphOf } from './graph.ts';

export const callgraph = defineProbe({
  name: 'callgraph',
  summary: 'which functions called which, and how often, calls from and to the host included',
  options: { top: { help: 'rows that the text shows', default: 30 } },
  formats: ['text', 'json', 'dot'],
  start: () => {
    const modules = new PerModule((module) => new CallCounter(module));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): CallsResult => ({
        analysis: 'callgraph',
        version: 1,
        modules: modules.results((counter) => ({ functions: counter.functions(), sites: counter.sites() })),
      }),
    };
  },
  merge: mergeCalls,
  present: (result, { top }) => [section(graphOf(result), top)],
  render: (result, format, context, { top }) => {
    if (format === 'dot') return dot(graphOf(result), context.program);
    if (format === 'json') return resultJson(result);
    return sectionsText('callgraph', [section(graphOf(result), top)], context);
  },
});

function section({ nodes, edges }: Graph, top: number): Section {
  const rows = [...edges]
    .sort((a, b) => b.count - a.count)
    .map(({ from, to, count, sites }) => [nodes.get(from)?.name, nodes.get(to)?.name, count, sites]);
  return {
    figures: [
      { label: 'functions', value: nodes.size, kind: 'exact' },
      { label: 'edges', value: edges.length, kind: 'exact' },
      { label: 'calls', value: edges.reduce((sum, { count }) => sum + count, 0), kind: 'exact' },
    ],
    tables: [
      {
        id: 'edges',
        title: 'Who called whom',
        columns: [
          { key: 'caller', kind: 'text' },
          { key: 'callee', title: 'called', kind: 'text' },
          { key: 'calls', kind: 'count' },
          { key: 'sites', title: 'call sites', kind: 'exact' },
        ],
        rows,
        top,
      },
    ],
  };
}
