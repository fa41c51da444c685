/** What is kept of a loop: the different paths of its iterations, as a tree of steps, and the sequences of paths of its executions. */

import { Fold, type Item, itemsKey } from './fold.ts';
import type { PlannedLoop, Step } from './plan.ts';

/** How an iteration ends; `running`: it has not yet. */
export const endings = ['back', 'end', 'out', 'return', 'tail-call', 'throw', 'trap', 'host-error', 'running'] as const;
export type Ending = (typeof endings)[number];

export interface Limits {
  /** Different paths that are kept of a loop. */
  readonly paths: number;
  /** Different sequences that are kept of a loop. */
  readonly sequences: number;
  /** Items of a sequence that are kept. */
  readonly length: number;
}

/** Steps from the beginning of an iteration. */
export class PathNode {
  readonly step: Step | undefined;
  readonly parent: PathNode | undefined;
  private children: Map<Step, PathNode> | undefined;
  /** The child that was asked for last: nearly always the next one as well. */
  private lastStep: Step | undefined;
  private lastChild: PathNode | undefined;
  private readonly paths = new Map<Ending, PathCount>();

  constructor(step?: Step, parent?: PathNode) {
    this.step = step;
    this.parent = parent;
  }

  child(step: Step): PathNode | undefined {
    if (this.lastStep === step) return this.lastChild;
    const child = this.children?.get(step);
    if (child !== undefined) this.remember(step, child);
    return child;
  }

  addChild(step: Step): PathNode {
    const child = new PathNode(step, this);
    this.children ??= new Map();
    this.children.set(step, child);
    this.remember(step, child);
    return child;
  }

  private remember(step: Step, child: PathNode): void {
    this.lastStep = step;
    this.lastChild = child;
  }

  path(ending: Ending): PathCount | undefined {
    return this.paths.get(ending);
  }

  setPath(path: PathCount): void {
    this.paths.set(path.ending, path);
  }

  /** From the first to this one. */
  steps(): Step[] {
    const steps: Step[] = [];
    for (let node: PathNode | undefined = this; node?.step !== undefined; node = node.parent) steps.push(node.step);
    return steps.reverse();
  }
}

export interface PathCount {
  /** Place in the list of its loop. */
  readonly number: number;
  readonly node: PathNode;
  readonly ending: Ending;
  count: number;
}

/** Executions with the same sequence of paths. */
export interface SequenceCount {
  readonly items: readonly Item[];
  /** Are there paths behind those that are kept? */
  readonly isCut: boolean;
  entries: number;
  /** Iterations behind those that are kept, of all these executions. */
  dropped: number;
}

/** The number that stands in sequences for all paths that are not kept. */
export const OTHER_PATH = -2;

/** An execution of a loop that is on its way. */
export class Execution {
  readonly loop: LoopState;
  readonly fold: Fold;
  node: PathNode;

  constructor(loop: LoopState) {
    this.loop = loop;
    this.fold = new Fold(loop.limits.length);
    this.node = loop.root;
  }
}

/** Steps of paths that are kept may be so many in all. */
const STEPS_PER_PATH = 100;

export class LoopState {
  readonly plan: PlannedLoop;
  readonly limits: Limits;
  readonly root = new PathNode();
  readonly paths: PathCount[] = [];
  readonly sequences = new Map<string, SequenceCount>();
  entries = 0;
  iterations = 0;
  /** Iterations on paths that are not kept, and executions with sequences that are not. */
  otherIterations = 0;
  otherEntries = 0;
  private nodes = 0;
  /** Stands for all nodes that are not kept. */
  private readonly elsewhere = new PathNode();
  /** Of executions with one item in their sequence, by path and times. */
  private readonly short = new Map<number, Map<number, SequenceCount>>();

  constructor(plan: PlannedLoop, limits: Limits) {
    this.plan = plan;
    this.limits = limits;
  }

  enter(): Execution {
    this.entries++;
    this.iterations++;
    return new Execution(this);
  }

  /** Is the path kept that led to the node? */
  isKept(node: PathNode): boolean {
    return node !== this.elsewhere;
  }

  /** The path of an execution goes on. */
  go(execution: Execution, step: Step): void {
    const { node } = execution;
    execution.node = node === this.elsewhere ? node : (node.child(step) ?? this.newNode(node, step));
  }

  private newNode(node: PathNode, step: Step): PathNode {
    const { paths } = this.limits;
    if (this.paths.length >= paths || this.nodes >= paths * STEPS_PER_PATH) return this.elsewhere;
    this.nodes++;
    return node.addChild(step);
  }

  /** An iteration ends, and another one begins. */
  iterate(execution: Execution): void {
    this.endPath(execution, 'back');
    execution.node = this.root;
    this.iterations++;
  }

  /** An iteration ends, and the execution with it. */
  leave(execution: Execution, ending: Ending): void {
    this.endPath(execution, ending);
    const { fold } = execution;
    fold.finish();
    this.addSequence(fold);
  }

  private endPath({ node, fold }: Execution, ending: Ending): void {
    const path = node.path(ending) ?? this.newPath(node, ending);
    if (path === undefined) {
      this.otherIterations++;
      fold.add(OTHER_PATH);
      return;
    }
    path.count++;
    fold.add(path.number);
  }

  private newPath(node: PathNode, ending: Ending): PathCount | undefined {
    if (node === this.elsewhere || this.paths.length >= this.limits.paths) return undefined;
    const path = { number: this.paths.length, node, ending, count: 0 };
    this.paths.push(path);
    node.setPath(path);
    return path;
  }

  private addSequence({ items, dropped }: Fold): void {
    const [first] = items;
    const isShort = items.length === 1 && first?.body === undefined && dropped === 0;
    const known = isShort
      ? this.short.get(first?.path as number)?.get(first?.times as number)
      : this.sequences.get(sequenceKey(items, dropped > 0));
    if (known !== undefined) {
      known.entries++;
      known.dropped += dropped;
      return;
    }
    if (this.sequences.size >= this.limits.sequences) {
      this.otherEntries++;
      return;
    }
    const sequence = { items, isCut: dropped > 0, entries: 1, dropped };
    this.sequences.set(sequenceKey(items, dropped > 0), sequence);
    if (!isShort || first === undefined) return;
    const byTimes = this.short.get(first.path) ?? new Map<number, SequenceCount>();
    this.short.set(first.path, byTimes.set(first.times, sequence));
  }
}

/** The same text for the same sequences, and no others. */
export function sequenceKey(items: readonly Item[], isCut: boolean): string {
  return `${itemsKey(items)}${isCut ? ' ...' : ''}`;
}
