/** The counts of the golden files, made with the toolkit's probes; each in the simplest way. */

import { functionLocations, type Location, type ModuleInstance } from '../../engine/index.ts';
import {
  CountProbe,
  HistogramProbe,
  Insertions,
  onBranch,
  onCall,
  onEntry,
  onGlobalAccess,
  onMemoryAccess,
  onMemoryGrow,
  TakenProbe,
} from '../../probes/index.ts';
import { structureOf } from '../../probes/structure.ts';
import type { CallCounts, MemoryCounts } from './golden.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type MutableMemory = Mutable<MemoryCounts> & { pageCounts: Map<number, [number, number]> };

const PAGE_BYTES = 65536;

/** Behind these, as they begin or end a straight run of instructions, a block of the golden files starts. */
const cuts = new Set(['if', 'else', 'br', 'br_if', 'br_table', 'return', 'throw', 'unreachable']);

/** Attached to one instance, which is the only one of its program. */
export class Counts {
  private readonly instance: ModuleInstance;
  private readonly insertions = new Insertions();
  private readonly locations: readonly Location[];
  private readonly executed = new Map<Location, CountProbe>();
  private readonly ways = new Map<Location, () => number[]>();
  private readonly entries = new Map<number, number>();
  private readonly targets = new Map<string, Map<number, number>>();
  private readonly accesses = new Map<number, [number, number]>();
  private readonly memories: MutableMemory[];

  constructor(instance: ModuleInstance) {
    this.instance = instance;
    const { module } = instance;
    this.locations = module.bodies.flatMap((_, i) => functionLocations(module, module.importCounts.function + i));
    this.memories = instance.memories.map((_, memory) => ({
      memory,
      init: [0, 0],
      copy: [0, 0],
      fill: [0, 0],
      grows: 0,
      pages: [],
      pageCounts: new Map(),
    }));
    this.countInstructions();
    this.countBranches();
    this.countCalls();
    this.countAccesses();
  }

  private countInstructions(): void {
    for (const location of this.locations) {
      const probe = new CountProbe();
      this.executed.set(location, probe);
      this.insertions.local(this.instance, location.func, location.pc, probe);
    }
  }

  private countBranches(): void {
    const references = new Map<string, [number, number]>();
    for (const location of this.locations) {
      const { name } = location.instruction;
      if (name === 'if' || name === 'br_if') {
        const probe = new TakenProbe();
        this.ways.set(location, () => [probe.notTaken, probe.taken]);
        this.insertions.local(this.instance, location.func, location.pc, probe);
      } else if (name === 'br_table') {
        const probe = HistogramProbe.forTargets(location);
        this.ways.set(location, () => [...probe.counts]);
        this.insertions.local(this.instance, location.func, location.pc, probe);
      } else if (name.startsWith('br_on_')) {
        const counts: [number, number] = [0, 0];
        references.set(`${location.func} ${location.pc}`, counts);
        this.ways.set(location, () => counts);
      }
    }
    this.insertions.add(
      onBranch(this.instance, ({ location, taken }) => {
        const counts = references.get(`${location.func} ${location.pc}`);
        if (counts !== undefined) counts[taken ? 1 : 0]++;
      }),
    );
  }

  private countCalls(): void {
    const { instance, entries, targets } = this;
    this.insertions.add(onEntry(instance, ({ func }) => entries.set(func, (entries.get(func) ?? 0) + 1)));
    this.insertions.add(
      onCall(instance, ({ location, callee }) => {
        if (callee === undefined) return;
        const key = `${location.func} ${location.pc}`;
        const found = targets.get(key) ?? new Map<number, number>();
        targets.set(key, found);
        found.set(callee, (found.get(callee) ?? 0) + 1);
      }),
    );
  }

