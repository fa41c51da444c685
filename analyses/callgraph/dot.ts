/** A call graph in the language of Graphviz. */

import { printable } from '../report/text.ts';
import { countText } from '../report/values.ts';
import type { CallgraphResult, GraphEdge, GraphNode } from './data.ts';

/** Text between double quotes: backslashes and quotes are escaped, and a line end would be `\n`. */
function quoted(text: string): string {
  return `"${printable(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

const shapes: Readonly<Record<GraphNode['kind'], string>> = {
  function: 'box',
  import: 'box, style=dashed',
  host: 'doublecircle',
};

/** Lines are the thicker the more calls there were; dashed where all went through tables or references. */
export function callgraphDot({ nodes, edges }: CallgraphResult, program: string): string {
  const most = edges.reduce((max, { calls }) => Math.max(max, calls), 1);
  // Short, since digests are long and nobody reads them here.
  const names = new Map(nodes.map(({ id }, i) => [id, `n${i}`]));
  const lines = [
    `digraph ${quoted(program)} {`,
    '  rankdir=LR;',
    '  node [fontname="sans-serif", fontsize=10];',
    '  edge [fontname="sans-serif", fontsize=8];',
    ...nodes.map((node) => `  ${names.get(node.id)} [label=${labelOf(node)}, shape=${shapes[node.kind]}];`),
    ...edges.map((edge) => `  ${names.get(edge.from)} -> ${names.get(edge.to)} [${attributes(edge, most)}];`),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function labelOf({ kind, name, entered }: GraphNode): string {
  if (kind === 'host') return quoted(name);
  // The line end is Graphviz's own, so it is added behind the escaping.
  return `${quoted(name).slice(0, -1)}\\n${countText(entered)}"`;
}

function attributes({ calls, indirect }: GraphEdge, most: number): string {
  const width = (1 + 4 * (Math.log1p(calls) / Math.log1p(most))).toFixed(2);
  return `label=${quoted(countText(calls))}, penwidth=${width}${indirect === calls ? ', style=dashed' : ''}`;
}
