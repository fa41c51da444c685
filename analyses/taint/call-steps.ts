/** What is done to the shadow at calls, behind them, and where activations end. */

import type { FuncInstance, Location, ModuleInstance } from '../../engine/index.ts';
import { targetFinder } from '../../probes/index.ts';
import { wasiMemoryEffects } from '../wasi/memory-effects.ts';
import type { FunctionRules } from './function-rules.ts';
import { callMemory, HostCall } from './host-call.ts';
import type { Cells } from './run.ts';
import type { Step } from './steps.ts';
import type { Tracker, WatchedFunction } from './tracker.ts';

/** More values than that a probe does not get without a frame; calls with more arguments do without their values. */
const MOST_VALUES = 250;

export interface CallPlace {
  readonly tracker: Tracker;
  readonly instance: ModuleInstance;
  readonly location: Location;
  /** Of the arguments, the first first. */
  readonly args: readonly Cells[];
  readonly resultCount: number;
}

export class CallStep implements Step {
  readonly operands: number;
  readonly takesAll: boolean;
  private readonly place: CallPlace;
  private readonly isTail: boolean;
  /** Operands above the arguments. */
  private readonly above: number;
  private readonly find: (operand: unknown) => FuncInstance | undefined;
  /** Names of functions that nobody has named, such as those of the host in tables. */
  private readonly nameOf: (func: FuncInstance) => string;

  constructor(place: CallPlace, nameOf: (func: FuncInstance) => string) {
    const { instance, location, args, tracker } = place;
    const { effects, immediates } = location.instruction;
    const isDirect = immediates[0] === 'func';
    this.place = place;
    this.nameOf = nameOf;
    this.isTail = effects.has('exit');
    this.above = isDirect ? 0 : 1;
    this.find = targetFinder(instance, location);
    const target = isDirect ? this.find(undefined) : undefined;
    const readsValues =
      target === undefined || target.host !== null || tracker.rules.of(target, nameOf(target)).readsValues;
    this.takesAll = readsValues;
    this.operands = readsValues ? this.above + Math.min(args.length, MOST_VALUES) : this.above;
  }

  run(top: unknown, _b: unknown, _c: unknown, all: readonly unknown[]): void {
    const { tracker, instance, location, args, resultCount } = this.place;
    const target = this.find(top);
    if (target === undefined) {
      tracker.begin(location.pc, undefined, []);
      return;
    }
    const rules = tracker.rules.of(target, this.nameOf(target));
    const values = rules.readsValues ? this.valuesOf(all) : [];
    if (tracker.isHot && rules.hasSinks) this.argumentSinks(rules);
    if (rules.readsValues) this.memorySinks(rules, values);
    if (target.host === null) {
      tracker.begin(location.pc, target, args);
      return;
    }
    let argsLabel = 0;
    for (const cells of args) argsLabel = tracker.labels.union(argsLabel, tracker.labelOf(cells));
    const call = new HostCall(tracker, instance, { rules, args: values, argsLabel, resultCount });
    tracker.beginHost(location.pc, call, this.isTail);
  }

  /** The arguments, the first first. */
  private valuesOf(all: readonly unknown[]): unknown[] {
    return all.slice(this.above, this.above + this.place.args.length).reverse();
  }

  private argumentSinks({ argSinks }: FunctionRules): void {
    const { tracker, location, instance, args } = this.place;
    for (const [i, sink] of argSinks.entries()) {
      if (sink === undefined) continue;
      const label = tracker.labelOf(args[i] as Cells);
      if (label !== 0) tracker.arrivedAt({ module: instance.module, location, sink, operand: `argument ${i}` }, label);
    }
  }

  private memorySinks(rules: FunctionRules, values: readonly unknown[]): void {
    const { tracker, instance, location } = this.place;
    const memory = instance.memories[0];
    if (memory === undefined) return;
    const shadow = tracker.memory(memory);
    if (shadow.tainted === 0) return;
    const call = callMemory(tracker, instance, values);
    const reads = rules.read.map(({ sink, argument, ranges }) => ({ sink, argument, ranges: ranges(call, undefined) }));
    const { wasi, wasiSink: sink } = rules;
    if (wasi !== undefined && sink !== undefined) {
      for (const { access, argument, ranges } of wasiMemoryEffects(wasi)) {
        if (access === 'read') reads.push({ sink, argument, ranges: ranges(call) });
      }
    }
    for (const { sink, argument, ranges } of reads) {
      let label = 0;
      for (const [start, bytes] of ranges) label = tracker.labels.union(label, shadow.get(start, bytes));
      const operand = `memory at argument ${argument}`;
      tracker.arrivedAt({ module: instance.module, location, sink, operand }, label);
    }
  }
}

/** Behind a call: results get their labels. */
export class ResultStep implements Step {
  readonly operands: number;
  private readonly tracker: Tracker;
  private readonly pc: number;
  private readonly results: { readonly cell: number; readonly count: number };

  /** `pc` is that of the call, `cell` that of its first result. */
  constructor(
    tracker: Tracker,
    pc: number,
    results: { readonly cell: number; readonly count: number; readonly isRead: boolean },
  ) {
    this.tracker = tracker;
    this.pc = pc;
    this.results = results;
    this.operands = results.isRead ? Math.min(results.count, 1) : 0;
  }

  run(a: unknown): void {
    this.tracker.complete(this.pc, this.results, this.operands === 0 ? [] : [a]);
  }
}

/** At `return` and the final `end`: labels of the results go to whoever called. */
export class GiveBackStep implements Step {
  readonly operands = 0;
  private readonly tracker: Tracker;
  private readonly watched: WatchedFunction;
  private readonly place: Pick<CallPlace, 'instance' | 'location'>;
  private readonly cells: readonly Cells[];

  constructor(
    tracker: Tracker,
    watched: WatchedFunction,
    place: Pick<CallPlace, 'instance' | 'location'>,
    cells: readonly Cells[],
  ) {
    this.tracker = tracker;
    this.watched = watched;
    this.place = place;
    this.cells = cells;
  }

  run(): void {
    const { tracker, cells, place } = this;
    const { resultLabel, resultSink, name } = this.watched.rules;
    const sink = resultSink ?? (tracker.options.isHostSink && tracker.isFromHost ? `result:${name}` : undefined);
    if (sink !== undefined && tracker.isHot) {
      const { instance, location } = place;
      for (const [i, one] of cells.entries()) {
        tracker.arrivedAt({ module: instance.module, location, sink, operand: `result ${i}` }, tracker.labelOf(one));
      }
    }
    if (resultLabel !== 0) tracker.labels.occurred(resultLabel, 0);
    tracker.giveBack(cells, resultLabel);
  }
}
