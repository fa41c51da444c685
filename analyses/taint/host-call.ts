/** A call of a function of the host: what it gives back, and what it does with memory. */

import type { MemoryInstance, ModuleInstance } from '../../engine/index.ts';
import { type CallMemory, type MemoryRange, numbersGiven, wasiMemoryEffects } from '../wasi/memory-effects.ts';
import type { FunctionRules } from './function-rules.ts';
import type { ShadowMemory } from './shadow-memory.ts';
import type { Tracker } from './tracker.ts';

/** Memory 0 of the instance that calls: the one that pointers among arguments are about. */
export function callMemory(tracker: Tracker, instance: ModuleInstance, args: readonly unknown[]): CallMemory {
  const memory = instance.memories[0];
  return {
    args,
    earlier: tracker.earlier,
    u32: (address) => {
      const view = memory?.refresh();
      return view === undefined || address + 4 > view.byteLength ? 0 : view.getUint32(address, true);
    },
  };
}

/** The part of a range that is in the memory. */
function within(memory: MemoryInstance, [start, bytes]: MemoryRange): MemoryRange {
  const { byteLength } = memory.refresh();
  return [start, Math.max(0, Math.min(bytes, byteLength - start))];
}

/** Taints, or cleans, what somebody outside of the program has written; how many bytes. */
export function writeRanges(shadow: ShadowMemory, ranges: readonly MemoryRange[], label: number): number {
  let sum = 0;
  for (const range of ranges) {
    const [start, bytes] = within(shadow.memory, range);
    shadow.set(start, bytes, label);
    sum += bytes;
  }
  return sum;
}

export class HostCall {
  readonly rules: FunctionRules;
  readonly resultCount: number;
  /** Label of each result. */
  readonly resultLabel: number;
  private readonly tracker: Tracker;
  private readonly instance: ModuleInstance;
  private readonly memory: CallMemory;
  /** The memories as they were, where nobody knows what the function writes. */
  private readonly before: readonly (readonly [MemoryInstance, Uint8Array])[];

  constructor(
    tracker: Tracker,
    instance: ModuleInstance,
    call: {
      readonly rules: FunctionRules;
      readonly args: readonly unknown[];
      /** The union of those of the arguments. */
      readonly argsLabel: number;
      readonly resultCount: number;
    },
  ) {
    const { rules, argsLabel } = call;
    this.tracker = tracker;
    this.instance = instance;
    this.rules = rules;
    this.memory = callMemory(tracker, instance, call.args);
    this.resultCount = call.resultCount;
    const isPassing = tracker.options.isHostTransparent && rules.wasi === undefined;
    this.resultLabel = tracker.labels.union(rules.resultLabel, isPassing ? argsLabel : 0);
    const isCompared = rules.changesLabel !== 0;
    this.before = isCompared ? instance.memories.map((memory) => [memory, snapshotOf(memory)]) : [];
  }

  /** It has come back. `values` are its results, the topmost first; none where nobody could see them. */
  returned(values: readonly unknown[]): void {
    const { tracker, rules, memory } = this;
    if (rules.resultLabel !== 0 && this.resultCount > 0) tracker.labels.occurred(rules.resultLabel, 0);
    for (const [changed, bytes] of this.before) this.compare(changed, bytes);
    const own = this.instance.memories[0];
    if (own === undefined) return;
    const shadow = tracker.memory(own);
    if (rules.wasi !== undefined && (values[0] ?? 0) === 0) this.writtenByWasi(shadow, rules.wasi);
    for (const { label, ranges } of rules.written) this.written(shadow, ranges(memory, values[0]), label);
  }

  private writtenByWasi(shadow: ShadowMemory, name: string): void {
    const { tracker, rules, memory } = this;
    for (const { access, isData, ranges } of wasiMemoryEffects(name)) {
      if (access === 'write') this.written(shadow, ranges(memory), isData ? rules.wasiLabel : 0);
    }
    for (const [number, value] of numbersGiven(name, memory)) tracker.earlier.set(number, value);
  }

  private written(shadow: ShadowMemory, ranges: readonly MemoryRange[], label: number): void {
    const bytes = writeRanges(shadow, ranges, label);
    if (label !== 0) this.tracker.labels.occurred(label, bytes);
  }

  /** Taints what is not as it was. */
  private compare(memory: MemoryInstance, before: Uint8Array): void {
    const { tracker, rules } = this;
    memory.refresh();
    const ranges = differences(before, memory.bytes);
    if (ranges.length > 0) this.written(tracker.memory(memory), ranges, rules.changesLabel);
  }
}

function snapshotOf(memory: MemoryInstance): Uint8Array {
  memory.refresh();
  return memory.bytes.slice();
}

const WORD = 8;

/** Where two states of a memory, which may have grown, differ. */
export function differences(before: Uint8Array, after: Uint8Array): MemoryRange[] {
  const ranges: MemoryRange[] = [];
  const add = (at: number): void => {
    const last = ranges.at(-1);
    if (last !== undefined && last[0] + last[1] === at) ranges[ranges.length - 1] = [last[0], last[1] + 1];
    else ranges.push([at, 1]);
  };
  // Sizes of memories are multiples of the word.
  const [a, b] = [before, after].map(
    (bytes) => new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length / WORD),
  );
  for (let i = 0; i < (b?.length ?? 0); i++) {
    if ((a?.[i] ?? 0n) === b?.[i]) continue;
    for (let at = i * WORD; at < (i + 1) * WORD; at++) if ((before[at] ?? 0) !== after[at]) add(at);
  }
  return ranges;
}
