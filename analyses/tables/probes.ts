/** What is kept of instructions on tables, and the probes at them. */

import {
  type Frame,
  FuncInstance,
  functionName,
  type LocalProbe,
  type Location,
  type Module,
  type Needs,
  type TableInstance,
} from '../../engine/index.ts';
import { type ElementCalls, type InstructionTable, mergeCalls, type TableOperation } from './data.ts';

/** Calls through one element while the same thing was in it. */
interface Row {
  readonly target: unknown;
  calls: number;
}

/** An instruction of a module, in all instances. */
export class TableState {
  readonly table: number;
  readonly operation: TableOperation;
  times = 0;
  elements = 0;
  private readonly rows = new Map<number, Row[]>();

  constructor({ instruction, immediates }: Location) {
    const { name } = instruction;
    this.table = (instruction.immediates[0] === 'table' ? immediates.index : immediates.index2) as number;
    this.operation = name.startsWith('table.') ? (name.slice('table.'.length) as TableOperation) : 'call';
  }

  row(element: number, target: unknown): Row {
    let rows = this.rows.get(element);
    if (rows === undefined) {
      rows = [];
      this.rows.set(element, rows);
    }
    let row = rows.find((r) => r.target === target);
    if (row === undefined) {
      row = { target, calls: 0 };
      rows.push(row);
    }
    return row;
  }

  calls(module: Module): ElementCalls[] {
    const calls = [...this.rows].flatMap(([element, rows]) =>
      rows.map(({ target, calls: count }): ElementCalls => ({ element, ...describe(target, module), calls: count })),
    );
    return mergeCalls(calls);
  }

  /** undefined where it was never executed. */
  result(module: Module): InstructionTable | undefined {
    const { table, operation, times, elements } = this;
    return times === 0 ? undefined : { table, operation, times, elements, calls: this.calls(module) };
  }
}

function describe(target: unknown, module: Module): Pick<ElementCalls, 'target' | 'func'> {
  if (target === null) return { target: 'null', func: undefined };
  if (!(target instanceof FuncInstance)) return { target: 'out of bounds', func: undefined };
  const { instance, index, host } = target;
  if (instance?.module === module) return { target: functionName(module, index), func: index };
  const text =
    instance === null
      ? `host function ${host?.name || '(no name)'}`
      : `${functionName(instance.module, index)} of another module`;
  return { target: text, func: undefined };
}

/** Before an indirect call: the index is on top of the stack. */
export class IndirectCallProbe implements LocalProbe {
  readonly name = 'tables';
  readonly needs: Needs = { frame: false, operands: 1 };
  private readonly state: TableState;
  private readonly table: TableInstance;
  /** What was called last, which is nearly always called again. */
  private element = -1;
  private row: Row | undefined;

  constructor(state: TableState, table: TableInstance) {
    this.state = state;
    this.table = table;
  }

  fire(_frame: Frame, index: number): void {
    const { state } = this;
    const element = index >>> 0;
    const target = this.table.elements[element];
    state.times++;
    state.elements++;
    if (element !== this.element || this.row?.target !== target) {
      this.element = element;
      this.row = state.row(element, target);
    }
    (this.row as Row).calls++;
  }
}

/** Before `table.get` and `table.set`. */
export class ElementProbe implements LocalProbe {
  readonly name = 'tables';
  readonly needs: Needs = { frame: false, operands: 0 };
  private readonly state: TableState;

  constructor(state: TableState) {
    this.state = state;
  }

  fire(): void {
    this.state.times++;
    this.state.elements++;
  }
}

/** Before what has a number of elements on top of the stack. */
export class RangeProbe implements LocalProbe {
  readonly name = 'tables';
  readonly needs: Needs = { frame: false, operands: 1 };
  private readonly state: TableState;

  constructor(state: TableState) {
    this.state = state;
  }

  fire(_frame: Frame, count: number): void {
    this.state.times++;
    this.state.elements += count >>> 0;
  }
}
