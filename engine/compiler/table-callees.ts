/** How compiled code finds what it calls through tables. */

import type { Machine } from '../interpreter/machine.ts';
import { Trap } from '../isa/trap.ts';
import { isDefinedSubtype } from '../module/types.ts';
import type { CompiledCode } from '../runtime/compiled-function.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { TableInstance } from '../runtime/table.ts';
import { compiledOf, type EntryList, TierState } from './callees.ts';

/** How compiled code calls functions of one type in one table. */
export interface TableCallees {
  /**
   * What to call, by index; undefined where that is not known. It becomes undefined again where the table is written,
   * and when the function gets other code. So a call needs one look, and has the type checked with it.
   */
  readonly entries: EntryList;
  /** Finds what to call at an i32 index that has nothing in `entries`. */
  readonly find: (index: number) => CompiledCode;
}

const tableCallees = new WeakMap<Machine, WeakMap<TableInstance, Map<number, TableCallees>>>();

/** The callees in a table that have the type with this canonical number: the same object for all code of the machine. */
export function calleesOfTable(table: TableInstance, type: number, machine: Machine): TableCallees {
  let ofMachine = tableCallees.get(machine);
  if (ofMachine === undefined) {
    ofMachine = new WeakMap();
    tableCallees.set(machine, ofMachine);
  }
  let ofTable = ofMachine.get(table);
  if (ofTable === undefined) {
    ofTable = new Map();
    ofMachine.set(table, ofTable);
  }
  let callees = ofTable.get(type);
  if (callees === undefined) {
    callees = newTableCallees(table, type, machine);
    ofTable.set(type, callees);
  }
  return callees;
}

function newTableCallees(table: TableInstance, type: number, machine: Machine): TableCallees {
  const entries: EntryList = [];
  table.derive(entries);
  const stateAt = calleeOfTable(table, type, machine);
  const find = (index: number): CompiledCode => {
    const state = stateAt(index);
    const i = index >>> 0;
    // Without holes, which V8 would look for at each call.
    while (entries.length <= i) entries.push(undefined);
    const { code = state.ready() } = state;
    if (state.code === undefined) return code;
    entries[i] = code;
    state.isFoundAt(entries, i);
    return code;
  };
  return { entries, find };
}

/** Finds the callee of a call through a table: an i32 to a function of the type with this canonical number. */
export function calleeOfTable(table: TableInstance, type: number, machine: Machine): (index: number) => TierState {
  const { elements } = table;
  return (index) => {
    const i = index >>> 0;
    if (i >= elements.length) throw new Trap('table');
    const func = elements[i] as FuncInstance | null;
    if (func === null || (func.type !== type && !isDefinedSubtype(func.type, type))) throw new Trap('signature');
    const { compiled } = func;
    return compiled instanceof TierState && compiled.machine === machine ? compiled : compiledOf(func, machine);
  };
}
