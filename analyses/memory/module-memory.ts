/** What is known of the memories of a module. */

import {
  functionName,
  instructions,
  type Location,
  type MemoryInstance,
  type Module,
  type ModuleInstance,
} from '../../engine/index.ts';
import { type Attachment, type Insertions, type MemoryGrowEvent, onMemoryGrow } from '../../probes/index.ts';
import { entityName } from '../entity-names.ts';
import type { FunctionChoice } from '../function-choice.ts';
import { type Site, Sites } from '../sites/sites.ts';
import { AccessState, accessProbe } from './access.ts';
import { BulkProbe, BulkState } from './bulk.ts';
import {
  type BulkCount,
  type GrowCount,
  growKey,
  type MemoryUse,
  type ModuleMemory,
  sortedGrows,
  type WidthCount,
} from './data.ts';
import { PageCounts, pageCounts } from './pages.ts';

/** An instruction that concerns memories: a load or store, a bulk operation, or a `memory.grow`. */
type State = AccessState | BulkState | 'grow';

const ops: ReadonlySet<number> = new Set(
  instructions
    .filter(({ access, effects }) => access.reads !== undefined || access.writes !== undefined || effects.has('grow'))
    .map(({ op }) => op),
);

function stateOf(location: Location): State {
  if (location.instruction.effects.has('grow')) return 'grow';
  return location.instruction.immediates.includes('memarg') ? new AccessState(location) : new BulkState(location);
}

/** A memory of the module, in all of its instances. */
class MemoryState {
  readonly reads = new PageCounts();
  readonly writes = new PageCounts();
  readonly grows = new Map<string, { -readonly [K in keyof GrowCount]: GrowCount[K] }>();
  private readonly seen: MemoryInstance[] = [];
  private initialPages = 0;
  private peakPages = 0;

  add(memory: MemoryInstance): void {
    this.seen.push(memory);
    this.initialPages = Math.max(this.initialPages, memory.pages);
  }

  noteGrow(module: Module, { location, delta, oldPages, newPages, result }: MemoryGrowEvent): void {
    const { func, pc } = location;
    const grow = { func, name: functionName(module, func), pc, delta, oldPages, result };
    const key = growKey(grow);
    const known = this.grows.get(key);
    if (known === undefined) this.grows.set(key, { ...grow, times: 1 });
    else known.times++;
    this.peakPages = Math.max(this.peakPages, newPages);
  }

  /** The host may have grown it, too. */
  sizes(): { initialPages: number; peakPages: number } {
    const peakPages = this.seen.reduce((peak, { pages }) => Math.max(peak, pages), this.peakPages);
    return { initialPages: this.initialPages, peakPages };
  }
}

export class MemoryCounts {
  private readonly module: Module;
  private readonly sites: Sites<State>;
  private readonly memories: readonly MemoryState[];

  constructor(module: Module, choice: FunctionChoice) {
    this.module = module;
    this.sites = new Sites<State>(module, { name: 'memory', choice, ops, make: stateOf });
    this.memories = module.memoryTypes.map(() => new MemoryState());
  }

  attach(instance: ModuleInstance): Attachment {
    for (const [i, memory] of instance.memories.entries()) this.memory(i).add(memory);
    return this.sites.attach(instance, (site, insertions) => this.insert(instance, site, insertions));
  }

  private memory(index: number): MemoryState {
    return this.memories[index] as MemoryState;
  }

  private insert(instance: ModuleInstance, { location, state }: Site<State>, insertions: Insertions): void {
    const { func, pc } = location;
    if (state === 'grow') insertions.add(this.watchGrow(instance, location));
    else if (state instanceof BulkState) {
      const reads = state.source === undefined ? undefined : this.memory(state.source).reads;
      insertions.local(instance, func, pc, new BulkProbe(state, this.memory(state.memory).writes, reads));
    } else {
      const { reads, writes } = this.memory(state.memory);
      insertions.local(instance, func, pc, accessProbe(state, location, state.isLoad ? reads : writes));
    }
  }

  private watchGrow(instance: ModuleInstance, { func, pc }: Location): Attachment {
    return onMemoryGrow(
      instance,
      // The event is of the whole function, which may have several of them.
      (event) => {
        if (event.location.pc === pc) this.memory(event.memory).noteGrow(this.module, event);
      },
      { functions: func, name: 'memory' },
    );
  }

  result(): Pick<ModuleMemory, 'memories' | 'functions' | 'bulk'> {
    return {
      memories: this.memories.map((_, i) => this.use(i)),
      functions: this.sites.results((state) => (state instanceof AccessState ? state.result() : undefined)),
      bulk: this.sites.results((state) => (state instanceof BulkState ? state.result() : undefined)),
    };
  }

  private use(index: number): MemoryUse {
    const memory = this.memory(index);
    const states = [...this.sites.states()];
    const accesses = states.filter((s) => s instanceof AccessState && s.memory === index) as AccessState[];
    const bulk = states.filter((s) => s instanceof BulkState && s.memory === index) as BulkState[];
    const own = accesses.flatMap((state) => state.result() ?? []);
    const sum = (of: (access: (typeof own)[number]) => number): number => own.reduce((total, a) => total + of(a), 0);
    const isLoad = ({ access }: { access: string }): boolean => access === 'load';
    return {
      memory: index,
      name: entityName(this.module, 'memory', index),
      ...memory.sizes(),
      loads: sum((a) => (isLoad(a) ? a.count : 0)),
      stores: sum((a) => (isLoad(a) ? 0 : a.count)),
      loadBytes: sum((a) => (isLoad(a) ? a.count * a.width : 0)),
      storeBytes: sum((a) => (isLoad(a) ? 0 : a.count * a.width)),
      misaligned: sum((a) => a.misaligned),
      belowHint: sum((a) => a.belowHint),
      init: bulkCount(bulk, 'init'),
      copy: bulkCount(bulk, 'copy'),
      fill: bulkCount(bulk, 'fill'),
      widths: widthCounts(accesses),
      grows: sortedGrows([...memory.grows.values()].map((grow) => ({ ...grow }))),
      pages: pageCounts(memory.reads, memory.writes),
    };
  }
}

function bulkCount(states: readonly BulkState[], kind: BulkState['kind']): BulkCount {
  const own = states.filter((state) => state.kind === kind);
  return {
    times: own.reduce((sum, { times }) => sum + times, 0),
    bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function widthCounts(accesses: readonly AccessState[]): WidthCount[] {
  const widths = new Map<number, { width: number; loads: number; stores: number }>();
  for (const { width, isLoad, count } of accesses) {
    if (count === 0) continue;
    const counts = widths.get(width) ?? { width, loads: 0, stores: 0 };
    widths.set(width, counts);
    counts[isLoad ? 'loads' : 'stores'] += count;
  }
  return [...widths.values()].sort((a, b) => a.width - b.width);
}
