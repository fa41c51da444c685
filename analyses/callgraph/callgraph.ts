/** The call graph: which functions called which, and how often. */

import { CallCounters } from '../calls/counters.ts';
import type { CallsResult } from '../calls/data.ts';
import { defineProbe } from '../define.ts';
import { functionFilter, functionOptions } from '../function-choice.ts';
import { mergeModules } from '../merging.ts';
import { PerModule } from '../per-module.ts';
import type { Section } from '../report/presentation.ts';
import { sectionsText } from '../report/sections-text.ts';
import { type CallgraphResult, type GraphNode, graphOf, mergeGraphs } from './data.ts';
import { callgraphDot } from './dot.ts';

export const callgraph = defineProbe({
  name: 'callgraph',
  summary: 'which functions called which, and how often; format dot for Graphviz',
  options: { ...functionOptions, top: { help: 'rows that the text shows', default: 30 } },
  formats: ['text', 'dot'],
  start: ({ options }) => {
    const outside = functionFilter(options) === undefined ? 'host' : 'elsewhere';
    const modules = new PerModule((module) => new CallCounters(module, options));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): CallgraphResult => {
        const calls: CallsResult = {
          analysis: 'calls',
          version: 1,
          modules: modules.results((counters) => counters.result()),
        };
        return { analysis: 'callgraph', version: 1, modules: modules.results(() => ({})), ...graphOf(calls, outside) };
      },
    };
  },
  merge: (a, b) => ({ ...mergeModules(a, b, () => ({})), ...mergeGraphs(a, b) }),
  present: (result, { top }) => [section(result, top)],
  render: (result, format, context, { top }) =>
    format === 'dot'
      ? callgraphDot(result, context.program)
      : sectionsText('callgraph', [section(result, top)], context),
});

function section({ nodes, edges }: CallgraphResult, top: number): Section {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const nameOf = (id: string): string => (byId.get(id) as GraphNode).name;
  const indexOf = (id: string): number => (byId.get(id) as GraphNode).index;
  return {
    figures: [
      { label: 'functions', value: nodes.filter(({ kind }) => kind === 'function').length, kind: 'exact' },
      { label: 'functions of the host', value: nodes.filter(({ kind }) => kind === 'import').length, kind: 'exact' },
      { label: 'edges', value: edges.length, kind: 'exact' },
      { label: 'calls', value: edges.reduce((sum, { calls }) => sum + calls, 0), kind: 'exact' },
    ],
    tables: [
      {
        id: 'edges',
        title: 'Who calls whom, by calls',
        columns: [
          { key: 'caller', kind: 'text' },
          { key: 'caller_index', title: 'func', kind: 'exact' },
          { key: 'callee', kind: 'text' },
          { key: 'callee_index', title: 'func', kind: 'exact' },
          { key: 'calls', kind: 'count' },
          { key: 'indirect', kind: 'count' },
        ],
        rows: [...edges]
          .sort((a, b) => b.calls - a.calls)
          .map(({ from, to, calls, indirect }) => [
            nameOf(from),
            indexOf(from),
            nameOf(to),
            indexOf(to),
            calls,
            indirect,
          ]),
        top,
      },
    ],
  };
}
