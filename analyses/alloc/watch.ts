/** Calls of allocation functions in one instance: what is asked for at the entry, what came of it at the exit. */

import {
  type Frame,
  functionLocations,
  functionName,
  type ModuleInstance,
  type TypedValue,
} from '../../engine/index.ts';
import {
  type Attachment,
  type FunctionExitEvent,
  Insertions,
  onEntry,
  onExit,
  PerActivation,
} from '../../probes/index.ts';
import type { Allocator } from './choose.ts';
import type { AllocatorRole, AllocatorUse, CallFrame } from './data.ts';
import { Blocks, type Heap, type Request } from './heap.ts';

export interface AllocatorState extends Pick<AllocatorUse, 'role'> {
  readonly allocator: Allocator;
  calls: number;
  counted: number;
}

/** An activation of an allocator that has not ended. */
interface Pending {
  readonly state: AllocatorState;
  readonly isCounted: boolean;
  readonly size: number;
  readonly pointer: number;
  readonly request: Request;
  /** The address that the last nested allocator gave. */
  inner: number | undefined;
}

/**
 * What does not count within what: a `calloc` that calls `malloc` is one allocation. A garbage collector that runs in an
 * allocation, on the other hand, releases blocks of its own accord.
 */
const covers: Readonly<Record<AllocatorRole, readonly AllocatorRole[]>> = {
  alloc: ['alloc', 'realloc'],
  realloc: ['alloc', 'realloc', 'free'],
  free: ['free', 'realloc'],
};

function unsigned(value: TypedValue | undefined): number {
  return (value?.value as number) >>> 0; // an i32: the types were checked when the function was chosen
}

export class AllocationWatch {
  private readonly heap: Heap;
  private readonly depth: number;
  private readonly blocks = new Blocks();
  private readonly pending = new PerActivation<Pending>();
  /** Activations in progress, the innermost last. */
  private readonly active: Pending[] = [];
  /** Indices of the functions that are watched. */
  private readonly watched = new Set<number>();

  /** `depth`: frames of call stacks that are kept. */
  constructor(heap: Heap, depth: number) {
    this.heap = heap;
    this.depth = depth;
  }

  attach(instance: ModuleInstance, states: readonly AllocatorState[]): Attachment {
    const insertions = new Insertions();
    for (const state of states) {
      const functions = state.allocator.index;
      this.watched.add(functions);
      const needs = { stack: this.depth > 0 };
      insertions.add(
        onEntry(instance, ({ frame, args }) => this.enter(state, frame, args), { functions, needs, name: 'alloc' }),
      );
      insertions.add(onExit(instance, (event) => this.exit(event), { functions, name: 'alloc' }));
    }
    return insertions;
  }

  private enter(state: AllocatorState, frame: Frame, args: readonly TypedValue[]): void {
    const { role, size, count, pointer } = state.allocator.convention;
    state.calls++;
    const isCounted = !this.active.some((outer) => covers[outer.state.role].includes(role));
    if (isCounted) state.counted++;
    const { index, name } = state.allocator;
    const request = (): Request => ({ index, name, stack: this.stackOf(frame) });
    if (role === 'free' && isCounted) this.heap.freed(this.blocks, unsigned(args[pointer]), request);
    const pending: Pending = {
      state,
      isCounted,
      size: role === 'free' ? 0 : unsigned(args[size]) * (count === undefined ? 1 : unsigned(args[count])),
      pointer: role === 'alloc' ? 0 : unsigned(args[pointer]),
      request: role === 'free' || !isCounted ? { index, name, stack: [] } : request(),
      inner: undefined,
    };
    this.active.push(pending);
    this.pending.set(frame, pending);
  }

  private exit({ frame, reason, results }: FunctionExitEvent): void {
    const pending = this.pending.take(frame);
    if (pending === undefined) return; // it had begun before this was attached
    this.active.splice(this.active.lastIndexOf(pending), 1);
    const { state, isCounted } = pending;
    if (state.role === 'free') return;
    if (reason === 'return') {
      if (isCounted) this.returned(pending, unsigned(results[0]));
      else this.noteInner(unsigned(results[0]));
    } else if (isCounted) {
      if (reason !== 'tail-call') this.heap.totals.abandoned++;
      else if (!this.isTailCallOfAllocator(frame)) this.heap.totals.tailCalls++;
    }
  }

  /** An allocator that takes the place of one counts in its stead; what other code gives is not seen. */
  private isTailCallOfAllocator(frame: Frame): boolean {
    const { func, instance, pc } = frame;
    const location = functionLocations(instance.module, func.index).find((candidate) => candidate.pc === pc);
    return location?.instruction.name === 'return_call' && this.watched.has(location.immediates.index as number);
  }

  private noteInner(address: number): void {
    const outer = this.active[this.active.length - 1];
    if (outer !== undefined) outer.inner = address;
  }

  private returned({ state, size, pointer, request, inner }: Pending, address: number): void {
    const { heap, blocks } = this;
    if (address === 0) {
      if (state.role === 'realloc' && size === 0) heap.freed(blocks, pointer, () => request);
      else if (size > 0) heap.totals.failed++;
      return;
    }
    // What is resized in place keeps the address that the allocator behind knows.
    const kept = address === pointer ? blocks.live.get(pointer)?.inner : undefined;
    if (state.role === 'realloc' && pointer !== 0) {
      heap.totals.reallocations++;
      heap.freed(blocks, pointer, () => request);
    }
    heap.allocated(blocks, address, size, { ...request, inner: inner ?? kept });
  }

  private stackOf(frame: Frame): CallFrame[] {
    const stack: CallFrame[] = [];
    let caller = this.depth > 0 ? frame.caller : undefined;
    while (caller !== undefined && stack.length < this.depth) {
      const { func, instance, pc } = caller;
      stack.push({ func: func.index, name: functionName(instance.module, func.index), pc });
      caller = caller.caller;
    }
    return stack;
  }
}
