/** Activations of a program as they begin and end, calls of the host among them: what the call tree and times are made of. */

import {
  ENTRY_PC,
  type FuncInstance,
  functionLocations,
  functionName,
  type Location,
  type Module,
  type ModuleInstance,
} from '../../engine/index.ts';
import { AddProbe, type Attachment, Insertions, SharedTotal } from '../../probes/index.ts';
import { type StraightRun, straightRuns } from '../counting/straight-runs.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { chosenFunctions, type FunctionChoice } from '../function-choice.ts';
import type { Callee } from './callee.ts';
import { ActivationLog, type ActivationSink } from './log.ts';
import {
  EntryProbe,
  HostReturnProbe,
  LeaveProbe,
  ReferenceCallProbe,
  TableCallProbe,
  TakeBackProbe,
} from './probes.ts';

export interface ActivationOptions {
  /** Functions whose activations are told; those of others belong to whoever called them. */
  readonly choice: FunctionChoice;
  readonly measuresTime: boolean;
  readonly name: string;
}

/** The probes that keep a log of activations. */
export class Activations {
  readonly log: ActivationLog;
  private readonly options: ActivationOptions;
  /** Executed instructions, of all functions: each belongs to an activation that is told. */
  private readonly total = new SharedTotal();
  private readonly numbers = new Map<Module, Map<number, number>>();

  constructor(sink: ActivationSink, options: ActivationOptions) {
    this.options = options;
    this.log = new ActivationLog(sink, this.total, options.measuresTime);
  }

  attach(instance: ModuleInstance): Attachment {
    const { module } = instance;
    const { choice, name } = this.options;
    const chosen = new Set(chosenFunctions(module, choice));
    const first = module.importCounts.function;
    const functions = module.bodies.map((_, i) => first + i);
    return whenEntered(instance, { functions, name }, (func, isRunning) => {
      const insertions = new Insertions();
      const isTold = chosen.has(func);
      const runs = straightRuns(module, func);
      // At the end of an activation what was counted too much is taken back first; at an instruction behind a call to the host, the
      // call ends first, and then the run begins.
      insertions.exit(instance, func, new TakeBackProbe((pc) => remainder(runs, pc), this.total, name));
      if (isTold) this.tell(instance, func, insertions);
      for (const { start, pcs } of runs) {
        insertions.local(instance, func, start, new AddProbe(pcs.length, this.total, name));
      }
      // The event of the entry that led here has begun: it is told here.
      if (isTold && !isRunning) this.log.enter(this.numberOf(module, func, false));
      return insertions;
    });
  }

  private tell(instance: ModuleInstance, func: number, insertions: Insertions): void {
    const { log } = this;
    const { name } = this.options;
    const callee = this.numberOf(instance.module, func, false);
    insertions.local(instance, func, ENTRY_PC, new EntryProbe(() => log.enter(callee), name));
    insertions.exit(instance, func, new LeaveProbe(() => log.leave(callee), name));
    const locations = functionLocations(instance.module, func);
    for (const [i, location] of locations.entries()) {
      const { effects } = location.instruction;
      // The caller of a tail call is gone: nothing of it sees the host function come back.
      if (!effects.has('call') || effects.has('exit') || !mayReachHost(instance, location)) continue;
      this.tellHostCall(instance, location, insertions);
      // A call is never the last instruction: there is the function's `end`.
      const { pc } = locations[i + 1] as Location;
      insertions.local(instance, func, pc, new HostReturnProbe(log, name));
    }
  }

  /** Tells a call if it goes to the host. */
  private tellHostCall(instance: ModuleInstance, location: Location, insertions: Insertions): void {
    const { log } = this;
    const { name } = this.options;
    const { module } = instance;
    const { func, pc, instruction, immediates } = location;
    const enter = (callee: FuncInstance): void => {
      log.enterHost(this.numberOf(module, instance.funcs.indexOf(callee), true));
    };
    if (isDirect(location)) {
      const callee = this.numberOf(module, immediates.index as number, true);
      insertions.local(instance, func, pc, new EntryProbe(() => log.enterHost(callee), name));
      return;
    }
    const table = instruction.effects.has('tableread') ? instance.tables[immediates.index2 as number] : undefined;
    const type = module.types[immediates.index as number] as number;
    const probe =
      table === undefined ? new ReferenceCallProbe(enter, name) : new TableCallProbe({ table, type }, enter, name);
    insertions.local(instance, func, pc, probe);
  }

  private numberOf(module: Module, index: number, isHost: boolean): number {
    let numbers = this.numbers.get(module);
    if (numbers === undefined) {
      numbers = new Map();
      this.numbers.set(module, numbers);
    }
    let number = numbers.get(index);
    if (number === undefined) {
      const name = index < 0 ? '(host function)' : functionName(module, index);
      const callee: Callee = { module, index, name, isHost };
      number = this.log.numberOf(callee);
      numbers.set(index, number);
    }
    return number;
  }
}

function isDirect({ instruction }: Location): boolean {
  return instruction.immediates[0] === 'func';
}

function mayReachHost(instance: ModuleInstance, location: Location): boolean {
  if (!isDirect(location)) return true;
  return instance.funcs[location.immediates.index as number]?.host !== null;
}

/** Instructions of the run behind a pc. */
function remainder(runs: readonly StraightRun[], pc: number): number {
  const run = runs.find(({ pcs }) => pcs.includes(pc));
  return run === undefined ? 0 : run.pcs.length - 1 - run.pcs.indexOf(pc);
}
