/** How the result of the globals analysis is shown. */

import type { Section, Table } from '../report/presentation.ts';
import { heaviest } from '../sites/data.ts';
import { placeCells, placeColumns } from '../sites/presenting.ts';
import { type GlobalUse, MAX_DIFFERENT, type ModuleGlobals } from './data.ts';

export function globalsSection(module: ModuleGlobals, top: number): Section {
  const sum = (of: (global: GlobalUse) => number): number => module.globals.reduce((total, g) => total + of(g), 0);
  return {
    module,
    figures: [
      { label: 'globals', value: module.globals.length, kind: 'exact' },
      { label: 'never accessed', value: sum(({ reads, writes }) => (reads + writes === 0 ? 1 : 0)), kind: 'exact' },
      { label: 'reads', value: sum(({ reads }) => reads), kind: 'exact' },
      { label: 'writes', value: sum(({ writes }) => writes), kind: 'exact' },
      { label: 'writes that changed the value', value: sum(({ changes }) => changes), kind: 'exact' },
    ],
    tables: [globalTable(module, top), instructionTable(module, top)],
  };
}

function globalTable({ globals }: ModuleGlobals, top: number): Table {
  const byUse = [...globals].sort((a, b) => b.reads + b.writes - a.reads - a.writes);
  return {
    id: 'globals',
    title: 'Globals that were accessed most often',
    columns: [
      { key: 'global', kind: 'exact' },
      { key: 'name', kind: 'text' },
      { key: 'type', kind: 'text' },
      { key: 'reads', kind: 'count' },
      { key: 'writes', kind: 'count' },
      { key: 'changes', kind: 'count' },
      { key: 'different', title: 'different values written', kind: 'text' },
      { key: 'last', title: 'value at the end', kind: 'text' },
    ],
    rows: byUse.map(({ index, name, type, reads, writes, changes, written, last }) => [
      index,
      name,
      type,
      reads,
      writes,
      changes,
      differentText(written, writes, type),
      last.map(({ value, instances }) => (instances === 1 ? value : `${value} (${instances} instances)`)).join(', '),
    ]),
    top,
  };
}

/** How many values there were; a few are listed. */
function differentText(written: readonly string[] | undefined, writes: number, type: string): string {
  if (writes === 0) return '';
  if (written === undefined) return /[if](32|64)/.test(type) ? `more than ${MAX_DIFFERENT}` : 'not compared';
  return written.length <= 4 ? written.join(', ') : String(written.length);
}

function instructionTable({ globals, functions }: ModuleGlobals, top: number): Table {
  return {
    id: 'instructions',
    title: 'Instructions that accessed them most often',
    columns: [
      ...placeColumns,
      { key: 'global', kind: 'exact' },
      { key: 'name', kind: 'text' },
      { key: 'count', kind: 'count' },
      { key: 'changes', kind: 'count' },
    ],
    rows: heaviest(functions, ({ count }) => count).map((placed) => {
      const { global, access, count, changes } = placed.instruction;
      const cells = [global, globals.find(({ index }) => index === global)?.name, count];
      return [...placeCells(placed), ...cells, access === 'write' ? changes : undefined];
    }),
    top,
  };
}
