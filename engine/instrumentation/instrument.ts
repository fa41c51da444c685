/**
 * Insertion and removal of probes. The interpreter's code is the only thing that changes:
 * a local probe overwrites one unit of a private copy of the function's code, the last removal puts the original
 * code back (rule 22). Each request touches one function (rule 23) and reaches running activations when they next
 * arrive at the place (rule 5), since every loop looks up the code after whatever could have changed it.
 */

import { search } from '../interpreter/code.ts';
import { endsActivation, isEndObserved } from '../interpreter/events.ts';
import { forms } from '../interpreter/forms.ts';
import { Machine } from '../interpreter/machine.ts';
import { localTypesOf, operandTypesAt } from '../interpreter/operand-types.ts';
import type { ValType } from '../isa/valtype.ts';
import { accessedAt } from '../runtime/accessed.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { FunctionCode } from '../runtime/function-code.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import type { ExitProbe, GlobalProbe, LocalProbe, ProbeBase } from '../runtime/probe.ts';
import { ProbeError } from '../runtime/probe-error.ts';
import { ProbeList } from '../runtime/probe-list.ts';
import { FunctionProbes } from '../runtime/sites.ts';

/** pc of a function's entry (rule 8). */
export const ENTRY_PC = 0;

/** The machine that runs the instance. */
function machineOf(instance: ModuleInstance): Machine {
  const { executor } = instance;
  if (!(executor instanceof Machine)) throw new ProbeError('this instance runs on an executor that takes no probes');
  return executor;
}

/** The function at an index of the instance's function index space, which must have code of its own. */
function ownFunction(instance: ModuleInstance, index: number): FuncInstance {
  const imported = instance.module.importCounts.function;
  const func = instance.funcs[index];
  if (func === undefined || !Number.isInteger(index)) {
    throw new ProbeError(`there is no function ${index}: the module has functions 0 to ${instance.funcs.length - 1}`, {
      func: index,
    });
  }
  if (index < imported) {
    throw new ProbeError(`function ${index} is imported: probes can be put into functions ${imported} and up`, {
      func: index,
    });
  }
  return func;
}

function preparedCode(instance: ModuleInstance, func: FuncInstance): FunctionCode {
  if (func.made === null) machineOf(instance).prepare(func);
  return func.made as FunctionCode;
}

/** The unit at a pc. The entry's is known without code, so that probing entries does not make all code at once. */
function unitOf(instance: ModuleInstance, func: FuncInstance, pc: number): number {
  return pc === ENTRY_PC ? 0 : instructionUnit(preparedCode(instance, func), func.index, pc);
}

function instructionUnit(code: FunctionCode, func: number, pc: number): number {
  const place = search(code.pcs, pc);
  if (place >= 0) return code.ips[place];
  const below = -2 - place;
  const nearest = [code.pcs[below], code.pcs[below + 1]].filter((n) => n !== undefined);
  throw new ProbeError(
    `no instruction of function ${func} is at pc ${pc}: the nearest are at ${nearest.join(' and ')}`,
    {
      func,
      pc,
      nearest,
    },
  );
}

/** Types of what a probe sees in the frame of an event. */
export interface FrameTypes {
  readonly locals: readonly ValType[];
  /** The bottom of the stack first. */
  readonly operands: readonly ValType[];
}

/** The types of a frame's locals and operands at a location, before anything runs. Throws a ProbeError where it does not exist (rule 20). */
export function frameTypes(instance: ModuleInstance, index: number, pc: number): FrameTypes {
  const func = ownFunction(instance, index);
  preparedCode(instance, func);
  unitOf(instance, func, pc);
  return { locals: localTypesOf(func), operands: operandTypesAt(func, pc, false) };
}

/** Overwrites one unit, in a copy that is the instance's own. Code that is not made yet gets the probe when it is. */
function overwrite(func: FuncInstance, ip: number): void {
  const code = func.made;
  if (code === null) return;
  if (func.code === code.units) func.code = code.units.slice();
  (func.code as Int32Array)[ip] = forms.probe;
}

/** Puts back what a unit was, unless something else still needs it overwritten. */
function restore(func: FuncInstance, ip: number): void {
  const probes = func.probes as FunctionProbes;
  if (probes.isEmpty) {
    func.code = func.made?.units ?? null;
    func.probes = null;
    return;
  }
  if (func.made === null) return;
  const { units } = func.made;
  if (probes.byUnit.has(ip) || isEndObserved(probes, units[ip])) return;
  (func.code as Int32Array)[ip] = units[ip];
}

/** Units at which the end of an activation is observed; none where there is no code yet. */
function observedUnits({ made, probes }: FuncInstance): number[] {
  if (made === null || probes === null || probes.exits.length === 0) return [];
  return [...made.ips].filter((ip) => isEndObserved(probes, made.units[ip]));
}

