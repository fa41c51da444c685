/**
 * Coverage: which functions, blocks and instructions were executed at least once.
 *
 * Every function has a probe at its entry that fires once; only then its instructions get one-shot probes.
 * What never runs costs nothing, and what has run once costs nothing any more.
 */

import {
  ENTRY_PC,
  type FunctionInstructions,
  functionBody,
  functionInstructions,
  functionName,
  type Module,
  type ModuleInstance,
  readNames,
  runningFunctions,
} from '../engine/index.ts';
import { insertOneShots, type OneShots } from '../probes/index.ts';
import type { Analysis } from './analysis.ts';
import { blockStarts } from './blocks.ts';

/** How much of something was executed. */
export interface Share {
  readonly covered: number;
  readonly all: number;
}

export interface FunctionCoverage {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** Offset of the function's body in the module: what pcs count from. */
  readonly start: number;
  readonly instructions: Share;
  /** See `blocks.ts` for what a block is. */
  readonly blocks: Share;
  /** Instructions that were not executed, as runs `[first pc, last pc]`, both included. */
  readonly uncovered: readonly (readonly [number, number])[];
}

export interface ModuleCoverage {
  /** Name of the module in its name section, if it has one. */
  readonly name: string | undefined;
  /** Size of the module in bytes. */
  readonly size: number;
  /** Instances that were observed; they count together. */
  readonly instances: number;
  readonly functions: readonly FunctionCoverage[];
}

export interface CoverageResult {
  readonly analysis: 'coverage';
  readonly modules: readonly ModuleCoverage[];
}

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
  private attached: OneShots[] = [];

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
    for (const probes of this.attached) probes.remove();
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
    this.attached.push(insertOneShots(instance, index, [ENTRY_PC], enter, 'coverage'));
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
    this.attached.push(insertOneShots(instance, index, places.keys(), reached, 'coverage'));
  }

  result(): CoverageResult {
    return { analysis: 'coverage', modules: [...this.modules].map(([module, state]) => moduleCoverage(module, state)) };
  }
}

function moduleCoverage(module: Module, state: ModuleState): ModuleCoverage {
  const first = module.importCounts.function;
  return {
    name: readNames(module).module,
    size: module.bytes.length,
    instances: state.instances,
    functions: state.functions.map((func, i) => functionCoverage(module, first + i, func)),
  };
}

function functionCoverage(module: Module, index: number, func: FunctionState): FunctionCoverage {
  const code = func.code ?? functionInstructions(module, index);
  const covered = func.covered ?? new Uint8Array(code.pcs.length);
  const starts = blockStarts(code);
  return {
    index,
    name: functionName(module, index),
    start: functionBody(module, index).start,
    instructions: { covered: covered.reduce((sum, n) => sum + n, 0), all: code.pcs.length },
    blocks: { covered: starts.filter((i) => covered[i] === 1).length, all: starts.length },
    uncovered: runsOf(code.pcs, covered),
  };
}

function runsOf(pcs: Int32Array, covered: Uint8Array): [number, number][] {
  const runs: [number, number][] = [];
  let open: [number, number] | undefined;
  pcs.forEach((pc, i) => {
    if (covered[i] === 1) open = undefined;
    else if (open === undefined) {
      open = [pc, pc];
      runs.push(open);
    } else open[1] = pc;
  });
  return runs;
}
