/** Merging of coverage: what several runs executed together. */

import { mergeLists, mergeModules } from '../merging.ts';
import {
  type CoverageResult,
  type FunctionCoverage,
  isCalled,
  type ModuleCoverage,
  type PcRun,
  totalsOf,
} from './data.ts';

/** What was executed in one of two runs counts as executed; functions that only one of them was about are kept. */
export function mergeCoverage(a: CoverageResult, b: CoverageResult): CoverageResult {
  return mergeModules<ModuleCoverage, CoverageResult>(a, b, (x, y) => {
    const functions = mergeLists(x.functions, y.functions, ({ index }) => index, mergeFunctions);
    return { totals: totalsOf(functions), functions };
  });
}

function mergeFunctions(f: FunctionCoverage, g: FunctionCoverage): FunctionCoverage {
  if (!isCalled(f)) return g;
  if (!isCalled(g)) return f;
  const uncovered = intersection(f.uncovered, g.uncovered);
  const missed = uncovered.reduce((sum, [, , first, last]) => sum + last - first + 1, 0);
  const blocks = new Set(g.uncoveredBlocks);
  const uncoveredBlocks = f.uncoveredBlocks.filter((block) => blocks.has(block));
  const ways = new Set(g.untaken.map(String));
  const untaken = f.untaken.filter((way) => ways.has(String(way)));
  const without = (all: number, less: number) => ({ covered: all - less, all });
  return {
    ...f,
    instructions: without(f.instructions.all, missed),
    blocks: without(f.blocks.all, uncoveredBlocks.length),
    branches: without(f.branches.all, untaken.length),
    uncovered,
    uncoveredBlocks,
    untaken,
  };
}

/** What lies in a run of both. Runs consist of whole instructions, so that pcs and places can be compared alike. */
function intersection(a: readonly PcRun[], b: readonly PcRun[]): PcRun[] {
  const common: PcRun[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i] as PcRun, b[j] as PcRun];
    const [first, last] = [Math.max(x[2], y[2]), Math.min(x[3], y[3])];
    if (first <= last) common.push([Math.max(x[0], y[0]), Math.min(x[1], y[1]), first, last]);
    if (x[3] < y[3]) i++;
    else j++;
  }
  return common;
}
