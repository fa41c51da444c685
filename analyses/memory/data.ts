/** The result of the memory analysis. */

import { mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';
import { type FunctionSites, mergeSites } from '../sites/data.ts';
import { type FrequentValues, mergeFrequent } from '../sketch/data.ts';

/** How often something of variable length was done, and with how many bytes in all; what trapped is included. */
export interface BulkCount {
  readonly times: number;
  readonly bytes: number;
}

/** Accesses whose first byte lies on a page; a bulk operation is one access. */
export interface PageCount {
  /** Number of the 64 KiB page. */
  readonly page: number;
  readonly reads: number;
  readonly writes: number;
}

export interface WidthCount {
  /** Bytes. */
  readonly width: number;
  readonly loads: number;
  readonly stores: number;
}

/** `memory.grow`s at one place with the same figures. */
export interface GrowCount {
  readonly func: number;
  readonly name: string;
  readonly pc: number;
  /** Pages asked for. */
  readonly delta: number;
  /** Pages before. */
  readonly oldPages: number;
  /** What the program got: the pages before, or -1. */
  readonly result: number;
  readonly times: number;
}

export interface MemoryUse {
  /** Index of the memory in the module. */
  readonly memory: number;
  readonly name: string | undefined;
  /** Pages of 64 KiB when it was first seen and the most that were seen; of several instances, those of the largest. */
  readonly initialPages: number;
  readonly peakPages: number;
  /** Executions of loads and of stores, and their bytes. */
  readonly loads: number;
  readonly stores: number;
  readonly loadBytes: number;
  readonly storeBytes: number;
  /** Loads and stores whose address is no multiple of their width, and of those, the ones that break their own alignment hint. */
  readonly misaligned: number;
  readonly belowHint: number;
  readonly init: BulkCount;
  readonly copy: BulkCount;
  readonly fill: BulkCount;
  /** By width, ascending. */
  readonly widths: readonly WidthCount[];
  /** By pages before, then by place. */
  readonly grows: readonly GrowCount[];
  /** Pages with accesses, ascending. */
  readonly pages: readonly PageCount[];
}

/** What a load or store did. */
export interface InstructionAccesses {
  readonly memory: number;
  readonly access: 'load' | 'store';
  /** Bytes. */
  readonly width: number;
  readonly count: number;
  /** Lowest and highest effective address. */
  readonly lowest: number;
  readonly highest: number;
  readonly misaligned: number;
  readonly belowHint: number;
  /** Differences between the addresses of consecutive executions of the instruction in one instance. */
  readonly strides: FrequentValues;
}

export interface InstructionBulk extends BulkCount {
  /** The memory that is written. */
  readonly memory: number;
}

export interface ModuleMemory extends ModuleResult {
  readonly memories: readonly MemoryUse[];
  /** Loads and stores that were executed, of the chosen functions. */
  readonly functions: readonly FunctionSites<InstructionAccesses>[];
  /** `memory.init`, `memory.copy` and `memory.fill` that were executed. */
  readonly bulk: readonly FunctionSites<InstructionBulk>[];
}

export type MemoryResult = AnalysisResult<ModuleMemory>;

/** Counts add up; page numbers, addresses and sizes are the extremes of both. */
export function mergeMemory(a: MemoryResult, b: MemoryResult): MemoryResult {
  return mergeModules<ModuleMemory, MemoryResult>(a, b, (x, y) => ({
    memories: mergeLists(x.memories, y.memories, ({ memory }) => memory, mergeUse),
    functions: mergeSites(x.functions, y.functions, mergeAccesses),
    bulk: mergeSites(x.bulk, y.bulk, (p, q) => ({ ...p, ...addBulk(p, q) })),
  }));
}

function mergeAccesses(a: InstructionAccesses, b: InstructionAccesses): InstructionAccesses {
  return {
    ...a,
    count: a.count + b.count,
    lowest: Math.min(a.lowest, b.lowest),
    highest: Math.max(a.highest, b.highest),
    misaligned: a.misaligned + b.misaligned,
    belowHint: a.belowHint + b.belowHint,
    strides: mergeFrequent(a.strides, b.strides),
  };
}

function addBulk(a: BulkCount, b: BulkCount): BulkCount {
  return { times: a.times + b.times, bytes: a.bytes + b.bytes };
}

function mergeUse(a: MemoryUse, b: MemoryUse): MemoryUse {
  return {
    ...a,
    initialPages: Math.max(a.initialPages, b.initialPages),
    peakPages: Math.max(a.peakPages, b.peakPages),
    loads: a.loads + b.loads,
    stores: a.stores + b.stores,
    loadBytes: a.loadBytes + b.loadBytes,
    storeBytes: a.storeBytes + b.storeBytes,
    misaligned: a.misaligned + b.misaligned,
    belowHint: a.belowHint + b.belowHint,
    init: addBulk(a.init, b.init),
    copy: addBulk(a.copy, b.copy),
    fill: addBulk(a.fill, b.fill),
    widths: mergeLists(
      a.widths,
      b.widths,
      ({ width }) => width,
      (x, y) => ({ ...x, loads: x.loads + y.loads, stores: x.stores + y.stores }),
    ),
    grows: sortedGrows(mergeLists(a.grows, b.grows, growKey, (x, y) => ({ ...x, times: x.times + y.times }))),
    pages: mergeLists(
      a.pages,
      b.pages,
      ({ page }) => page,
      (x, y) => ({ ...x, reads: x.reads + y.reads, writes: x.writes + y.writes }),
    ),
  };
}

/** What tells entries of `grows` apart. */
export function growKey({ func, pc, delta, oldPages, result }: Omit<GrowCount, 'times'>): string {
  return `${func} ${pc} ${delta} ${oldPages} ${result}`;
}

export function sortedGrows(grows: readonly GrowCount[]): GrowCount[] {
  return [...grows].sort(
    (a, b) => a.oldPages - b.oldPages || a.func - b.func || a.pc - b.pc || a.delta - b.delta || a.result - b.result,
  );
}