/** Does the unit end an activation? */
function isEnd({ made }: FuncInstance, ip: number): boolean {
  return made !== null && endsActivation(made.units[ip]);
}

/** Tells a compiling tier, whose code of the function is wrong from now on. */
function tell(instance: ModuleInstance, func: FuncInstance, what: string, { name }: ProbeBase, pc?: number): void {
  if (func.compiled === null) return;
  machineOf(instance).tier?.changed(func, pc === undefined ? { what, probe: name } : { what, probe: name, pc });
}

/**
 * Inserts a probe at a location, behind those already there; at pc 0 it fires when an activation begins.
 * A probe may be inserted several times. Throws a ProbeError where the location does not exist (rule 20).
 */
export function insertProbe(instance: ModuleInstance, index: number, pc: number, probe: LocalProbe): void {
  const func = ownFunction(instance, index);
  const ip = unitOf(instance, func, pc);
  const accessedHere = () => accessedAt(instance, index, pc);
  const here = func.probes?.byUnit.get(ip);
  if (here !== undefined) here.add(probe, accessedHere);
  else {
    const probes = new ProbeList<LocalProbe>();
    probes.add(probe, accessedHere);
    func.probes ??= new FunctionProbes();
    func.probes.byUnit.set(ip, probes);
    overwrite(func, ip);
    if (pc === ENTRY_PC) func.entry = 0;
  }
  tell(instance, func, 'probe inserted', probe, pc);
  machineOf(instance).insertions?.inserted({ kind: 'local', instance, func: index, pc, probe });
}

/** Removes the earliest insertion of a probe at a location (rule 2); false where it is not there. */
export function removeProbe(instance: ModuleInstance, index: number, pc: number, probe: LocalProbe): boolean {
  const func = ownFunction(instance, index);
  const ip = unitOf(instance, func, pc);
  const here = func.probes?.byUnit.get(ip);
  if (here === undefined || !here.remove(probe)) return false;
  if (here.length === 0) {
    (func.probes as FunctionProbes).byUnit.delete(ip);
    if (pc === ENTRY_PC) func.entry = 1;
    restore(func, ip);
  }
  tell(instance, func, 'probe removed', probe, pc);
  machineOf(instance).insertions?.removed({ kind: 'local', instance, func: index, pc, probe });
  return true;
}

/** Inserts a probe that is told of the end of every activation of a function (rule 13). */
export function insertExitProbe(instance: ModuleInstance, index: number, probe: ExitProbe): void {
  const func = ownFunction(instance, index);
  const probes = func.probes ?? new FunctionProbes();
  const { watchesReturns } = probes;
  const isFirst = probes.exits.length === 0;
  probes.addExit(probe);
  func.probes = probes;
  if (isFirst || probes.watchesReturns !== watchesReturns) {
    for (const ip of observedUnits(func)) overwrite(func, ip);
  }
  tell(instance, func, 'exit probe inserted', probe);
  machineOf(instance).insertions?.inserted({ kind: 'exit', instance, func: index, probe });
}

/** Removes the earliest insertion of an exit probe; false where it is not there. */
export function removeExitProbe(instance: ModuleInstance, index: number, probe: ExitProbe): boolean {
  const func = ownFunction(instance, index);
  const probes = func.probes;
  if (probes === null) return false;
  const { watchesReturns } = probes;
  if (!probes.removeExit(probe)) return false;
  if (probes.isEmpty) restore(func, 0);
  else if (probes.exits.length === 0 || probes.watchesReturns !== watchesReturns) {
    for (const ip of func.made?.ips ?? []) if (isEnd(func, ip)) restore(func, ip);
  }
  tell(instance, func, 'exit probe removed', probe);
  machineOf(instance).insertions?.removed({ kind: 'exit', instance, func: index, probe });
  return true;
}

/** Inserts a probe at every instruction of an instance (rule 7). */
export function insertGlobalProbe(instance: ModuleInstance, probe: GlobalProbe): void {
  const machine = machineOf(instance);
  instance.globalProbes.add(probe);
  machine.globalProbeCount++;
  machine.isTraced = true;
  machine.tier?.changedEverywhere(instance, { what: 'global probe inserted', probe: probe.name });
  machine.insertions?.inserted({ kind: 'global', instance, probe });
}

/** Removes the earliest insertion of a global probe; false where it is not there. */
export function removeGlobalProbe(instance: ModuleInstance, probe: GlobalProbe): boolean {
  if (!instance.globalProbes.remove(probe)) return false;
  const machine = machineOf(instance);
  machine.globalProbeCount--;
  machine.isTraced = machine.globalProbeCount > 0;
  machine.tier?.changedEverywhere(instance, { what: 'global probe removed', probe: probe.name });
  machine.insertions?.removed({ kind: 'global', instance, probe });
  return true;
}
