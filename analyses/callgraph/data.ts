/** The call graph: functions, and who calls whom how often. Made from the result of `calls`. */

import type { CalleeCount, CallSite, CallsResult, ModuleCalls } from '../calls/data.ts';
import { mergeLists } from '../merging.ts';
import type { AnalysisResult } from '../result.ts';

export interface GraphNode {
  /** `host`, or the digest of the module and the index of the function: unique in the graph, the same in every run. */
  readonly id: string;
  readonly name: string;
  /** `host` is everything outside, functions that were not chosen included; `import` a function of it by its name in the module that imports it. */
  readonly kind: 'function' | 'import' | 'host';
  /** Index in the function index space of its module; -1 for `host`. */
  readonly index: number;
  /** Digest of its module; empty for `host`. */
  readonly module: string;
  /** Activations that began; of imports, calls. */
  readonly entered: number;
}

export interface GraphEdge {
  /** Ids of nodes. */
  readonly from: string;
  readonly to: string;
  readonly calls: number;
  /** How many of the calls went through tables or references. */
  readonly indirect: number;
}

export interface CallgraphResult extends AnalysisResult {
  /** Functions that were entered or called, by id. */
  readonly nodes: readonly GraphNode[];
  /** By ids. */
  readonly edges: readonly GraphEdge[];
}

const HOST = 'host';

function idOf(module: string, index: number): string {
  return `${module}:${index}`;
}

/**
 * The graph of what was counted. What the host called is what was entered and not called by any code; `outside` is what
 * that is called, since functions that were not chosen are there, too.
 */
export function graphOf({ modules }: CallsResult, outside: string): Omit<CallgraphResult, keyof AnalysisResult> {
  const nodes = modules.flatMap(nodesOf);
  const edges = modules.flatMap(edgesOf);
  const called = new Map<string, number>();
  for (const { to, calls } of edges) called.set(to, (called.get(to) ?? 0) + calls);
  const fromHost = nodes
    .filter(({ kind }) => kind === 'function')
    .map(({ id, entered }) => ({ from: HOST, to: id, calls: entered - (called.get(id) ?? 0), indirect: 0 }))
    // Less than nothing: calls that overflowed the stack, and entered nothing.
    .filter(({ calls }) => calls > 0);
  return mergeGraphs(
    { nodes, edges: fromHost },
    {
      nodes:
        fromHost.length === 0 ? [] : [{ id: HOST, name: outside, kind: 'host', index: -1, module: '', entered: 0 }],
      edges,
    },
  );
}

function nodesOf({ sha256, functions, sites }: ModuleCalls): GraphNode[] {
  const own = functions
    .filter(({ entered }) => entered > 0)
    .map(({ index, name, entered }): GraphNode => {
      return { id: idOf(sha256, index), name, kind: 'function', index, module: sha256, entered };
    });
  const others = sites.flatMap(({ callees }) =>
    callees.filter(({ count }) => count > 0).map((callee) => calleeNode(sha256, callee)),
  );
  return [...own, ...others];
}

/** A function that was called: what was entered of it is counted where it lies. */
function calleeNode(caller: string, { index, name, isHost, module = caller, count }: CalleeCount): GraphNode {
  return {
    id: idOf(module, index),
    name,
    kind: isHost ? 'import' : 'function',
    index,
    module,
    entered: isHost ? count : 0,
  };
}

function edgesOf({ sha256, sites }: ModuleCalls): GraphEdge[] {
  return sites.flatMap(({ func, kind, callees }: CallSite) =>
    callees
      .filter(({ count }) => count > 0)
      .map(({ index, module = sha256, count }) => ({
        from: idOf(sha256, func),
        to: idOf(module, index),
        calls: count,
        indirect: kind === 'direct' ? 0 : count,
      })),
  );
}

type Graph = Pick<CallgraphResult, 'nodes' | 'edges'>;

/** Two graphs as one: counts add up. */
export function mergeGraphs(a: Graph, b: Graph): Graph {
  return {
    nodes: mergeLists(
      a.nodes,
      b.nodes,
      ({ id }) => id,
      (x, y) => ({ ...x, entered: x.entered + y.entered }),
    ),
    edges: mergeLists(
      a.edges,
      b.edges,
      ({ from, to }) => `${from} ${to}`,
      (x, y) => ({ ...x, calls: x.calls + y.calls, indirect: x.indirect + y.indirect }),
    ),
  };
}
