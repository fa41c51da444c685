/**
 * The shadow of a run: labels of the locals and operands of all activations, of globals, memories and tables, and of what
 * passes between activations.
 *
 * The labels of an activation are its cells, which lie one behind the other in `cells`, from `base` on:
 *
 *     parameters and locals | operands, the deepest first | labels of the straight run that is executed
 *
 * Cells above the innermost activation are 0, and all cells of an activation are 0 until it becomes hot. Most never do,
 * and for them nearly nothing has to be done.
 */

import type { FuncInstance, GlobalInstance, MemoryInstance, TableInstance } from '../../engine/index.ts';
import type { FlowFrame } from './data.ts';
import { Flows, type Sink } from './flows.ts';
import { type FunctionRules, RuleBook } from './function-rules.ts';
import type { HostCall } from './host-call.ts';
import { Labels } from './labels.ts';
import { ByteCount, ShadowMemory } from './shadow-memory.ts';
import { ShadowTable } from './shadow-table.ts';

/** A function that is watched. */
export interface WatchedFunction {
  readonly func: FuncInstance;
  readonly name: string;
  readonly rules: FunctionRules;
  /** How many cells an activation has. */
  readonly cellCount: number;
  /** Are sinks in it reported? */
  readonly isReported: boolean;
}

export interface TrackerOptions {
  /** Do loaded values take the label of the address, do stored ones? */
  readonly pointers: 'load' | 'none' | 'both';
  /** Are arguments of functions that the host calls sources? */
  readonly isHostSource: boolean;
  /** Are results that the host gets a sink? */
  readonly isHostSink: boolean;
  /** Do results of the host's functions take the labels of their arguments? */
  readonly isHostTransparent: boolean;
}

interface Activation {
  watched: WatchedFunction | undefined;
  base: number;
  isHot: boolean;
  isFromHost: boolean;
  /** pc of the call that it waits for, or that it made last. */
  callPc: number;
  isWaiting: boolean;
  /** The call, if it is one of the host. */
  host: HostCall | undefined;
}

/** A global with the label of its value. */
export interface ShadowGlobal {
  label: number;
}

const MOST_FRAMES = 20;

function made<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

export class Tracker {
  readonly options: TrackerOptions;
  readonly labels = new Labels();
  readonly flows = new Flows(this.labels);
  readonly bytes = new ByteCount();
  readonly rules = new RuleBook();
  cells = new Uint16Array(4096);
  /** Of the innermost activation. */
  watched: WatchedFunction | undefined;
  base = 0;
  /** May any of its cells be other than 0? */
  isHot = false;
  /** The call that is on its way from one function to another, and the labels of its arguments. */
  private target: FuncInstance | undefined;
  readonly argLabels: number[] = [];
  private hasArgLabels = false;
  /** Labels of the results of the activation that ended last. */
  readonly returned: number[] = [];
  hasReturned = false;
  /** A function of the host that was called by a tail call: nobody waits for it. */
  private tailHost: HostCall | undefined;
  /** Numbers that calls of WASI gave, see `MemoryEffect`. */
  readonly earlier = new Map<string, number>();
  private readonly stack: Activation[] = [];
  private depth = -1;
  private readonly memories = new Map<MemoryInstance, ShadowMemory>();
  private readonly tables = new Map<TableInstance, ShadowTable>();
  private readonly globals = new Map<GlobalInstance, ShadowGlobal>();

  constructor(options: TrackerOptions) {
    this.options = options;
  }

  memory(memory: MemoryInstance): ShadowMemory {
    return made(this.memories, memory, () => new ShadowMemory(memory, this.labels, this.bytes));
  }

  table(table: TableInstance): ShadowTable {
    return made(this.tables, table, () => new ShadowTable(table));
  }

  global(global: GlobalInstance): ShadowGlobal {
    return made(this.globals, global, () => ({ label: 0 }));
  }

  /** The union of the labels of some cells of the innermost activation. */
  labelOf(cells: readonly number[]): number {
    if (!this.isHot) return 0;
    let label = 0;
    for (let i = 0; i < cells.length; i++) {
      const one = this.cells[this.base + (cells[i] as number)] as number;
      if (one !== label && one !== 0) label = this.labels.union(label, one);
    }
    return label;
  }

  /** Gives a cell of the innermost activation a label. */
  put(cell: number, label: number): void {
    if (label !== 0) this.isHot = true;
    else if (!this.isHot) return;
    this.cells[this.base + cell] = label;
  }

  /** A value with a label has arrived at a sink; labels of 0 do not count. */
  arrivedAt(sink: Sink, label: number): void {
    if (label === 0 || this.watched?.isReported !== true) return;
    this.flows.record(sink, label, () => this.stackAt(sink.location.pc));
  }

  // Calls

  /** The innermost activation calls a function that is not the host's; `undefined` for a call that will trap. */
  begin(pc: number, target: FuncInstance | undefined, args: readonly (readonly number[])[]): void {
    this.waitAt(pc, undefined);
    this.target = target;
    this.hasReturned = false;
    this.hasArgLabels = this.isHot && args.length > 0;
    if (this.hasArgLabels) for (let i = 0; i < args.length; i++) this.argLabels[i] = this.labelOf(args[i] as number[]);
  }

  /** It calls one of the host. */
  beginHost(pc: number, call: HostCall, isTail: boolean): void {
    this.target = undefined;
    this.hasReturned = false;
    if (isTail) {
      this.tailHost = call;
      this.setReturned(call.resultCount, call.resultLabel);
    } else this.waitAt(pc, call);
  }

