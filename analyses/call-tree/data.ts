/** The result of the call tree: the calling contexts of a program. */

import { mergeLists } from '../merging.ts';
import type { ModuleIdentity } from '../result.ts';

export interface TreeFunction {
  /** Place of its module in `modules`; of a host function that of the module which imports it. */
  readonly module: number;
  /** Index in the function index space; -1 for a host function that the calling module does not import. */
  readonly index: number;
  readonly name: string;
  readonly isHost: boolean;
}

/** A function in the context of its callers. */
export interface TreeNode {
  /** Place of the caller in `nodes`; -1 for what the host called. */
  readonly parent: number;
  /** Place in `functions`. */
  readonly function: number;
  /** Activations that began. */
  readonly calls: number;
  /** Calls below, too deep or too many to be nodes of their own, which count here. */
  readonly folded: number;
  /** Executed instructions, without those of nodes below; undefined where they were not counted. */
  readonly instructions?: number;
  /** Time, without that of nodes below; undefined where it was not measured. */
  readonly selfMs?: number;
}

export interface CallTreeResult {
  readonly analysis: string;
  readonly version: number;
  readonly modules: readonly ModuleIdentity[];
  readonly functions: readonly TreeFunction[];
  /** Callers stand before what they call. */
  readonly nodes: readonly TreeNode[];
}

/** A node with all that is below it. */
export interface NestedNode extends TreeNode {
  readonly nestedInstructions: number;
  readonly nestedMs: number;
  readonly depth: number;
  readonly children: readonly number[];
}

/** Sums from the leaves up, without recursion: stacks of programs are deeper than ours. */
export function nestedNodes(nodes: readonly TreeNode[]): NestedNode[] {
  const nested = nodes.map((node) => ({
    ...node,
    nestedInstructions: node.instructions ?? 0,
    nestedMs: node.selfMs ?? 0,
    depth: 0,
    children: [] as number[],
  }));
  for (const [i, node] of nested.entries()) {
    const parent = nested[node.parent];
    if (parent === undefined) continue;
    node.depth = parent.depth + 1;
    parent.children.push(i);
  }
  for (const node of nested.toReversed()) {
    const parent = nested[node.parent];
    if (parent === undefined) continue;
    parent.nestedInstructions += node.nestedInstructions;
    parent.nestedMs += node.nestedMs;
  }
  return nested;
}

const WIDTH = 12;

function moduleKey({ name, sha256 }: ModuleIdentity): string {
  return `${name ?? ''}\n${sha256}`;
}

function functionKey({ modules }: CallTreeResult, { module, index, name, isHost }: TreeFunction): string {
  return `${moduleKey(modules[module] as ModuleIdentity)}\n${String(index + 1).padStart(WIDTH, '0')} ${isHost} ${name}`;
}

interface MergedNode {
  readonly node: TreeNode;
  readonly key: string;
  readonly children: Map<string, MergedNode>;
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : a + b;
}

function addNodes(a: TreeNode, b: TreeNode): TreeNode {
  const instructions = sum(a.instructions, b.instructions);
  const selfMs = sum(a.selfMs, b.selfMs);
  return {
    ...a,
    calls: a.calls + b.calls,
    folded: a.folded + b.folded,
    ...(instructions === undefined ? {} : { instructions }),
    ...(selfMs === undefined ? {} : { selfMs }),
  };
}

/** Adds the nodes of a result to a tree by their paths. */
function graft(roots: Map<string, MergedNode>, result: CallTreeResult): void {
  const merged: MergedNode[] = [];
  for (const node of result.nodes) {
    const key = functionKey(result, result.functions[node.function] as TreeFunction);
    const siblings = merged[node.parent]?.children ?? roots;
    const known = siblings.get(key);
    const here: MergedNode =
      known === undefined
        ? { node, key, children: new Map() }
        : { node: addNodes(known.node, node), key, children: known.children };
    siblings.set(key, here);
    merged.push(here);
  }
}

function sorted(nodes: ReadonlyMap<string, MergedNode>): MergedNode[] {
  return [...nodes.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Contexts that both results have are one; counts and times add up. */
export function mergeCallTrees(a: CallTreeResult, b: CallTreeResult): CallTreeResult {
  const modules = mergeLists(a.modules, b.modules, moduleKey, (x) => x);
  const places = new Map(modules.map((module, i) => [moduleKey(module), i]));
  const all = [a, b].flatMap((result) =>
    result.functions.map((f) => ({
      key: functionKey(result, f),
      f: { ...f, module: places.get(moduleKey(result.modules[f.module] as ModuleIdentity)) as number },
    })),
  );
  const functions = mergeLists(
    all,
    [],
    ({ key }) => key,
    (x) => x,
  );
  const functionPlaces = new Map(functions.map(({ key }, i) => [key, i]));
  const roots = new Map<string, MergedNode>();
  graft(roots, a);
  graft(roots, b);
  const nodes: TreeNode[] = [];
  const pending = sorted(roots)
    .map((merged) => ({ merged, parent: -1 }))
    .toReversed();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { merged, parent } = next;
    const place = nodes.length;
    nodes.push({ ...merged.node, parent, function: functionPlaces.get(merged.key) as number });
    for (const child of sorted(merged.children).toReversed()) pending.push({ merged: child, parent: place });
  }
  return { ...a, modules, functions: functions.map(({ f }) => f), nodes };
}
