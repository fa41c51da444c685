/** The result of the alloc analysis. */

import { mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';

/** What a function does: gives memory, takes it back, or both. */
export type AllocatorRole = 'alloc' | 'free' | 'realloc';

/** A function that was watched. */
export interface AllocatorUse {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  readonly role: AllocatorRole;
  /** Activations that began, those within other allocation functions included. */
  readonly calls: number;
  /** Of these, the ones that stood for an allocation or a release of their own. */
  readonly counted: number;
}

/** A function that looks like an allocator and was not watched. */
export interface SkippedAllocator {
  readonly index: number;
  readonly name: string;
  readonly reason: string;
}

/** A frame of a call stack: a function, and where in it the call is. */
export interface CallFrame {
  /** Index in the function index space of its module. */
  readonly func: number;
  readonly name: string;
  readonly pc: number;
}

/** Allocations of one function from one call stack. */
export interface AllocationSite {
  /** Index of the function that was called. */
  readonly index: number;
  readonly name: string;
  /** Who called, innermost first, as deep as the option says. */
  readonly stack: readonly CallFrame[];
  readonly allocations: number;
  /** Bytes that were asked for. */
  readonly bytes: number;
  /** What of it was not released. */
  readonly leakedBlocks: number;
  readonly leakedBytes: number;
}

/** Sizes from `from` up to, and without, twice that; `from` 0 is size 0. */
export interface SizeClass {
  readonly from: number;
  readonly allocations: number;
  readonly bytes: number;
}

/** Releases of something that was not allocated. */
export interface BadFree {
  /** `double`: it was released before and not allocated again; `unknown`: it was never seen to be allocated. */
  readonly kind: 'double' | 'unknown';
  /** Index of the function that was called. */
  readonly index: number;
  readonly name: string;
  readonly stack: readonly CallFrame[];
  readonly times: number;
  /** The lowest address. */
  readonly address: number;
}

export interface ModuleAllocations extends ModuleResult {
  /** By index. */
  readonly allocators: readonly AllocatorUse[];
  /** By index. */
  readonly skipped: readonly SkippedAllocator[];
  /** Allocations that succeeded, reallocations included, and the bytes that were asked for. */
  readonly allocations: number;
  readonly bytes: number;
  /** Reallocations of a block; each of them is an allocation and a release as well. */
  readonly reallocations: number;
  /** Releases of blocks that were allocated. */
  readonly frees: number;
  /** Releases of address 0, which do nothing. */
  readonly nullFrees: number;
  /** Requests for more than 0 bytes that got address 0. */
  readonly failed: number;
  /** Requests that did not come back: a trap, an error of the host. */
  readonly abandoned: number;
  /** Requests that ended with a tail call, but for direct ones of another allocator, which counts itself: their results were not seen. */
  readonly tailCalls: number;
  /** What is allocated at the time of the result, and the most that was at any time; of merged results, the largest. */
  readonly liveBlocks: number;
  readonly liveBytes: number;
  readonly peakBlocks: number;
  readonly peakBytes: number;
  /** By size, ascending. */
  readonly sizes: readonly SizeClass[];
  /** By function and call stack. */
  readonly sites: readonly AllocationSite[];
  readonly badFrees: readonly BadFree[];
}

export type AllocResult = AnalysisResult<ModuleAllocations>;

/** Counts add up, what is live too; peaks are the larger ones. */
export function mergeAlloc(a: AllocResult, b: AllocResult): AllocResult {
  return mergeModules<ModuleAllocations, AllocResult>(a, b, (x, y) => ({
    ...sums(x, y),
    peakBlocks: Math.max(x.peakBlocks, y.peakBlocks),
    peakBytes: Math.max(x.peakBytes, y.peakBytes),
    allocators: mergeLists(
      x.allocators,
      y.allocators,
      ({ index }) => index,
      (f, g) => ({ ...f, calls: f.calls + g.calls, counted: f.counted + g.counted }),
    ),
    skipped: mergeLists(
      x.skipped,
      y.skipped,
      ({ index }) => index,
      (f) => f,
    ),
    sizes: mergeLists(
      x.sizes,
      y.sizes,
      ({ from }) => from,
      (s, t) => ({ ...s, allocations: s.allocations + t.allocations, bytes: s.bytes + t.bytes }),
    ),
    sites: mergeLists(x.sites, y.sites, siteKey, addSites),
    badFrees: mergeLists(x.badFrees, y.badFrees, badFreeKey, (s, t) => ({
      ...s,
      times: s.times + t.times,
      address: Math.min(s.address, t.address),
    })),
  }));
}

const SUMS = [
  'allocations',
  'bytes',
  'reallocations',
  'frees',
  'nullFrees',
  'failed',
  'abandoned',
  'tailCalls',
  'liveBlocks',
  'liveBytes',
] as const;

type Sums = { readonly [K in (typeof SUMS)[number]]: number };

function sums(a: Sums, b: Sums): Sums {
  // The entries are those of `SUMS`.
  return Object.fromEntries(SUMS.map((key) => [key, a[key] + b[key]])) as Sums;
}

function addSites(a: AllocationSite, b: AllocationSite): AllocationSite {
  return {
    ...a,
    allocations: a.allocations + b.allocations,
    bytes: a.bytes + b.bytes,
    leakedBlocks: a.leakedBlocks + b.leakedBlocks,
    leakedBytes: a.leakedBytes + b.leakedBytes,
  };
}

export function stackKey(stack: readonly CallFrame[]): string {
  return stack.map(({ func, pc, name }) => `${func}:${pc}:${name}`).join('\n');
}

export function siteKey({ index, stack }: Pick<AllocationSite, 'index' | 'stack'>): string {
  return `${index}\n${stackKey(stack)}`;
}

export function badFreeKey({ kind, index, stack }: Pick<BadFree, 'kind' | 'index' | 'stack'>): string {
  return `${kind} ${index}\n${stackKey(stack)}`;
}
