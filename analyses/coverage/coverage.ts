/**
 * Coverage: which functions, blocks, instructions and ways of branches were executed at least once.
 *
 * Every function has a probe at its entry that fires once; only then its instructions get one-shot probes.
 * What never runs costs nothing, and what has run once costs nothing any more; a branch that only ever went one way costs a
 * test of its condition.
 */

import { functionInstructions, type Module, type ModuleInstance } from '../../engine/index.ts';
import { type Attachment, Insertions, insertOneShots } from '../../probes/index.ts';
import type { Analysis } from '../analysis.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { chosenFunctions, type FunctionChoice } from '../function-choice.ts';
import { PerModule } from '../per-module.ts';
import { branchWays, watchWays } from './branches.ts';
import { COVERAGE_VERSION, type CoverageResult, type CoverageTotals, type FunctionCoverage, totalsOf } from './data.ts';
import { type Executed, functionCoverage } from './function-coverage.ts';

interface ModuleState {
  /** Indices of the chosen functions. */
  readonly functions: readonly number[];
  /** By index: those that were entered. */
  readonly executed: Map<number, Executed>;
}

const ALL: FunctionChoice = { only: [], except: [] };

export class Coverage implements Analysis<CoverageResult> {
  private readonly modules: PerModule<ModuleState>;
  private attached: Attachment[] = [];

  /** Of the functions that are chosen, all by default. */
  constructor(choice: FunctionChoice = ALL) {
    this.modules = new PerModule((module) => ({ functions: chosenFunctions(module, choice), executed: new Map() }));
  }

  attach(instance: ModuleInstance): void {
    const { functions, executed } = this.modules.add(instance);
    this.attached.push(
      whenEntered(instance, { functions, name: 'coverage' }, (func) => watchFunction(instance, func, executed)),
    );
  }

  detach(): void {
    for (const probes of this.attached) probes.detach();
    this.attached = [];
  }

  result(): CoverageResult {
    return { analysis: 'coverage', version: COVERAGE_VERSION, modules: this.modules.results(moduleCoverage) };
  }
}

function watchFunction(instance: ModuleInstance, func: number, executed: Map<number, Executed>): Attachment {
  const known = executed.get(func) ?? newlyEntered(instance.module, func);
  executed.set(func, known);
  const { covered, code, branches } = known;
  const places = new Map<number, number>();
  code.pcs.forEach((pc, i) => {
    if (covered[i] === 0) places.set(pc, i);
  });
  const reached = (pc: number): void => {
    covered[places.get(pc) as number] = 1;
  };
  const insertions = new Insertions();
  insertions.add(insertOneShots(instance, { func, pcs: places.keys(), name: 'coverage' }, reached));
  insertions.add(watchWays(instance, branches));
  return insertions;
}

function newlyEntered(module: Module, func: number): Executed {
  const code = functionInstructions(module, func);
  return { code, covered: new Uint8Array(code.pcs.length), branches: branchWays(module, func) };
}

function moduleCoverage(
  { functions, executed }: ModuleState,
  module: Module,
): { totals: CoverageTotals; functions: FunctionCoverage[] } {
  const covered = functions.map((index) => functionCoverage(module, index, executed.get(index)));
  return { totals: totalsOf(covered), functions: covered };
}
