/** The result of the analysis of paths through loops. */

import { MergeError, mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';
import type { Ending, Limits } from './paths.ts';

/** A branch in paths, or a `loop` inside of the loop. */
export interface TraceBranch {
  readonly pc: number;
  readonly instruction: string;
  /** Where control can go on, and what that is called: `taken`, `true`, `0, 2, default`. */
  readonly ways: readonly { readonly to: number; readonly name: string }[];
}

/** A path of iterations: what was decided, from the beginning of the body to the end of the iteration. */
export interface LoopPath {
  /** From the branch at `pc` control went to `to`. A `loop` that is entered goes to itself; its own steps are in its own paths. */
  readonly steps: readonly (readonly [pc: number, to: number])[];
  /** How the iteration ended: by going `back`, at the `end` of the loop, by a branch `out`, with the activation, or not yet (`running`). */
  readonly ending: Ending;
  /** Iterations. */
  readonly count: number;
}

/** A path, so many times in a row; or a group of items. */
export type SequenceItem =
  | {
      /** Place in `paths`; -1 for one that was not kept. */
      readonly path: number;
      readonly times: number;
    }
  | { readonly items: readonly SequenceItem[]; readonly times: number };

/** The paths of executions, in order. */
export interface LoopSequence {
  readonly items: readonly SequenceItem[];
  /** Were there iterations behind these, which were not kept? */
  readonly isCut: boolean;
  /** Executions with this sequence; of those that were cut, which began with it. */
  readonly entries: number;
  /** Iterations of them that were not kept. */
  readonly cut: number;
}

/** What was not kept. */
export interface Truncated {
  /** Iterations on other paths than those in `paths`. */
  readonly iterations: number;
  /** Executions with other sequences than those in `sequences`. */
  readonly entries: number;
}

export interface LoopTrace {
  /** pc of the `loop`. */
  readonly pc: number;
  /** pc of its `end`. */
  readonly end: number;
  /** Loops around it in the function. */
  readonly depth: number;
  /** Executions: how often control came to it from before. */
  readonly entries: number;
  /** Entries, and branches back: as many as all paths together, and `truncated.iterations`. */
  readonly iterations: number;
  /** What the steps of the paths are, by pc. */
  readonly branches: readonly TraceBranch[];
  /** The most frequent first. */
  readonly paths: readonly LoopPath[];
  /** The most frequent first. */
  readonly sequences: readonly LoopSequence[];
  readonly truncated: Truncated;
}

export interface FunctionLoopTraces {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** Those that were entered, in the order of the code. */
  readonly loops: readonly LoopTrace[];
}

export interface ModuleLoopTraces extends ModuleResult {
  /** The chosen functions with loops that were entered, by index. */
  readonly functions: readonly FunctionLoopTraces[];
}

export interface LoopTracesResult extends AnalysisResult<ModuleLoopTraces> {
  readonly limits: Limits;
}

/** The same text for the same paths, and no others. */
function pathKey({ steps, ending }: Pick<LoopPath, 'steps' | 'ending'>): string {
  return `${steps.map(([pc, to]) => `${pc}>${to}`).join(' ')} ${ending}`;
}

function renumbered(items: readonly SequenceItem[], numbers: readonly number[]): SequenceItem[] {
  return items.map((item) =>
    'items' in item
      ? { items: renumbered(item.items, numbers), times: item.times }
      : { path: item.path < 0 ? -1 : (numbers[item.path] as number), times: item.times },
  );
}

export function itemsText(items: readonly SequenceItem[], nameOf: (path: number) => string): string {
  return items
    .map((item) => {
      const name = 'items' in item ? `(${itemsText(item.items, nameOf)})` : nameOf(item.path);
      return item.times === 1 ? name : `${name}x${item.times}`;
    })
    .join(' ');
}

function sequenceKey({ items, isCut }: LoopSequence): string {
  return `${itemsText(items, String)}${isCut ? ' ...' : ''}`;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** In the order of the result, which depends on what there is only; sequences follow their paths. */
export function inOrder(
  paths: readonly LoopPath[],
  sequences: readonly LoopSequence[],
): Pick<LoopTrace, 'paths' | 'sequences'> {
  const places = paths
    .map((path, place) => ({ path, place, key: pathKey(path) }))
    .sort((a, b) => b.path.count - a.path.count || compareTexts(a.key, b.key));
  const numbers: number[] = [];
  for (const [number, { place }] of places.entries()) numbers[place] = number;
  const ordered = sequences
    .map((sequence) => ({ ...sequence, items: renumbered(sequence.items, numbers) }))
    .map((sequence) => ({ sequence, key: sequenceKey(sequence) }))
    .sort((a, b) => b.sequence.entries - a.sequence.entries || compareTexts(a.key, b.key));
  return { paths: places.map(({ path }) => path), sequences: ordered.map(({ sequence }) => sequence) };
}

/** Counts of the same paths and of the same sequences add up. */
export function mergeLoopTraces(a: LoopTracesResult, b: LoopTracesResult): LoopTracesResult {
  if (Object.entries(a.limits).some(([name, limit]) => b.limits[name as keyof Limits] !== limit)) {
    throw new MergeError('the options paths, sequences and length were not the same');
  }
  return mergeModules<ModuleLoopTraces, LoopTracesResult>(a, b, (x, y) => ({
    functions: mergeLists(
      x.functions,
      y.functions,
      ({ index }) => index,
      (f, g) => ({ ...f, loops: mergeLists(f.loops, g.loops, ({ pc }) => pc, mergeLoop) }),
    ),
  }));
}

function mergeLoop(a: LoopTrace, b: LoopTrace): LoopTrace {
  const paths = mergeLists(a.paths, b.paths, pathKey, (p, q) => ({ ...p, count: p.count + q.count }));
  const places = new Map(paths.map((path, place) => [pathKey(path), place]));
  const moved = ({ paths: own, sequences }: LoopTrace): LoopSequence[] => {
    const numbers = own.map((path) => places.get(pathKey(path)) as number);
    return sequences.map((sequence) => ({ ...sequence, items: renumbered(sequence.items, numbers) }));
  };
  const sequences = mergeLists(moved(a), moved(b), sequenceKey, (s, t) => ({
    ...s,
    entries: s.entries + t.entries,
    cut: s.cut + t.cut,
  }));
  return {
    ...a,
    entries: a.entries + b.entries,
    iterations: a.iterations + b.iterations,
    branches: mergeLists(
      a.branches,
      b.branches,
      ({ pc }) => pc,
      (branch) => branch,
    ),
    ...inOrder(paths, sequences),
    truncated: {
      iterations: a.truncated.iterations + b.truncated.iterations,
      entries: a.truncated.entries + b.truncated.entries,
    },
  };
}
