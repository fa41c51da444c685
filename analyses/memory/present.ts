/** How the result of the memory analysis is shown. */

import type { Cell, Column, Figure, Section, Table } from '../report/presentation.ts';
import { heaviest } from '../sites/data.ts';
import { placeCells, placeColumns } from '../sites/presenting.ts';
import type { MemoryUse, ModuleMemory } from './data.ts';
import { heatMap } from './heat-map.ts';
import { PAGE_BYTES } from './pages.ts';

const memoryColumn: Column = { key: 'memory', title: 'mem', kind: 'exact' };

export function memorySections(module: ModuleMemory, top: number): Section {
  const { memories } = module;
  const tables = [
    instructionTable(module, top),
    pageTable(memories, top),
    widthTable(memories),
    bulkTable(module, top),
    growTable(memories, top),
  ];
  return {
    module,
    figures: memories.length === 0 ? [{ label: 'memories', value: 0, kind: 'exact' }] : memories.flatMap(figuresOf),
    tables: memories.length === 0 ? [] : tables,
    lines: memories.flatMap((memory) => {
      const map = heatMap(memory.pages, memory.peakPages);
      return map.length > 0 && memories.length > 1 ? [`Memory ${memory.memory}`, ...map] : map;
    }),
  };

  function figuresOf(use: MemoryUse): Figure[] {
    const of = memories.length === 1 ? '' : ` of memory ${use.memory}${use.name === undefined ? '' : ` (${use.name})`}`;
    const { loads, stores } = use;
    return [
      { label: `loads${of}`, value: loads, kind: 'exact' },
      { label: `stores${of}`, value: stores, kind: 'exact' },
      { label: `loads for each store${of}`, value: stores === 0 ? undefined : loads / stores, kind: 'ratio' },
      { label: `bytes loaded${of}`, value: use.loadBytes, kind: 'bytes' },
      { label: `bytes stored${of}`, value: use.storeBytes, kind: 'bytes' },
      { label: `misaligned accesses${of}`, value: use.misaligned, kind: 'exact' },
      { label: `against their own alignment hint${of}`, value: use.belowHint, kind: 'exact' },
      { label: `64 KiB pages at first${of}`, value: use.initialPages, kind: 'exact' },
      { label: `64 KiB pages at most${of}`, value: use.peakPages, kind: 'exact' },
      { label: `64 KiB pages accessed${of}`, value: use.pages.length, kind: 'exact' },
    ];
  }
}

function instructionTable({ functions, memories }: ModuleMemory, top: number): Table {
  return {
    id: 'instructions',
    title: 'Loads and stores that were executed most often',
    columns: [
      ...placeColumns,
      ...(memories.length === 1 ? [] : [memoryColumn]),
      { key: 'count', kind: 'count' },
      { key: 'lowest', title: 'from', kind: 'address' },
      { key: 'highest', title: 'to', kind: 'address' },
      { key: 'misaligned', kind: 'count', isExtra: true },
      { key: 'below_hint', title: 'below hint', kind: 'count', isExtra: true },
      { key: 'stride', kind: 'exact', isExtra: true },
      { key: 'stride_share', title: 'of steps', kind: 'share', isExtra: true },
    ],
    rows: heaviest(functions, ({ count }) => count).map((placed) => {
      const { memory, count, lowest, highest, misaligned, belowHint, strides } = placed.instruction;
      const [first] = strides.values;
      const share = first === undefined ? undefined : (first.count - first.error) / (count - 1);
      const of = memories.length === 1 ? [] : [memory];
      const stride = first === undefined ? undefined : Number(first.value);
      return [...placeCells(placed), ...of, count, lowest, highest, misaligned, belowHint, stride, share];
    }),
    top,
  };
}

function pageTable(memories: readonly MemoryUse[], top: number): Table {
  const rows = memories
    .flatMap(({ memory, pages }) => pages.map((page) => ({ memory, ...page })))
    .sort((a, b) => b.reads + b.writes - a.reads - a.writes);
  return {
    id: 'pages',
    title: 'Pages with the most accesses',
    columns: [
      memoryColumn,
      { key: 'page', kind: 'exact' },
      { key: 'address', kind: 'address' },
      { key: 'reads', kind: 'count' },
      { key: 'writes', kind: 'count' },
    ],
    rows: rows.map(({ memory, page, reads, writes }) => [memory, page, page * PAGE_BYTES, reads, writes]),
    top,
  };
}

function widthTable(memories: readonly MemoryUse[]): Table {
  return {
    id: 'widths',
    title: 'Loads and stores by width',
    columns: [
      memoryColumn,
      { key: 'width', title: 'bytes', kind: 'exact' },
      { key: 'loads', kind: 'count' },
      { key: 'stores', kind: 'count' },
    ],
    rows: memories.flatMap(({ memory, widths }) =>
      widths.map(({ width, loads, stores }): Cell[] => [memory, width, loads, stores]),
    ),
  };
}

function bulkTable({ bulk }: ModuleMemory, top: number): Table {
  const columns: Column[] = [
    ...placeColumns,
    { key: 'memory', title: 'writes mem', kind: 'exact' },
    { key: 'times', kind: 'count' },
    { key: 'bytes', kind: 'bytes' },
  ];
  const rows = heaviest(bulk, ({ bytes }) => bytes).map((placed) => {
    const { memory, times, bytes } = placed.instruction;
    return [...placeCells(placed), memory, times, bytes];
  });
  return { id: 'bulk', title: 'Bulk operations', columns, rows, top };
}

function growTable(memories: readonly MemoryUse[], top: number): Table {
  return {
    id: 'grows',
    title: 'Growth (memory.grow)',
    columns: [
      { key: 'function', kind: 'text' },
      { key: 'func', kind: 'exact' },
      { key: 'pc', kind: 'exact' },
      memoryColumn,
      { key: 'old_pages', title: 'pages before', kind: 'exact' },
      { key: 'delta', title: 'asked for', kind: 'exact' },
      { key: 'result', kind: 'exact' },
      { key: 'times', kind: 'count' },
    ],
    rows: memories.flatMap(({ memory, grows }) =>
      grows.map((g): Cell[] => [g.name, g.func, g.pc, memory, g.oldPages, g.delta, g.result, g.times]),
    ),
    top,
  };
}
