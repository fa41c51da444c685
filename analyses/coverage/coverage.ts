/**
 * Coverage: which functions, blocks and instructions were executed at least once.
 *
 * Every function has a probe at its entry that fires once; only then its instructions get one-shot probes.
 * What never runs costs nothing, and what has run once costs nothing any more.
 */

import {
  ENTRY_PC,
  type FunctionInstructions,
  functionInstructions,
  type Module,
  type ModuleInstance,
  readNames,
  runningFunctions,
} from '../../engine/index.ts';
import { type Attachment, insertOneShots } from '../../probes/index.ts';
import type { Analysis } from '../analysis.ts';
import { type CoverageResult, type ModuleCoverage, totalsOf } from './data.ts';
import { functionCoverage } from './function-coverage.ts';

/** What is known of one function of a module. */
interface FunctionState {
  /** 1 for each instruction that was executed; undefined while the function was never entered. */
  covered: Uint8Array | undefined;
  code: FunctionInstructions | undefined;
}

interface ModuleState {
  readonly functions: FunctionState[];
  instances: number;
}

export class Coverage implements Analysis<CoverageResult> {
  private readonly modules = new Map<Module, ModuleState>();
  private attached: Attachment[] = [];

  attach(instance: ModuleInstance): void {
    const state = this.stateOf(instance.module);
    state.instances++;
    const running = runningFunctions(instance);
    state.functions.forEach((func, i) => {
      const index = instance.module.importCounts.function + i;
      // An activation that is on its way has passed its entry.
      if (running.has(index)) this.watchInstructions(instance, index, func);
      else this.watchEntry(instance, index, func);
    });
  }

  detach(): void {
    for (const probes of this.attached) probes.detach();
    this.attached = [];
  }

  private stateOf(module: Module): ModuleState {
    let state = this.modules.get(module);
    if (state === undefined) {
      state = { functions: module.bodies.map(() => ({ covered: undefined, code: undefined })), instances: 0 };
      this.modules.set(module, state);
    }
    return state;
  }

  private watchEntry(instance: ModuleInstance, index: number, func: FunctionState): void {
    const enter = (): void => this.watchInstructions(instance, index, func);
    this.attached.push(insertOneShots(instance, { func: index, pcs: [ENTRY_PC], name: 'coverage' }, enter));
  }

  private watchInstructions(instance: ModuleInstance, index: number, func: FunctionState): void {
    func.code ??= functionInstructions(instance.module, index);
    func.covered ??= new Uint8Array(func.code.pcs.length);
    const { covered, code } = func;
    const places = new Map<number, number>();
    code.pcs.forEach((pc, i) => {
      if (covered[i] === 0) places.set(pc, i);
    });
    const reached = (pc: number): void => {
      covered[places.get(pc) as number] = 1;
    };
    this.attached.push(insertOneShots(instance, { func: index, pcs: places.keys(), name: 'coverage' }, reached));
  }

  result(): CoverageResult {
    const modules = [...this.modules].map(([module, state]) => moduleCoverage(module, state));
    return { analysis: 'coverage', version: 1, modules };
  }
}

function moduleCoverage(module: Module, state: ModuleState): ModuleCoverage {
  const first = module.importCounts.function;
  const functions = state.functions.map(({ code, covered }, i) => functionCoverage(module, first + i, covered, code));
  return {
    name: readNames(module).module,
    size: module.bytes.length,
    instances: state.instances,
    totals: totalsOf(functions),
    functions,
  };
}