  private countAccesses(): void {
    const { instance, accesses, memories } = this;
    this.insertions.add(
      onGlobalAccess(instance, ({ global, access }) => {
        const counts = accesses.get(global) ?? [0, 0];
        accesses.set(global, counts);
        counts[access === 'read' ? 0 : 1]++;
      }),
    );
    this.insertions.add(
      onMemoryAccess(instance, ({ memory, access, address, width, location }) => {
        const stats = memories[memory] as MutableMemory;
        const page = Math.floor(address / PAGE_BYTES);
        const counts = stats.pageCounts.get(page) ?? [0, 0];
        stats.pageCounts.set(page, counts);
        counts[access === 'read' ? 0 : 1]++;
        const kind = /^memory\.(init|copy|fill)$/.exec(location.instruction.name)?.[1] as
          | 'init'
          | 'copy'
          | 'fill'
          | undefined;
        if (kind === undefined || access === 'read') return;
        stats[kind] = [stats[kind][0] + 1, stats[kind][1] + width];
      }),
    );
    this.insertions.add(onMemoryGrow(instance, ({ memory }) => (memories[memory] as MutableMemory).grows++));
  }

  private countOf(location: Location): number {
    return (this.executed.get(location) as CountProbe).count;
  }

  private own(func: number): Location[] {
    return this.locations.filter((location) => location.func === func);
  }

  private get functions(): number[] {
    return [...new Set(this.locations.map(({ func }) => func))];
  }

  hotness(): number[][] {
    return this.locations.map((location) => [location.func, location.pc, this.countOf(location)]);
  }

  icount(): number[][] {
    return this.functions.map((func) => {
      const own = this.own(func);
      return [func, own.length, own.reduce((sum, location) => sum + this.countOf(location), 0)];
    });
  }

  opcodes(): Record<string, [number, number]> {
    const opcodes: Record<string, [number, number]> = {};
    for (const location of this.locations) {
      const { mnemonic } = location.instruction;
      const counts = opcodes[mnemonic] ?? [0, 0];
      opcodes[mnemonic] = counts;
      counts[0]++;
      counts[1] += this.countOf(location);
    }
    return opcodes;
  }

  branches(): unknown[][] {
    return [...this.ways]
      .map(([{ func, pc, instruction }, ways]): [number, number, string, number[]] => [
        func,
        pc,
        instruction.mnemonic,
        ways(),
      ])
      .sort(([f, p], [g, q]) => f - g || p - q);
  }

  loops(): number[][] {
    return this.locations
      .filter(({ instruction }) => instruction.name === 'loop')
      .map((location) => {
        const { blocks } = structureOf(this.instance.module, location.func);
        const block = blocks.find(({ kind, start }) => kind === 'loop' && start === location.pc);
        return [location.func, location.pc, block?.end ?? -1, this.countOf(location)];
      });
  }

  calls(): CallCounts {
    const entries = [...this.entries].sort(([a], [b]) => a - b);
    const sites = this.locations
      .filter(({ func, instruction }) => instruction.effects.has('call') && this.entries.has(func))
      .map(({ func, pc, instruction, immediates }): CallCounts['sites'][number] => {
        const found = [...(this.targets.get(`${func} ${pc}`) ?? [])].sort(([a], [b]) => a - b);
        const isDirect = instruction.immediates[0] === 'func';
        const never: [number, number][] = isDirect ? [[immediates.index as number, 0]] : [];
        return [func, pc, instruction.mnemonic, found.length > 0 ? found : never];
      });
    return { entries, sites };
  }

  globals(): number[][] {
    return this.instance.globals.map((_, i) => [i, ...(this.accesses.get(i) ?? [0, 0])]);
  }

  memstats(): MemoryCounts[] {
    return this.memories.map(({ pageCounts, ...stats }) => ({
      ...stats,
      pages: [...pageCounts].sort(([a], [b]) => a - b).map(([page, [reads, writes]]) => [page, reads, writes]),
    }));
  }

  blocks(): number[][] {
    return this.functions.filter((func) => this.entries.has(func)).flatMap((func) => this.blocksOf(this.own(func)));
  }

  private blocksOf(own: readonly Location[]): number[][] {
    const last = own.length - 1;
    const starts = own.flatMap(({ instruction: { name } }, i) => {
      const before = own[i - 1]?.instruction.name;
      const isBehind = before !== undefined && (cuts.has(before) || before.startsWith('br_on_'));
      const isStart = i < last && (i === 0 || name === 'loop' || name === 'end' || isBehind);
      return isStart ? [i] : [];
    });
    return starts.map((start, i) => {
      const location = own[start] as Location;
      const end = own[starts[i + 1] ?? last] as Location;
      return [location.func, location.pc, end.pc, this.countOf(location)];
    });
  }
}