  private waitAt(pc: number, host: HostCall | undefined): void {
    const activation = this.stack[this.depth] as Activation;
    activation.callPc = pc;
    activation.isWaiting = true;
    activation.host = host;
  }

  private setReturned(count: number, label: number): void {
    this.hasReturned = label !== 0;
    for (let i = 0; i < count; i++) this.returned[i] = label;
  }

  /**
   * Control has arrived behind a call at `pc`, perhaps from there: then its results, in the cells from `cell` on, get their labels. `values` are
   * what the host gave, the topmost first.
   */
  complete(pc: number, results: { readonly cell: number; readonly count: number }, values: readonly unknown[]): void {
    const activation = this.stack[this.depth] as Activation;
    if (!activation.isWaiting || activation.callPc !== pc) return;
    activation.isWaiting = false;
    const { host } = activation;
    const { cell, count } = results;
    this.settleTail();
    if (host !== undefined) {
      activation.host = undefined;
      host.returned(values);
      for (let i = 0; i < count; i++) this.put(cell + i, host.resultLabel);
    } else if (this.hasReturned) {
      for (let i = 0; i < count; i++) this.put(cell + i, this.returned[i] as number);
    } else if (this.isHot) this.cells.fill(0, this.base + cell, this.base + cell + count);
    this.hasReturned = false;
  }

  /** The innermost activation is about to give its results back; `cells` are where their labels come from. */
  giveBack(cells: readonly (readonly number[])[], label: number): void {
    this.hasReturned = false;
    for (let i = 0; i < cells.length; i++) {
      const one = this.labels.union(this.labelOf(cells[i] as number[]), label);
      if (one !== 0) this.hasReturned = true;
      this.returned[i] = one;
    }
  }

  private settleTail(): void {
    const { tailHost } = this;
    this.tailHost = undefined;
    tailHost?.returned([]);
  }

  // Activations

  enter(watched: WatchedFunction): void {
    const isFromHost = this.target !== watched.func;
    this.target = undefined;
    this.settleTail();
    this.push(watched, isFromHost);
    const { argLabels } = watched.rules;
    const { length } = watched.func.signature.params;
    if (!isFromHost && this.hasArgLabels) for (let i = 0; i < length; i++) this.put(i, this.argLabels[i] as number);
    if (isFromHost && length > 0 && this.options.isHostSource) {
      const label = this.labels.of(`args:${watched.name}`);
      this.labels.occurred(label, 0);
      for (let i = 0; i < length; i++) this.put(i, label);
    }
    for (let i = 0; i < argLabels.length; i++) {
      const label = argLabels[i] ?? 0;
      if (label === 0) continue;
      this.labels.occurred(label, 0);
      this.put(i, this.labels.union(this.cells[this.base + i] as number, label));
    }
    this.hasArgLabels = false;
  }

  private push(watched: WatchedFunction, isFromHost: boolean): void {
    const below = this.stack[this.depth];
    if (below !== undefined) below.isHot = this.isHot;
    const base = below === undefined ? 0 : below.base + (below.watched?.cellCount ?? 0);
    this.depth++;
    let activation = this.stack[this.depth];
    if (activation === undefined) {
      activation = { watched, base, isHot: false, isFromHost, callPc: 0, isWaiting: false, host: undefined };
      this.stack.push(activation);
    } else {
      activation.watched = watched;
      activation.base = base;
      activation.isFromHost = isFromHost;
      activation.isWaiting = false;
      activation.host = undefined;
    }
    this.watched = watched;
    this.base = base;
    this.isHot = false;
    if (base + watched.cellCount <= this.cells.length) return;
    const cells = new Uint16Array(Math.max(this.cells.length * 2, base + watched.cellCount));
    cells.set(this.cells);
    this.cells = cells;
  }

  /** Did the host call the innermost activation? */
  get isFromHost(): boolean {
    return (this.stack[this.depth] as Activation).isFromHost;
  }

  /** An activation ends; one that was not seen to begin is none of the stack's. */
  leave(watched: WatchedFunction, isAbrupt: boolean): void {
    if (this.watched !== watched) return;
    if (this.isHot) this.cells.fill(0, this.base, this.base + watched.cellCount);
    this.depth--;
    const below = this.stack[this.depth];
    this.watched = below?.watched;
    this.base = below?.base ?? 0;
    this.isHot = below?.isHot ?? false;
    if (!isAbrupt) return;
    // A call that it was about to make never begins.
    this.target = undefined;
    this.hasArgLabels = false;
    this.hasReturned = false;
    this.tailHost = undefined;
  }

  private stackAt(pc: number): { stack: FlowFrame[]; omitted: number } {
    const stack: FlowFrame[] = [];
    let at = pc;
    for (let d = this.depth; d >= 0; d--) {
      const { watched, isFromHost } = this.stack[d] as Activation;
      stack.push({ name: watched?.name ?? '', index: watched?.func.index ?? -1, pc: at });
      const below = this.stack[d - 1];
      if (isFromHost) stack.push({ name: below?.host?.rules.name ?? 'the host', index: -1, pc: 0 });
      at = below?.callPc ?? 0;
    }
    const omitted = Math.max(0, stack.length - MOST_FRAMES);
    return { stack: stack.slice(0, MOST_FRAMES), omitted };
  }
}
