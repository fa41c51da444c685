/** How the result of the alloc analysis is shown. */

import type { Cell, Figure, Section, Table } from '../report/presentation.ts';
import type { CallFrame, ModuleAllocations } from './data.ts';

const NO_FREE = [
  'No function that releases was found by its name, so that all seems to stay allocated. It may have',
  'another name, which the option "free" takes, or have been put in line by the compiler.',
];

export function allocSection(module: ModuleAllocations, top: number): Section {
  const skipped = module.skipped.map(({ name, reason }) => `Not watched: ${name} ${reason}.`);
  if (module.allocators.length === 0) {
    const hint =
      'No allocation functions were found by their names. Name them: alloc:alloc=NAME,free=NAME,realloc=NAME';
    return { module, tables: [functionTable(module)], lines: [...skipped, hint] };
  }
  return {
    module,
    figures: figuresOf(module),
    tables: [
      leakTable(module, top),
      siteTable(module, top),
      sizeTable(module),
      badFreeTable(module, top),
      functionTable(module),
    ],
    lines: module.allocators.some(({ role }) => role === 'free') ? skipped : [...skipped, ...NO_FREE],
  };
}

function figuresOf(m: ModuleAllocations): Figure[] {
  const badFrees = (kind: string): number => m.badFrees.reduce((n, b) => (b.kind === kind ? n + b.times : n), 0);
  const always: Figure[] = [
    { label: 'allocations', value: m.allocations, kind: 'exact' },
    { label: 'bytes asked for', value: m.bytes, kind: 'bytes' },
    { label: 'releases', value: m.frees, kind: 'exact' },
    { label: 'reallocations, both of these', value: m.reallocations, kind: 'exact' },
    { label: 'live at most', value: m.peakBytes, kind: 'bytes' },
    { label: 'live at the end', value: m.liveBytes, kind: 'bytes' },
    { label: 'blocks at most', value: m.peakBlocks, kind: 'exact' },
    { label: 'blocks at the end', value: m.liveBlocks, kind: 'exact' },
    { label: 'double frees', value: badFrees('double'), kind: 'exact' },
    { label: 'frees of unknown addresses', value: badFrees('unknown'), kind: 'exact' },
  ];
  const rare: Figure[] = [
    { label: 'frees of address 0', value: m.nullFrees, kind: 'exact' },
    { label: 'failed requests', value: m.failed, kind: 'exact' },
    { label: 'requests that did not come back', value: m.abandoned, kind: 'exact' },
    { label: 'requests with a result that was not seen (tail calls)', value: m.tailCalls, kind: 'exact' },
  ];
  return [...always, ...rare.filter(({ value }) => value !== 0)];
}

/** Who called, innermost first. */
function stackText(stack: readonly CallFrame[]): string {
  return stack.length === 0 ? 'the host' : stack.map(({ name, pc }) => `${name}+${pc}`).join(' < ');
}

function leakTable({ sites }: ModuleAllocations, top: number): Table {
  const leaks = sites.filter(({ leakedBlocks }) => leakedBlocks > 0).sort((a, b) => b.leakedBytes - a.leakedBytes);
  return {
    id: 'leaks',
    title: 'Not released, by call stack (innermost caller first, with its pc)',
    columns: [
      { key: 'bytes', kind: 'bytes' },
      { key: 'blocks', kind: 'count' },
      { key: 'function', kind: 'text' },
      { key: 'stack', title: 'called by', kind: 'text' },
    ],
    rows: leaks.map(({ leakedBytes, leakedBlocks, name, stack }) => [
      leakedBytes,
      leakedBlocks,
      name,
      stackText(stack),
    ]),
    top,
  };
}

function siteTable({ sites }: ModuleAllocations, top: number): Table {
  return {
    id: 'sites',
    title: 'Allocations by call stack',
    columns: [
      { key: 'bytes', kind: 'bytes' },
      { key: 'allocations', kind: 'count' },
      { key: 'function', kind: 'text' },
      { key: 'stack', title: 'called by', kind: 'text' },
    ],
    rows: [...sites]
      .sort((a, b) => b.bytes - a.bytes)
      .map(({ bytes, allocations, name, stack }) => [bytes, allocations, name, stackText(stack)]),
    top,
  };
}

function sizeTable({ sizes, allocations }: ModuleAllocations): Table {
  return {
    id: 'sizes',
    title: 'Allocations by size',
    columns: [
      { key: 'from', title: 'from bytes', kind: 'exact' },
      { key: 'to', title: 'to bytes', kind: 'exact' },
      { key: 'allocations', kind: 'count' },
      { key: 'share', title: '%', kind: 'share' },
      { key: 'bytes', title: 'in all', kind: 'bytes' },
    ],
    rows: sizes.map((s): Cell[] => [
      s.from,
      s.from === 0 ? 0 : 2 * s.from - 1,
      s.allocations,
      s.allocations / allocations,
      s.bytes,
    ]),
    top: sizes.length,
  };
}

function badFreeTable({ badFrees }: ModuleAllocations, top: number): Table {
  return {
    id: 'bad-frees',
    title: 'Releases of what was not allocated',
    columns: [
      { key: 'kind', kind: 'text' },
      { key: 'times', kind: 'count' },
      { key: 'address', kind: 'address' },
      { key: 'function', kind: 'text' },
      { key: 'stack', title: 'called by', kind: 'text' },
    ],
    rows: [...badFrees]
      .sort((a, b) => b.times - a.times)
      .map(({ kind, times, address, name, stack }) => [kind, times, address, name, stackText(stack)]),
    top,
  };
}

function functionTable({ allocators }: ModuleAllocations): Table {
  return {
    id: 'functions',
    title: 'Allocation functions',
    columns: [
      { key: 'function', kind: 'text' },
      { key: 'func', kind: 'exact' },
      { key: 'role', kind: 'text' },
      { key: 'calls', kind: 'count' },
      { key: 'counted', title: 'not within another one', kind: 'count' },
    ],
    rows: allocators.map(({ name, index, role, calls, counted }) => [name, index, role, calls, counted]),
    top: allocators.length,
  };
}
