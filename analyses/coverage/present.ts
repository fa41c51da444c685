/** What tools get to see of coverage: tables for CSV, and marks on the disassembly. */

import { functionInstructions, type InstrName, type Module } from '../../engine/index.ts';
import type { Annotation, FunctionAnnotation, Mark, Section } from '../report/presentation.ts';
import { branchWays } from './branches.ts';
import {
  coveredFlags,
  type CoverageResult,
  type FunctionCoverage,
  isCalled,
  type ModuleCoverage,
  type Share,
} from './data.ts';

function rate({ covered, all }: Share): number | undefined {
  return all === 0 ? undefined : covered / all;
}

/** A row for each function, by index. */
export function coverageSections({ modules }: CoverageResult): Section[] {
  return modules.map((module) => ({
    module,
    tables: [
      {
        id: 'functions',
        title: 'Functions',
        columns: [
          { key: 'function', kind: 'text' },
          { key: 'index', kind: 'exact' },
          ...(['instructions', 'blocks', 'branches'] as const).flatMap((what) => [
            { key: `${what}_covered`, title: what, kind: 'count' as const },
            { key: what, title: 'of', kind: 'count' as const },
            { key: `${what}_share`, title: '%', kind: 'share' as const },
          ]),
        ],
        rows: module.functions.map(({ name, index, instructions, blocks, branches }) => [
          name,
          index,
          ...[instructions, blocks, branches].flatMap((share) => [share.covered, share.all, rate(share)]),
        ]),
      },
    ],
  }));
}

/** Without `hasUncalled`, functions that were never called have no marks. */
export function coverageAnnotation({ functions }: ModuleCoverage, module: Module, hasUncalled: boolean): Annotation {
  const shown = functions.filter((func) => isCalled(func) || hasUncalled);
  return {
    columns: [],
    weightTitle: 'instructions not executed',
    weightKind: 'count',
    others: 'never called',
    functions: new Map(shown.map((func) => [func.index, functionAnnotation(func, module)])),
    legend: [
      '+ executed, - not executed, ~ a branch that did not go all ways; pc in the function, offset in the module',
    ],
  };
}

function functionAnnotation(func: FunctionCoverage, module: Module): FunctionAnnotation {
  const { pcs } = functionInstructions(module, func.index);
  const covered = coveredFlags(pcs.length, func.uncovered);
  const marks = new Map<number, Mark>();
  for (const [i, pc] of pcs.entries()) marks.set(pc, { status: covered[i] === 1 ? 'hit' : 'miss' });
  const untaken = new Set(func.untaken.map(String));
  for (const { location, gone } of branchWays(module, func.index)) {
    const { pc, instruction } = location;
    const missing = [...gone.keys()].filter((way) => untaken.has(`${pc},${way}`));
    // A branch that was never reached says so already.
    if (missing.length === 0 || marks.get(pc)?.status === 'miss') continue;
    marks.set(pc, { status: 'part', note: wayNote(instruction.name, missing, gone.length) });
  }
  return { weight: func.instructions.all - func.instructions.covered, marks };
}

function wayNote(branch: InstrName, missing: readonly number[], ways: number): string {
  if (branch === 'br_table') {
    return `never ${missing.map((way) => (way === ways - 1 ? 'default' : way)).join(', ')}`;
  }
  if (missing[0] === 1) return branch === 'if' ? 'never true' : 'never taken';
  return branch === 'if' ? 'never false' : 'always taken';
}
