/** Activations of a program as they begin and end, calls of the host among them: what the call tree and times are made of. */

import {
  ENTRY_PC,
  type Exit,
  type ExitProbe,
  type Frame,
  FuncInstance,
  functionLocations,
  functionName,
  internals,
  type LocalProbe,
  type Location,
  type Module,
  type ModuleInstance,
  type TableInstance,
} from '../../engine/index.ts';
import { AddProbe, type Attachment, Insertions, type SharedTotal } from '../../probes/index.ts';
import { type StraightRun, straightRuns } from '../counting/straight-runs.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { chosenFunctions, type FunctionChoice } from '../function-choice.ts';

/** A function that is entered; one object for each. */
export interface Callee {
  /** Its module; of a host function the one that imports it. */
  readonly module: Module;
  /** Index in the function index space; -1 for a host function that the calling module does not import. */
  readonly index: number;
  readonly name: string;
  readonly isHost: boolean;
}

/** Is told of activations, properly nested. */
export interface ActivationSink {
  enter(callee: Callee): void;
  /** The innermost activation ends. */
  leave(): void;
}

export interface ActivationOptions {
  /** Functions whose activations are told; those of others belong to whoever called them. */
  readonly choice: FunctionChoice;
  /** Gets the number of executed instructions, if it is asked for: exact whenever the sink is told something. */
  readonly total?: SharedTotal | undefined;
  readonly name: string;
}

/** The stack of activations, and the probes that keep it. */
export class Activations {
  readonly options: ActivationOptions;
  private readonly sink: ActivationSink;
  private readonly callees = new Map<Module, Map<number, Callee>>();
  private readonly stack: Callee[] = [];

  constructor(sink: ActivationSink, options: ActivationOptions) {
    this.sink = sink;
    this.options = options;
  }

  attach(instance: ModuleInstance): Attachment {
    const { module } = instance;
    const { choice, total, name } = this.options;
    const chosen = new Set(chosenFunctions(module, choice));
    const first = module.importCounts.function;
    const functions = total === undefined ? chosen : module.bodies.map((_, i) => first + i);
    return whenEntered(instance, { functions, name }, (func, isRunning) => {
      const insertions = new Insertions();
      const isTold = chosen.has(func);
      // At the end of an activation what was counted too much is taken back first; at an instruction behind a call to the host, the
      // call ends first, and then the run begins.
      if (total !== undefined) takeBack(instance, func, { insertions, total, name });
      if (isTold) this.tell(instance, func, insertions);
      if (total !== undefined) countRuns(instance, func, { insertions, total, name });
      // The event of the entry that led here has begun: it is told here.
      if (isTold && !isRunning) this.enter(this.calleeOf(module, func, false));
      return insertions;
    });
  }

  private tell(instance: ModuleInstance, func: number, insertions: Insertions): void {
    const callee = this.calleeOf(instance.module, func, false);
    insertions.local(instance, func, ENTRY_PC, new EntryProbe(this, callee));
    insertions.exit(instance, func, new LeaveProbe(this, callee));
    const locations = functionLocations(instance.module, func);
    for (const [i, location] of locations.entries()) {
      const { effects } = location.instruction;
      // The caller of a tail call is gone: nothing of it sees the host function come back.
      if (!effects.has('call') || effects.has('exit') || !mayReachHost(instance, location)) continue;
      insertions.local(instance, func, location.pc, hostCallProbe(this, instance, location));
      // A call is never the last instruction: there is the function's `end`.
      insertions.local(instance, func, (locations[i + 1] as Location).pc, new HostReturnProbe(this));
    }
  }

  calleeOf(module: Module, index: number, isHost: boolean): Callee {
    let callees = this.callees.get(module);
    if (callees === undefined) {
      callees = new Map();
      this.callees.set(module, callees);
    }
    let callee = callees.get(index);
    if (callee === undefined) {
      callee = { module, index, name: index < 0 ? '(host function)' : functionName(module, index), isHost };
      callees.set(index, callee);
    }
    return callee;
  }

  enter(callee: Callee): void {
    this.stack.push(callee);
    this.sink.enter(callee);
  }

  /** Ends a call of the host, if one is the innermost. */
  leaveHost(): void {
    if (this.stack.length > 0 && (this.stack[this.stack.length - 1] as Callee).isHost) this.pop();
  }

