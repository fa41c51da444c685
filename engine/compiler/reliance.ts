/** What the code of a function relies on: it becomes wrong when that changes. */

import type { FuncInstance } from '../runtime/function.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import type { TableInstance } from '../runtime/table.ts';
import { type Quiet, type QuietTable, quietReach, quietTable, quietTarget } from './quiet.ts';
import type { CallTarget, FunctionFacts, TableCall } from './structure.ts';

export class Reliance {
  /** Functions that are quiet. */
  readonly functions = new Set<FuncInstance>();
  /** Tables that are not written. */
  readonly tables = new Set<TableInstance>();
  private readonly instance: ModuleInstance;
  private readonly facts: FunctionFacts;

  /** `isQuiet`: the code is that of a function which is quiet itself. */
  constructor(func: FuncInstance, facts: FunctionFacts, isQuiet: boolean) {
    this.instance = func.instance as ModuleInstance;
    this.facts = facts;
    if (isQuiet) for (const table of quietReach(func)?.tables ?? []) this.tables.add(table);
  }

  /** What is reached by a call, if nobody can look at the program meanwhile. A function that writes tables does not rely on them. */
  quiet(target: CallTarget): Quiet | null {
    if (typeof target === 'object') return this.quietTable(target);
    return quietTarget(this.instance, target);
  }

  /** The same for a call through a table, with the functions that are called first. */
  quietTable(call: TableCall): QuietTable | null {
    return this.facts.writesTables ? null : quietTable(this.instance, call);
  }

  /** From now on these must stay quiet. */
  add({ functions, tables }: Quiet): void {
    for (const func of functions) this.functions.add(func);
    for (const table of tables) this.tables.add(table);
  }
}
