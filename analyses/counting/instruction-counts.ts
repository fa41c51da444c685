/** How often each instruction was executed: what hotness, instruction counts, opcodes and loops are made of. */

import {
  type FunctionInstructions,
  functionInstructions,
  type Module,
  type ModuleInstance,
} from '../../engine/index.ts';
import { type Attachment, CountProbe, Insertions } from '../../probes/index.ts';
import { chosenFunctions, type FunctionChoice } from '../function-choice.ts';
import { whenEntered } from './when-entered.ts';

/** The chosen functions of a module, with a counter for each instruction of those that were entered. */
export class InstructionCounts {
  readonly module: Module;
  /** Indices of the chosen functions, ascending. */
  readonly functions: readonly number[];
  private readonly counters = new Map<number, readonly CountProbe[]>();
  private readonly name: string;

  /** `name` is what the probes are called. */
  constructor(module: Module, choice: FunctionChoice, name: string) {
    this.module = module;
    this.functions = chosenFunctions(module, choice);
    this.name = name;
  }

  /** Counts in an instance, too. */
  attach(instance: ModuleInstance): Attachment {
    const { functions, name } = this;
    return whenEntered(instance, { functions, name }, (func) => this.count(instance, func));
  }

  private count(instance: ModuleInstance, func: number): Attachment {
    const { pcs } = this.code(func);
    let counters = this.counters.get(func);
    if (counters === undefined) {
      counters = Array.from(pcs, () => new CountProbe(this.name));
      this.counters.set(func, counters);
    }
    const insertions = new Insertions();
    for (const [i, counter] of counters.entries()) insertions.local(instance, func, pcs[i] as number, counter);
    return insertions;
  }

  /** Places and rows of the instructions of a function. */
  code(func: number): FunctionInstructions {
    return functionInstructions(this.module, func);
  }

  /** Executions of all instructions together. */
  get executed(): number {
    let sum = 0;
    for (const counters of this.counters.values()) for (const { count } of counters) sum += count;
    return sum;
  }

  /** Executions of each instruction of a function, in the order of the code; undefined if it was never entered. */
  counts(func: number): number[] | undefined {
    return this.counters.get(func)?.map(({ count }) => count);
  }
}
