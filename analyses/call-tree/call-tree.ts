/** Call tree: which functions were called in which context, and what each context cost. */

import { defineProbe } from '../define.ts';
import { functionOptions } from '../function-choice.ts';
import type { Column, Section, Table } from '../report/presentation.ts';
import { CallTreeCollector } from './collector.ts';
import { type CallTreeResult, mergeCallTrees, type NestedNode, nestedNodes } from './data.ts';

export const callTree = defineProbe({
  name: 'call-tree',
  summary: 'the tree of calling contexts, with instructions and time of each',
  options: {
    ...functionOptions,
    time: { help: 'measure time, too; time=false is faster', default: true },
    depth: { help: 'levels of the tree; deeper calls count for the deepest level', default: 500 },
    top: { help: 'rows that the text shows', default: 60 },
  },
  start: ({ options: { time, depth, ...choice } }) => {
    const options = { choice, name: 'call-tree', measuresTime: time, depth };
    const collector = new CallTreeCollector(options);
    return { instance: (instance) => collector.attach(instance), result: () => collector.result('call-tree') };
  },
  merge: mergeCallTrees,
  present: (result, { top }) => [callTreeSection(result, top)],
});

/** The nodes in the order of the tree, the most expensive child first. */
function ordered(nodes: readonly NestedNode[]): NestedNode[] {
  const byCost = (list: readonly NestedNode[]): NestedNode[] =>
    [...list].sort((a, b) => a.nestedInstructions - b.nestedInstructions || a.nestedMs - b.nestedMs);
  const rows: NestedNode[] = [];
  const pending = byCost(nodes.filter(({ parent }) => parent < 0));
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    rows.push(node);
    for (const child of byCost(node.children.map((i) => nodes[i] as NestedNode))) pending.push(child);
  }
  return rows;
}

/** Figures about the tree, and the tree as a table. */
export function callTreeSection(result: CallTreeResult, top: number): Section {
  const nodes = nestedNodes(result.nodes);
  const roots = nodes.filter(({ parent }) => parent < 0);
  const folded = nodes.reduce((sum, node) => sum + node.folded, 0);
  const hasTime = nodes.some(({ selfMs }) => selfMs !== undefined);
  const ms = roots.reduce((sum, { nestedMs }) => sum + nestedMs, 0);
  return {
    figures: [
      { label: 'calling contexts', value: nodes.length, kind: 'exact' },
      { label: 'deepest', value: nodes.reduce((max, { depth }) => Math.max(max, depth + 1), 0), kind: 'exact' },
      { label: 'calls', value: nodes.reduce((sum, { calls }) => sum + calls, folded), kind: 'exact' },
      ...(folded === 0 ? [] : [{ label: 'of them too deep to show', value: folded, kind: 'exact' } as const]),
      { label: 'instructions', value: roots.reduce((n, r) => n + r.nestedInstructions, 0), kind: 'exact' },
      ...(hasTime ? [{ label: 'time, with measuring', value: ms, kind: 'time' } as const] : []),
    ],
    tables: [treeTable(result, nodes, top)],
  };
}

/** Deeper levels are not indented further: the name has to stay readable. */
const MAX_INDENT = 30;

const timeColumns: readonly Column[] = [
  { key: 'time', kind: 'time' },
  { key: 'self_time', title: 'self time', kind: 'time' },
];

function treeTable({ functions }: CallTreeResult, nodes: readonly NestedNode[], top: number): Table {
  const all = nodes.reduce((sum, node) => sum + (node.instructions ?? 0), 0);
  const hasTime = nodes.some(({ selfMs }) => selfMs !== undefined);
  const rows = ordered(nodes).map((node) => {
    const func = functions[node.function];
    const name = `${'· '.repeat(Math.min(node.depth, MAX_INDENT))}${func?.name}${func?.isHost ? ' (host)' : ''}`;
    const { calls, nestedInstructions, instructions, nestedMs, selfMs } = node;
    const time = hasTime ? [nestedMs, selfMs] : [];
    return [name, calls, nestedInstructions, all === 0 ? 0 : nestedInstructions / all, instructions, ...time];
  });
  return {
    id: 'tree',
    title: 'Calling contexts, callers above what they call',
    columns: [
      { key: 'function', kind: 'text' },
      { key: 'calls', kind: 'count' },
      { key: 'instructions', kind: 'count' },
      { key: 'share', title: '%', kind: 'share' },
      { key: 'self_instructions', title: 'self', kind: 'count' },
      ...(hasTime ? timeColumns : []),
    ],
    rows,
    top,
  };
}
