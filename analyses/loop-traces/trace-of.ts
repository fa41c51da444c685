/** From what was kept of a loop to its part of the result. */

import type { LoopSequence, LoopTrace, SequenceItem, TraceBranch } from './data.ts';
import { inOrder } from './data.ts';
import type { Item } from './fold.ts';
import { type Execution, type LoopState, OTHER_PATH, type PathNode, sequenceKey } from './paths.ts';
import type { LoopPlan, Step } from './plan.ts';

/** Paths and sequences with those of executions that are on their way. */
class Snapshot {
  readonly paths: { readonly node: PathNode; readonly ending: LoopTrace['paths'][number]['ending']; count: number }[];
  readonly sequences: Map<string, { items: readonly Item[]; isCut: boolean; entries: number; dropped: number }>;
  otherIterations: number;
  private readonly running = new Map<PathNode, number>();

  constructor({ paths, sequences, otherIterations }: LoopState) {
    this.otherIterations = otherIterations;
    this.paths = paths.map((path) => ({ ...path }));
    this.sequences = new Map([...sequences].map(([key, sequence]) => [key, { ...sequence }]));
  }

  add({ loop, node, fold }: Execution): void {
    const sequence = fold.copy();
    sequence.add(loop.isKept(node) ? this.countPath(node) : this.countOther());
    sequence.finish();
    const { items, dropped } = sequence;
    const key = sequenceKey(items, dropped > 0);
    const known = this.sequences.get(key) ?? { items, isCut: dropped > 0, entries: 0, dropped: 0 };
    this.sequences.set(key, { ...known, entries: known.entries + 1, dropped: known.dropped + dropped });
  }

  private countOther(): number {
    this.otherIterations++;
    return OTHER_PATH;
  }

  private countPath(node: PathNode): number {
    let number = this.running.get(node);
    if (number === undefined) {
      number = this.paths.length;
      this.running.set(node, number);
      this.paths.push({ node, ending: 'running', count: 0 });
    }
    (this.paths[number] as { count: number }).count++;
    return number;
  }
}

/** A loop that was entered; `running` are its executions that are on their way. */
export function traceOf(loop: LoopState, plan: LoopPlan, running: readonly Execution[]): LoopTrace {
  const snapshot = new Snapshot(loop);
  for (const execution of running) snapshot.add(execution);
  const paths = snapshot.paths.map(({ node, ending, count }) => ({ steps: node.steps(), ending, count }));
  const sequences = [...snapshot.sequences.values()].map(
    ({ items, isCut, entries, dropped }): LoopSequence => ({ items: items.map(itemOf), isCut, entries, cut: dropped }),
  );
  const { block, depth } = loop.plan;
  return {
    pc: block.start,
    end: block.end,
    depth,
    entries: loop.entries,
    iterations: loop.iterations,
    branches: branchesOf(plan, new Set(paths.flatMap(({ steps }) => steps))),
    ...inOrder(
      paths.map(({ steps, ending, count }) => ({ steps: steps.map(({ pc, to }) => [pc, to] as const), ending, count })),
      sequences,
    ),
    truncated: { iterations: snapshot.otherIterations, entries: loop.otherEntries },
  };
}

function itemOf({ path, body, times }: Item): SequenceItem {
  return body === undefined ? { path: path === OTHER_PATH ? -1 : path, times } : { items: body.map(itemOf), times };
}

/** The branches and inner loops of steps. */
function branchesOf({ loops, sites }: LoopPlan, steps: ReadonlySet<Step>): TraceBranch[] {
  const inner = loops
    .filter(({ entered }) => steps.has(entered))
    .map(({ entered: { pc, to } }) => ({ pc, instruction: 'loop', ways: [{ to, name: '' }] }));
  const branches = sites
    .filter(({ ways }) => ways.some(({ step }) => steps.has(step)))
    .map(({ location, ways }) => ({
      pc: location.pc,
      instruction: location.instruction.mnemonic,
      ways: [...new Set(ways)].map(({ step: { to }, name }) => ({ to, name })),
    }));
  return [...inner, ...branches].sort((a, b) => a.pc - b.pc);
}
