/** How the result of the tables analysis is shown. */

import type { Cell, Figure, Section, Table } from '../report/presentation.ts';
import { heaviest } from '../sites/data.ts';
import { placeCells, placeColumns } from '../sites/presenting.ts';
import type { ElementCalls, InstructionTable, ModuleTables, TableUse } from './data.ts';

export function tablesSection(module: ModuleTables, top: number): Section {
  const { tables } = module;
  if (tables.length === 0) return { module, figures: [{ label: 'tables', value: 0, kind: 'exact' }] };
  return {
    module,
    figures: tables.flatMap((table) => figuresOf(table, tables.length)),
    tables: [
      operationTable(tables),
      elementTable(module, top),
      callerTable(module, top),
      instructionTable(module, top),
    ],
  };
}

function figuresOf({ table, name, initialSize, finalSize, calls }: TableUse, all: number): Figure[] {
  const of = all === 1 ? '' : ` of table ${table}${name === undefined ? '' : ` (${name})`}`;
  const total = calls.reduce((sum, c) => sum + c.calls, 0);
  return [
    { label: `elements at first${of}`, value: initialSize, kind: 'exact' },
    { label: `elements at the end${of}`, value: finalSize, kind: 'exact' },
    { label: `indirect calls${of}`, value: total, kind: 'exact' },
    { label: `elements called${of}`, value: new Set(calls.map(({ element }) => element)).size, kind: 'exact' },
  ];
}

function operationTable(tables: readonly TableUse[]): Table {
  return {
    id: 'operations',
    title: 'Operations',
    columns: [
      { key: 'table', kind: 'exact' },
      { key: 'operation', kind: 'text' },
      { key: 'times', kind: 'count' },
      { key: 'elements', kind: 'count' },
    ],
    rows: tables.flatMap(({ table, operations }) =>
      operations.map(({ operation, times, elements }): Cell[] => [table, operation, times, elements]),
    ),
  };
}

/** An indirect call, its instruction and an element that it called. */
interface Caller {
  readonly table: number;
  readonly place: Cell[];
  readonly call: ElementCalls;
}

function callersOf({ functions }: ModuleTables): Caller[] {
  return heaviest(functions, ({ times }) => times)
    .flatMap((placed) =>
      placed.instruction.calls.map((call) => ({ table: placed.instruction.table, place: placeCells(placed), call })),
    )
    .sort((a, b) => b.call.calls - a.call.calls);
}

function elementTable(module: ModuleTables, top: number): Table {
  const callers = callersOf(module);
  const rows = module.tables
    .flatMap(({ table, calls }) => calls.map((call) => ({ table, call })))
    .sort((a, b) => b.call.calls - a.call.calls)
    .map(({ table, call: { element, target, calls } }) => {
      const own = callers.filter((c) => c.table === table && c.call.element === element && c.call.target === target);
      return [table, element, target, calls, own.length];
    });
  return {
    id: 'elements',
    title: 'Elements that were called most often',
    columns: [
      { key: 'table', kind: 'exact' },
      { key: 'element', kind: 'exact' },
      { key: 'target', kind: 'text' },
      { key: 'calls', kind: 'count' },
      { key: 'instructions', title: 'from so many places', kind: 'exact' },
    ],
    rows,
    top,
  };
}

function callerTable(module: ModuleTables, top: number): Table {
  return {
    id: 'callers',
    title: 'Who called them',
    columns: [
      ...placeColumns,
      { key: 'table', kind: 'exact' },
      { key: 'element', kind: 'exact' },
      { key: 'target', kind: 'text' },
      { key: 'calls', kind: 'count' },
    ],
    rows: callersOf(module).map(({ table, place, call: { element, target, calls } }) => [
      ...place,
      table,
      element,
      target,
      calls,
    ]),
    top,
  };
}

function instructionTable({ functions }: ModuleTables, top: number): Table {
  const others = heaviest<InstructionTable>(functions, ({ elements }) => elements).filter(
    ({ instruction }) => instruction.operation !== 'call',
  );
  return {
    id: 'instructions',
    title: 'Instructions that read and wrote elements',
    columns: [
      ...placeColumns,
      { key: 'table', kind: 'exact' },
      { key: 'times', kind: 'count' },
      { key: 'elements', kind: 'count' },
    ],
    rows: others.map((placed) => {
      const { table, times, elements } = placed.instruction;
      return [...placeCells(placed), table, times, elements];
    }),
    top,
  };
}
