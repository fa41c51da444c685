/** Nodes and edges out of counts of calls, and their text for Graphviz. */

import type { CallsResult, CallTarget } from '../calls/data.ts';

export interface GraphNode {
  readonly name: string;
  readonly isHost: boolean;
  /** Activations that began; of host functions, calls. */
  readonly entries: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  /** Call instructions that made these calls. */
  readonly sites: number;
}

export interface Graph {
  /** By an identifier. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly edges: readonly GraphEdge[];
}

const HOST = 'host';

type MutableEdge = { -readonly [K in keyof GraphEdge]: GraphEdge[K] };

class Builder {
  readonly nodes = new Map<string, GraphNode>();
  private readonly edges = new Map<string, MutableEdge>();
  /** Calls that arrived at each node. */
  readonly arrivals = new Map<string, number>();

  edge(from: string, to: string, count: number): void {
    const key = `${from}\n${to}`;
    const edge = this.edges.get(key) ?? { from, to, count: 0, sites: 0 };
    this.edges.set(key, edge);
    edge.count += count;
    edge.sites++;
    this.arrivals.set(to, (this.arrivals.get(to) ?? 0) + count);
  }

  graph(): Graph {
    return { nodes: this.nodes, edges: [...this.edges.values()] };
  }
}

/** What no observed call led to came from the host, which is a node then. */
export function graphOf({ modules }: CallsResult): Graph {
  const builder = new Builder();
  const { nodes } = builder;
  for (const { sha256, functions } of modules) {
    for (const { index, name, entries } of functions) nodes.set(`${sha256}:${index}`, { name, isHost: false, entries });
  }
  for (const { sha256, sites } of modules) {
    for (const { func, targets } of sites) {
      for (const target of targets) addCall(builder, sha256, func, target);
    }
  }
  for (const [id, { isHost, entries }] of [...nodes]) {
    // A call that found no room on the stack arrived and did not enter.
    const fromHost = entries - (builder.arrivals.get(id) ?? 0);
    if (isHost || fromHost <= 0) continue;
    nodes.set(HOST, { name: '(host)', isHost: true, entries: 0 });
    builder.edge(HOST, id, fromHost);
  }
  return builder.graph();
}

function addCall(
  builder: Builder,
  caller: string,
  func: number,
  { module, index, name, isHost, count }: CallTarget,
): void {
  if (count === 0) return;
  // Modules that import one function of the host have one node for it.
  const id = isHost ? `host:${name}` : `${module ?? caller}:${index}`;
  const entries = (builder.nodes.get(id)?.entries ?? 0) + (isHost ? count : 0);
  if (isHost || !builder.nodes.has(id)) builder.nodes.set(id, { name, isHost, entries });
  builder.edge(`${caller}:${func}`, id, count);
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

const MAX_PEN_WIDTH = 5;

/** The graph in the language of Graphviz; functions of the host are ellipses. */
export function dot({ nodes, edges }: Graph, program: string): string {
  const ids = new Map([...nodes.keys()].map((id, i) => [id, `n${i}`]));
  const most = edges.reduce((max, { count }) => Math.max(max, count), 1);
  const lines = [...nodes].map(([id, { name, isHost, entries }]) => {
    const label = entries === 0 ? name : `${name}\n${entries}`;
    return `  ${ids.get(id)} [label=${quoted(label)}, shape=${isHost ? 'ellipse' : 'box'}];`;
  });
  const arrows = edges.map(({ from, to, count }) => {
    const width = 1 + (MAX_PEN_WIDTH - 1) * (Math.log(count) / Math.log(most + 1));
    return `  ${ids.get(from)} -> ${ids.get(to)} [label="${count}", penwidth=${width.toFixed(2)}];`;
  });
  return [`digraph ${quoted(program)} {`, ...lines, ...arrows, '}', ''].join('\n');
}
