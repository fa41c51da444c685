/** What people and tools get to see of branches. */

import { wayName } from '../counting/way-counts.ts';
import { heatOf } from '../report/heat.ts';
import type {
  Annotation,
  Arrow,
  Cell,
  Column,
  FunctionAnnotation,
  Mark,
  Section,
  Table,
} from '../report/presentation.ts';
import { countText } from '../report/values.ts';
import { type BranchCount, executions, type FunctionBranches, type ModuleBranches } from './data.ts';

interface PlacedBranch extends BranchCount {
  readonly func: FunctionBranches;
}

export function branchSection(module: ModuleBranches, top: number): Section {
  const all = module.functions.flatMap((func) => func.branches.map((branch): PlacedBranch => ({ func, ...branch })));
  const executed = all.filter((branch) => executions(branch) > 0).sort((a, b) => executions(b) - executions(a));
  const oneSided = executed.filter(({ counts }) => counts.some((count) => count === 0));
  return {
    module,
    figures: [
      { label: 'decisions', value: executed.reduce((sum, branch) => sum + executions(branch), 0), kind: 'exact' },
      { label: 'places', value: executed.length, kind: 'exact' },
      { label: 'where not all ways were gone', value: oneSided.length, kind: 'exact' },
      { label: 'never reached, in functions that were entered', value: all.length - executed.length, kind: 'exact' },
    ],
    tables: [busiestTable(executed, top), oneSidedTable(oneSided, top), wayTable(all)],
  };
}

const placeColumns: readonly Column[] = [
  { key: 'function', kind: 'text' },
  { key: 'index', title: 'func', kind: 'exact' },
  { key: 'pc', kind: 'exact' },
  { key: 'instruction', kind: 'text' },
];

function place({ func, pc, mnemonic }: PlacedBranch): Cell[] {
  return [func.name, func.index, pc, mnemonic];
}

function busiestTable(executed: readonly PlacedBranch[], top: number): Table {
  return {
    id: 'branches',
    title: 'Decisions made most often',
    columns: [
      ...placeColumns,
      { key: 'count', kind: 'count' },
      { key: 'bias', title: 'most frequent way', kind: 'share' },
      { key: 'ways', kind: 'text', isKey: false },
    ],
    rows: executed.map((branch) => {
      const all = executions(branch);
      return [...place(branch), all, Math.max(...branch.counts) / all, waysText(branch)];
    }),
    top,
  };
}

/** Ways of a `br_table` that are named in text; CSV has all. */
const MOST_WAYS = 4;

/** `true 12.3k, false 4`, the most frequent ways first. */
function waysText({ mnemonic, counts }: BranchCount): string {
  const ways = counts
    .map((count, way) => ({ count, name: wayName(mnemonic, way, counts.length) }))
    .sort((a, b) => b.count - a.count);
  const named = ways.slice(0, MOST_WAYS).map(({ count, name }) => `${name} ${countText(count)}`);
  return [...named, ...(ways.length > MOST_WAYS ? [`${ways.length - MOST_WAYS} more`] : [])].join(', ');
}

function oneSidedTable(oneSided: readonly PlacedBranch[], top: number): Table {
  return {
    id: 'one-sided',
    title: 'Ways never gone',
    columns: [...placeColumns, { key: 'count', kind: 'count' }, { key: 'never', kind: 'text', isKey: false }],
    rows: oneSided.map((branch) => [...place(branch), executions(branch), neverText(branch)]),
    top,
  };
}

function neverText({ mnemonic, counts }: BranchCount): string {
  const names = [...counts.keys()]
    .filter((way) => counts[way] === 0)
    .map((way) => wayName(mnemonic, way, counts.length));
  const shown = names.slice(0, MOST_WAYS);
  return [...shown, ...(names.length > MOST_WAYS ? [`${names.length - MOST_WAYS} more`] : [])].join(', ');
}

/** A row for each way of each branch. */
function wayTable(all: readonly PlacedBranch[]): Table {
  return {
    id: 'ways',
    title: 'Ways',
    isForTools: true,
    columns: [
      ...placeColumns,
      { key: 'way', kind: 'text' },
      { key: 'target', kind: 'exact' },
      { key: 'count', kind: 'count' },
    ],
    rows: all.flatMap((branch) =>
      branch.counts.map((count, way) => [
        ...place(branch),
        wayName(branch.mnemonic, way, branch.counts.length),
        branch.targets[way],
        count,
      ]),
    ),
  };
}

export function branchAnnotation({ functions }: ModuleBranches): Annotation {
  const greatest = functions.reduce((max, f) => f.branches.reduce((m, b) => Math.max(m, executions(b)), max), 0);
  return {
    columns: [
      { key: 'count', kind: 'count' },
      { key: 'bias', title: 'bias', kind: 'share' },
    ],
    weightTitle: 'decisions',
    weightKind: 'count',
    others: 'never entered',
    legend: ['count: decisions; bias: share of the most frequent way; behind a branch, where control went how often'],
    functions: new Map(functions.map((func) => [func.index, functionAnnotation(func, greatest)])),
  };
}

function functionAnnotation({ branches }: FunctionBranches, greatest: number): FunctionAnnotation {
  return {
    weight: branches.reduce((sum, branch) => sum + executions(branch), 0),
    marks: new Map(branches.map((branch) => [branch.pc, markOf(branch, greatest)])),
    arrows: branches.flatMap(arrowsOf),
  };
}

function markOf(branch: BranchCount, greatest: number): Mark {
  const count = executions(branch);
  if (count === 0) return { cells: [0], status: 'miss', note: 'never reached' };
  const cells = [count, Math.max(...branch.counts) / count];
  const never = neverText(branch);
  if (never === '') return { cells, heat: heatOf(count, greatest) };
  return { cells, heat: heatOf(count, greatest), status: 'part', note: `never ${never}` };
}

/** One for each target that control went to: several places of a `br_table` may lead to one. */
function arrowsOf({ pc, counts, targets }: BranchCount): Arrow[] {
  const byTarget = new Map<number, number>();
  for (const [way, target] of targets.entries()) {
    byTarget.set(target, (byTarget.get(target) ?? 0) + (counts[way] as number));
  }
  return [...byTarget].filter(([, count]) => count > 0).map(([to, count]) => ({ from: pc, to, count }));
}