  /** Ends the innermost activation of a function; none if it began before anybody looked. */
  leave(callee: Callee): void {
    const { stack } = this;
    let level = stack.length - 1;
    while (level >= 0 && stack[level]?.isHost) level--;
    if (stack[level] !== callee) return;
    while (stack.length > level) this.pop();
  }

  private pop(): void {
    this.stack.pop();
    this.sink.leave();
  }
}

class EntryProbe implements LocalProbe {
  readonly needs = { frame: false } as const;
  readonly name: string;
  private readonly activations: Activations;
  private readonly callee: Callee;

  constructor(activations: Activations, callee: Callee) {
    this.name = activations.options.name;
    this.activations = activations;
    this.callee = callee;
  }

  fire(_frame: Frame): void {
    this.activations.enter(this.callee);
  }
}

class LeaveProbe implements ExitProbe {
  readonly name: string;
  private readonly activations: Activations;
  private readonly callee: Callee;

  constructor(activations: Activations, callee: Callee) {
    this.name = activations.options.name;
    this.activations = activations;
    this.callee = callee;
  }

  exit(_frame: Frame, _exit: Exit): void {
    this.activations.leave(this.callee);
  }
}

class HostReturnProbe implements LocalProbe {
  readonly needs = { frame: false } as const;
  readonly name: string;
  private readonly activations: Activations;

  constructor(activations: Activations) {
    this.name = activations.options.name;
    this.activations = activations;
  }

  fire(_frame: Frame): void {
    this.activations.leaveHost();
  }
}

function isDirect({ instruction }: Location): boolean {
  return instruction.immediates[0] === 'func';
}

function mayReachHost(instance: ModuleInstance, location: Location): boolean {
  if (!isDirect(location)) return true;
  return instance.funcs[location.immediates.index as number]?.host !== null;
}

/** Tells a call if it goes to the host. */
function hostCallProbe(activations: Activations, instance: ModuleInstance, location: Location): LocalProbe {
  const { module } = instance;
  const { name } = activations.options;
  const { index, index2 } = location.immediates;
  if (isDirect(location)) return new EntryProbe(activations, activations.calleeOf(module, index as number, true));
  const table = location.instruction.effects.has('tableread') ? instance.tables[index2 as number] : undefined;
  const type = module.types[index as number];
  return {
    name,
    needs: { frame: false, operands: 1 },
    fire(_frame: Frame, operand: unknown): void {
      const func = table === undefined ? referenced(operand) : elementOf(table, operand);
      if (!(func instanceof FuncInstance) || func.host === null) return;
      // Another type: the call will trap.
      if (table !== undefined && func.type !== type) return;
      activations.enter(activations.calleeOf(module, instance.funcs.indexOf(func), true));
    },
  };
}

function referenced(operand: unknown): FuncInstance | undefined {
  return operand === null ? undefined : internals.functionOf(operand);
}

function elementOf(table: TableInstance, operand: unknown): unknown {
  return table.elements[typeof operand === 'bigint' ? Number(BigInt.asUintN(64, operand)) : (operand as number) >>> 0];
}

interface Counting {
  readonly insertions: Insertions;
  readonly total: SharedTotal;
  readonly name: string;
}

/** Counts the instructions of a function, run by run. */
function countRuns(instance: ModuleInstance, func: number, { insertions, total, name }: Counting): void {
  for (const { start, pcs } of straightRuns(instance.module, func)) {
    insertions.local(instance, func, start, new AddProbe(pcs.length, total, name));
  }
}

/** Takes back what was counted of a run that an error cuts off. */
function takeBack(instance: ModuleInstance, func: number, { insertions, total, name }: Counting): void {
  insertions.exit(instance, func, {
    name,
    exit(frame: Frame, { reason }: Exit): void {
      if (reason === 'return' || reason === 'tail-call') return;
      total.value -= remainder(straightRuns(instance.module, func), frame.pc);
    },
  });
}

/** Instructions of the run behind a pc. */
function remainder(runs: readonly StraightRun[], pc: number): number {
  const run = runs.find(({ pcs }) => pcs.includes(pc));
  return run === undefined ? 0 : run.pcs.length - 1 - run.pcs.indexOf(pc);
}
