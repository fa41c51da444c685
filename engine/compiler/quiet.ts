/**
 * Quiet functions: while one runs, no code but that of the module can run, since nothing that it can reach calls the
 * host, calls through a table or a reference, or has a probe that runs code of its own.
 *
 * Nobody can look at the program during a call of a quiet function, so its callers neither keep their frames readable
 * for that time nor look afterwards whether something was changed. A probe that comes to a function later makes the code of those that
 * relied on its being quiet wrong.
 */

import { forms } from '../interpreter/forms.ts';
import { opOf } from '../isa/instructions.ts';
import type { Module } from '../module/module.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { Executor } from '../runtime/executor.ts';
import { inlineWorkOf } from '../runtime/inline-work.ts';
import type { Inserted, LocalProbe } from '../runtime/probe.ts';
import { functionFacts } from './structure.ts';

/** Functions that are looked at before a function counts as not quiet. */
const MAX_FUNCTIONS = 64;
/** Bytes of code that are read for it. */
const MAX_BYTES = 1 << 16;

/** A function and all that it can reach, if that is the module's own code only. */
interface Reach {
  /** Indices of the functions, the first included. */
  readonly functions: readonly number[];
  readonly growsMemory: boolean;
}

const known = new WeakMap<Module, Map<number, Reach | null>>();

/** What the function can reach; null where that is too much, or not known. */
function reachOf(module: Module, index: number): Reach | null {
  let reaches = known.get(module);
  if (reaches === undefined) {
    reaches = new Map();
    known.set(module, reaches);
  }
  let reach = reaches.get(index);
  if (reach === undefined) {
    reach = findReach(module, index);
    reaches.set(index, reach);
  }
  return reach;
}

function findReach(module: Module, index: number): Reach | null {
  const imported = module.importCounts.function;
  const seen = new Set<number>([index]);
  let growsMemory = false;
  let bytes = 0;
  for (const func of seen) {
    if (func < imported || seen.size > MAX_FUNCTIONS) return null;
    const body = module.bodies[func - imported];
    bytes += body.end - body.start;
    if (bytes > MAX_BYTES) return null;
    const facts = functionFacts(module, body);
    if (facts.callsDynamically) return null;
    growsMemory ||= facts.growsMemory;
    for (const callee of facts.callees) seen.add(callee);
  }
  return { functions: [...seen], growsMemory };
}

/** Instructions whose topmost operand is an i32. */
const TAKES_I32 = new Set<number>([
  forms.if,
  forms.br_if,
  forms['br_if/move'],
  forms['select/32'],
  forms['select/64'],
  forms['select/128'],
  forms['select/ref'],
  opOf('br_table'),
]);

/** Can the probe's work be written out at an instruction, so that nothing else runs? `unit` is its interpreter unit. */
function isWrittenOut(probe: LocalProbe, unit: number): boolean {
  const work = inlineWorkOf(probe);
  if (work === undefined || work.kind === 'call' || work.kind === 'only') return false;
  if (work.kind === 'taken') return TAKES_I32.has(unit);
  // What is left takes no operand.
  return work.kind !== 'histogram' || (TAKES_I32.has(unit) && work.operand === 0);
}

/** Does any of these probes run code that could look at the program or change it? */
function runsCode(probes: readonly Inserted<LocalProbe>[], unit: number): boolean {
  return probes.some(({ probe }) => !isWrittenOut(probe, unit));
}

/** Has the function probes that run code of their own? Those that only count and tally do not. */
function isWatched({ probes, made }: FuncInstance): boolean {
  if (probes === null) return false;
  if (probes.exits.length > 0) return true;
  for (const [ip, list] of probes.byUnit) if (runsCode(list.entries, made?.units[ip] ?? -1)) return true;
  return false;
}

/** Functions that are known to be quiet at this time. */
export interface Quiet {
  /** All that one of them reaches, itself included. */
  readonly functions: readonly FuncInstance[];
  readonly growsMemory: boolean;
}

/** What a quiet function reaches; null for a function that is not quiet at this time. */
export function quietReach({ instance, index }: FuncInstance): Quiet | null {
  if (instance === null) return null;
  const reach = reachOf(instance.module, index);
  if (reach === null || runsCode(instance.globalProbes.entries, -1)) return null;
  // Indices are those of its own instance, which may be another one than its caller's.
  const functions = reach.functions.map((func) => instance.funcs[func] as FuncInstance);
  return functions.some(isWatched) ? null : { functions, growsMemory: reach.growsMemory };
}

/** The same for a function that code of this machine calls. What another engine runs is not quiet: it would not tell of changes. */
export function quietCallee(func: FuncInstance, machine: Executor): Quiet | null {
  return func.instance?.executor === machine ? quietReach(func) : null;
}
