/** What is known of the blocks of a module: live ones, sums, call stacks. */

import {
  type AllocationSite,
  type BadFree,
  badFreeKey,
  type CallFrame,
  type ModuleAllocations,
  type SizeClass,
  siteKey,
} from './data.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Block {
  readonly size: number;
  readonly site: Mutable<AllocationSite>;
  /** Address under which the allocator behind the one that was called knows it; undefined where that is the same. */
  readonly inner: number | undefined;
}

/** Who asked for a block, or released it. */
export interface Request {
  readonly index: number;
  readonly name: string;
  readonly stack: readonly CallFrame[];
}

/** The blocks of one instance. */
export class Blocks {
  readonly live = new Map<number, Block>();
  /** From inner addresses to those that the program got. */
  readonly outer = new Map<number, number>();
  /** Addresses that were released and not given again. */
  readonly released = new Set<number>();
}

/** Sums over all instances of a module. */
export class Heap {
  readonly totals = {
    allocations: 0,
    bytes: 0,
    reallocations: 0,
    frees: 0,
    nullFrees: 0,
    failed: 0,
    abandoned: 0,
    tailCalls: 0,
    liveBlocks: 0,
    liveBytes: 0,
    peakBlocks: 0,
    peakBytes: 0,
  };
  private readonly sizes = new Map<number, Mutable<SizeClass>>();
  private readonly sites = new Map<string, Mutable<AllocationSite>>();
  private readonly badFrees = new Map<string, Mutable<BadFree>>();

  /** A block was given. `inner`: the address that a nested allocator gave for it. */
  allocated(blocks: Blocks, address: number, size: number, by: Request & { readonly inner: number | undefined }): void {
    // The allocator gives what it thinks is free: the release was in code that is not watched.
    if (blocks.live.has(address)) this.drop(blocks, address);
    const { totals } = this;
    const site = this.site(by);
    const inner = by.inner === address ? undefined : by.inner;
    blocks.live.set(address, { size, site, inner });
    if (inner !== undefined) {
      blocks.outer.set(inner, address);
      blocks.released.delete(inner);
    }
    blocks.released.delete(address);
    totals.allocations++;
    totals.bytes += size;
    totals.liveBlocks++;
    totals.liveBytes += size;
    totals.peakBlocks = Math.max(totals.peakBlocks, totals.liveBlocks);
    totals.peakBytes = Math.max(totals.peakBytes, totals.liveBytes);
    site.allocations++;
    site.bytes += size;
    site.leakedBlocks++;
    site.leakedBytes += size;
    this.countSize(size);
  }

  private site({ index, name, stack }: Request): Mutable<AllocationSite> {
    const key = siteKey({ index, stack });
    let site = this.sites.get(key);
    if (site === undefined) {
      site = { index, name, stack, allocations: 0, bytes: 0, leakedBlocks: 0, leakedBytes: 0 };
      this.sites.set(key, site);
    }
    return site;
  }

  private countSize(size: number): void {
    const from = size === 0 ? 0 : 2 ** Math.floor(Math.log2(size));
    const known = this.sizes.get(from) ?? { from, allocations: 0, bytes: 0 };
    this.sizes.set(from, known);
    known.allocations++;
    known.bytes += size;
  }

  /** A block is released; `by` is asked only where that is wrong. */
  freed(blocks: Blocks, address: number, by: () => Request): void {
    if (address === 0) {
      this.totals.nullFrees++;
      return;
    }
    const known = blocks.live.has(address) ? address : blocks.outer.get(address);
    if (known === undefined) {
      this.noteBadFree(blocks.released.has(address) ? 'double' : 'unknown', address, by());
      return;
    }
    this.totals.frees++;
    this.drop(blocks, known);
    blocks.released.add(address);
  }

  private drop(blocks: Blocks, address: number): void {
    const block = blocks.live.get(address);
    if (block === undefined) return;
    const { size, site, inner } = block;
    blocks.live.delete(address);
    if (inner !== undefined) blocks.outer.delete(inner);
    this.totals.liveBlocks--;
    this.totals.liveBytes -= size;
    site.leakedBlocks--;
    site.leakedBytes -= size;
  }

  private noteBadFree(kind: BadFree['kind'], address: number, by: Request): void {
    const key = badFreeKey({ kind, ...by });
    const known = this.badFrees.get(key);
    if (known === undefined) {
      this.badFrees.set(key, { kind, index: by.index, name: by.name, stack: by.stack, times: 1, address });
      return;
    }
    known.times++;
    known.address = Math.min(known.address, address);
  }

  result(): Omit<ModuleAllocations, 'allocators' | 'skipped' | 'name' | 'size' | 'sha256' | 'instances'> {
    const byKey = <T>(map: ReadonlyMap<string, T>): T[] =>
      [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => ({ ...item }));
    return {
      ...this.totals,
      sizes: [...this.sizes.values()].sort((a, b) => a.from - b.from).map((size) => ({ ...size })),
      sites: byKey(this.sites),
      badFrees: byKey(this.badFrees),
    };
  }
}
