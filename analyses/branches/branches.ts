/** Branches: which ways control went at every instruction that decides by an operand. */

import {
  functionLocations,
  functionName,
  type Location,
  type Module,
  type ModuleInstance,
} from '../../engine/index.ts';
import { type Attachment, Insertions, structureOf } from '../../probes/index.ts';
import { decidingOps, type WayCounter, wayCounter, wayTargets } from '../counting/way-counts.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { defineProbe } from '../define.ts';
import { chosenFunctions, type FunctionChoice, functionOptions } from '../function-choice.ts';
import { PerModule } from '../per-module.ts';
import { type BranchesResult, type FunctionBranches, type ModuleBranches, mergeBranches } from './data.ts';
import { branchAnnotation, branchSection } from './present.ts';

interface CountedBranch {
  readonly location: Location;
  readonly counter: WayCounter;
}

class BranchCounters {
  private readonly functions: readonly number[];
  private readonly counted = new Map<number, readonly CountedBranch[]>();

  constructor(module: Module, choice: FunctionChoice) {
    this.functions = chosenFunctions(module, choice);
  }

  attach(instance: ModuleInstance): Attachment {
    return whenEntered(instance, { functions: this.functions, name: 'branches' }, (func) => {
      const branches = this.counted.get(func) ?? countedBranches(instance.module, func);
      this.counted.set(func, branches);
      const insertions = new Insertions();
      for (const { location, counter } of branches) insertions.local(instance, func, location.pc, counter.probe);
      return insertions;
    });
  }

  result(module: Module): FunctionBranches[] {
    return [...this.counted]
      .sort(([f], [g]) => f - g)
      .map(([index, branches]) => {
        const structure = structureOf(module, index);
        const counts = branches.map(({ location, counter }) => ({
          pc: location.pc,
          mnemonic: location.instruction.mnemonic,
          counts: counter.counts(),
          targets: wayTargets(structure, location),
        }));
        return { index, name: functionName(module, index), branches: counts };
      });
  }
}

function countedBranches(module: Module, func: number): CountedBranch[] {
  return functionLocations(module, func, decidingOps).map((location) => ({
    location,
    counter: wayCounter(location, 'branches'),
  }));
}

export const branches = defineProbe({
  name: 'branches',
  summary: 'which ways control went at each if, br_if, br_table, br_on_* and select',
  options: { ...functionOptions, top: { help: 'rows that the text shows', default: 20 } },
  start: ({ options }) => {
    const modules = new PerModule((module) => new BranchCounters(module, options));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): BranchesResult => ({
        analysis: 'branches',
        version: 1,
        modules: modules.results((counters, module) => ({ functions: counters.result(module) })),
      }),
    };
  },
  merge: mergeBranches,
  present: ({ modules }, { top }) => modules.map((module) => branchSection(module, top)),
  annotate: ({ modules }, index) => branchAnnotation(modules[index] as ModuleBranches),
});
