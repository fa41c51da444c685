/** Collects the calling contexts of a program while it runs. */

import type { Module, ModuleInstance } from '../../engine/index.ts';
import { type Attachment, SharedTotal } from '../../probes/index.ts';
import { Activations, type ActivationSink, type Callee } from '../activations/activations.ts';
import { exactMs } from '../activations/clock.ts';
import type { FunctionChoice } from '../function-choice.ts';
import { OptionError } from '../options.ts';
import { identityOf } from '../result.ts';
import type { CallTreeResult, TreeFunction, TreeNode } from './data.ts';

class ContextNode {
  readonly callee: Callee;
  readonly parent: ContextNode | undefined;
  readonly depth: number;
  calls = 0;
  folded = 0;
  instructions = 0;
  ms = 0;
  /** The callee that was called last is nearly always the one that is called next. */
  last: ContextNode | undefined;
  readonly children = new Map<Callee, ContextNode>();

  constructor(callee: Callee, parent: ContextNode | undefined) {
    this.callee = callee;
    this.parent = parent;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
  }
}

export interface CallTreeOptions {
  readonly choice: FunctionChoice;
  readonly name: string;
  readonly countsInstructions: boolean;
  readonly measuresTime: boolean;
  /** Levels of the tree; calls below count for the deepest node above. */
  readonly depth: number;
}

/** Contexts beyond this many count for their callers: a tree that fills the memory helps nobody. */
const MAX_NODES = 1_000_000;

export class CallTreeCollector implements ActivationSink {
  private readonly options: CallTreeOptions;
  private readonly activations: Activations;
  private readonly modules: Module[] = [];
  private readonly total: SharedTotal | undefined;
  private readonly roots = new Map<Callee, ContextNode>();
  private nodeCount = 0;
  private readonly stack: ContextNode[] = [];
  private seen = 0;
  private lastTime = 0;

  constructor(options: CallTreeOptions) {
    const { depth, name, choice } = options;
    if (!(Number.isInteger(depth) && depth > 0)) {
      throw new OptionError(`option "depth" of ${name} must be an integer above 0, not ${depth}`, 'depth');
    }
    this.options = options;
    this.total = options.countsInstructions ? new SharedTotal() : undefined;
    this.activations = new Activations(this, { choice, name, total: this.total });
  }

  attach(instance: ModuleInstance): Attachment {
    if (!this.modules.includes(instance.module)) this.modules.push(instance.module);
    return this.activations.attach(instance);
  }

  enter(callee: Callee): void {
    const { stack } = this;
    const current = stack[stack.length - 1];
    this.account(current);
    if (current !== undefined && current.last?.callee === callee) {
      current.last.calls++;
      stack.push(current.last);
      return;
    }
    stack.push(this.contextOf(callee, current));
  }

  private contextOf(callee: Callee, caller: ContextNode | undefined): ContextNode {
    const siblings = caller?.children ?? this.roots;
    let node = siblings.get(callee);
    if (node === undefined) {
      const isFull = this.nodeCount >= MAX_NODES || (caller?.depth ?? -1) + 1 >= this.options.depth;
      if (caller !== undefined && isFull) {
        caller.folded++;
        return caller;
      }
      node = new ContextNode(callee, caller);
      siblings.set(callee, node);
      this.nodeCount++;
    }
    if (caller !== undefined) caller.last = node;
    node.calls++;
    return node;
  }

  leave(): void {
    this.account(this.stack.pop());
  }

  /** What happened since the last event belongs to the innermost activation; time outside of the program to nobody. */
  private account(node: ContextNode | undefined): void {
    if (this.total !== undefined) {
      const { value } = this.total;
      if (node !== undefined) node.instructions += value - this.seen;
      this.seen = value;
    }
    if (!this.options.measuresTime) return;
    const now = performance.now();
    if (node !== undefined) node.ms += now - this.lastTime;
    this.lastTime = now;
  }

  result(analysis: string): CallTreeResult {
    this.account(this.stack.at(-1));
    const functions: TreeFunction[] = [];
    const places = new Map<Callee, number>();
    const nodes: TreeNode[] = [];
    const pending = [...this.roots.values()].reverse().map((node) => ({ node, parent: -1 }));
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { node, parent } = next;
      const { module, index, name, isHost } = node.callee;
      let place = places.get(node.callee);
      if (place === undefined) {
        place = functions.push({ module: this.modules.indexOf(module), index, name, isHost }) - 1;
        places.set(node.callee, place);
      }
      const at = nodes.push(this.describe(node, parent, place)) - 1;
      for (const child of [...node.children.values()].reverse()) pending.push({ node: child, parent: at });
    }
    return { analysis, version: 1, modules: this.modules.map(identityOf), functions, nodes };
  }

  private describe(node: ContextNode, parent: number, place: number): TreeNode {
    const { calls, folded, instructions, ms } = node;
    const { countsInstructions, measuresTime } = this.options;
    return {
      parent,
      function: place,
      calls,
      folded,
      ...(countsInstructions ? { instructions } : {}),
      ...(measuresTime ? { selfMs: exactMs(ms) } : {}),
    };
  }
}
