/**
 * Quiet functions: while one runs, no code but that of its own instance can run, since nothing that it can reach calls the
 * host or a reference, writes a table, or has a probe that runs code of its own. What it calls through a table is what is there now.
 *
 * Nobody can look at the program during a call of a quiet function, so its callers neither keep their frames readable
 * for that time nor look afterwards whether something was changed. A probe that comes to a function later makes the code of those that
 * relied on its being quiet wrong, and so does a write of a table.
 */

import { forms } from '../interpreter/forms.ts';
import { opOf } from '../isa/instructions.ts';
import type { Module } from '../module/module.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { Executor } from '../runtime/executor.ts';
import { inlineWorkOf } from '../runtime/inline-work.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import type { Inserted, LocalProbe } from '../runtime/probe.ts';
import type { TableInstance } from '../runtime/table.ts';
import { type CallTarget, functionFacts, type TableCall } from './structure.ts';
import { isSettled, type TableTarget, targetsIn } from './table-targets.ts';

/** Functions that are looked at before a function counts as not quiet. */
const MAX_FUNCTIONS = 64;
/** Elements of a table that are looked at, each time after it has been written. */
const MAX_ELEMENTS = 4096;
/** Bytes of code that are read for it. */
const MAX_BYTES = 1 << 16;

/** A function and all that it can reach, if that is code of its own instance only. */
interface Reach {
  /** The first included. */
  readonly functions: readonly FuncInstance[];
  /** Tables through which something is called, as they were. */
  readonly tables: ReadonlyMap<TableInstance, number>;
  readonly growsMemory: boolean;
}

const known = new WeakMap<FuncInstance, Reach | null>();

/** What the function can reach; null where that is too much, or not known. */
function reachOf(func: FuncInstance): Reach | null {
  let reach = known.get(func);
  if (reach === undefined || (reach !== null && !isUpToDate(reach))) {
    reach = findReach(func);
    known.set(func, reach);
  }
  return reach;
}

function isUpToDate({ tables }: Reach): boolean {
  for (const [table, version] of tables) if (table.version !== version || !isSettled(table)) return false;
  return true;
}

function findReach(first: FuncInstance): Reach | null {
  const { instance } = first;
  if (instance === null) return null;
  const { module } = instance;
  const imported = module.importCounts.function;
  const seen = new Set<FuncInstance>([first]);
  const tables = new Map<TableInstance, number>();
  let growsMemory = false;
  let bytes = 0;
  for (const func of seen) {
    if (func.instance !== instance || seen.size > MAX_FUNCTIONS) return null;
    const body = module.bodies[func.index - imported];
    bytes += body.end - body.start;
    if (bytes > MAX_BYTES) return null;
    const facts = functionFacts(module, body);
    if (facts.callsAnything || facts.writesTables) return null;
    growsMemory ||= facts.growsMemory;
    for (const callee of facts.callees) seen.add(instance.funcs[callee] as FuncInstance);
    for (const call of facts.tableCalls) {
      const targets = quietTargets(instance, call);
      if (targets === null) return null;
      const table = instance.tables[call.table] as TableInstance;
      tables.set(table, table.version);
      for (const { func: callee } of targets) seen.add(callee);
    }
  }
  return { functions: [...seen], tables, growsMemory };
}

/** What a call through a table arrives at now; null where code may not rely on that. */
function quietTargets(instance: ModuleInstance, { table, type }: TableCall): readonly TableTarget[] | null {
  if (sharedTables(instance.module).has(table)) return null;
  const found = instance.tables[table] as TableInstance;
  if (found.size > MAX_ELEMENTS || !isSettled(found)) return null;
  const targets = targetsIn(found, instance.module.types[type] as number);
  return targets.length > MAX_FUNCTIONS ? null : targets;
}

const shared = new WeakMap<Module, ReadonlySet<number>>();

/**
 * Tables that others than the code of the instance can write: imported and exported ones. They seldom do, but where they do they add functions
 * at run time, as glue code of Emscripten does, and each time large functions would have to be compiled again. And a table of another
 * instance would keep code of this one.
 */
function sharedTables(module: Module): ReadonlySet<number> {
  let tables = shared.get(module);
  if (tables === undefined) {
    const exported = module.exports.flatMap(({ kind, index }) => (kind === 'table' ? [index] : []));
    tables = new Set([...Array(module.importCounts.table).keys(), ...exported]);
    shared.set(module, tables);
  }
  return tables;
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
  if (work === undefined || work.kind === 'call' || work.kind === 'only' || work.kind === 'once') return false;
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
  /** Tables through which something is called: the functions are quiet until one of them is written. */
  readonly tables: readonly TableInstance[];
  readonly growsMemory: boolean;
}

/** What a quiet function reaches; null for a function that is not quiet at this time. */
export function quietReach(func: FuncInstance): Quiet | null {
  const reach = reachOf(func);
  if (reach === null || runsCode(func.instance?.globalProbes.entries ?? [], -1)) return null;
  const { functions, tables, growsMemory } = reach;
  return functions.some(isWatched) ? null : { functions, tables: [...tables.keys()], growsMemory };
}

/** The same for a function that code of this machine calls. What another engine runs is not quiet: it would not tell of changes. */
export function quietCallee(func: FuncInstance, machine: Executor): Quiet | null {
  return func.instance?.executor === machine ? quietReach(func) : null;
}

/** What is reached through a table by code of an instance, and the functions that are called first. */
export interface QuietTable extends Quiet {
  readonly targets: readonly TableTarget[];
}

/** Null unless all functions that a call through a table can arrive at are quiet at this time. */
export function quietTable(instance: ModuleInstance, call: TableCall): QuietTable | null {
  const targets = quietTargets(instance, call);
  if (targets === null) return null;
  const functions = new Set<FuncInstance>();
  const tables = new Set([instance.tables[call.table] as TableInstance]);
  let growsMemory = false;
  for (const { func } of targets) {
    const quiet = func.instance === instance ? quietReach(func) : null;
    if (quiet === null) return null;
    for (const other of quiet.functions) functions.add(other);
    for (const table of quiet.tables) tables.add(table);
    growsMemory ||= quiet.growsMemory;
  }
  return { targets, functions: [...functions], tables: [...tables], growsMemory };
}

/** The same for what some code of an instance calls. */
export function quietTarget(instance: ModuleInstance, target: CallTarget): Quiet | null {
  if (target === undefined) return null;
  if (typeof target === 'object') return quietTable(instance, target);
  return quietCallee(instance.funcs[target] as FuncInstance, instance.executor as Executor);
}
