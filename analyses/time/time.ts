/** Time: wall-clock time of each function, by itself and with what it calls. */

import type { Module, ModuleInstance } from '../../engine/index.ts';
import { type Attachment, SharedTotal } from '../../probes/index.ts';
import { Activations } from '../activations/activations.ts';
import type { Callee } from '../activations/callee.ts';
import { exactMs } from '../activations/clock.ts';
import { ActivationLog, type ActivationSink } from '../activations/log.ts';
import { defineProbe } from '../define.ts';
import { type FunctionChoice, functionOptions } from '../function-choice.ts';
import { mergeLists, mergeModules } from '../merging.ts';
import { PerModule } from '../per-module.ts';
import type { Section } from '../report/presentation.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';

export interface FunctionTime {
  /** Index in the function index space; -1 for host functions that the module does not import. */
  readonly index: number;
  readonly name: string;
  readonly isHost: boolean;
  readonly calls: number;
  /** Time in the function itself. */
  readonly selfMs: number;
  /** Time from its beginning to its end, recursive activations once. */
  readonly nestedMs: number;
}

export interface ModuleTime extends ModuleResult {
  /** What was entered, by index. */
  readonly functions: readonly FunctionTime[];
}

export interface TimeResult extends AnalysisResult<ModuleTime> {
  /** What writing down one call costs, as measured with empty calls; part of the times. */
  readonly costPerCallMs: number;
}

// Places in the account of a callee: numbers in typed arrays, since they change at each call and each return.
const CALLS = 0;
const SELF_MS = 1;
const NESTED_MS = 2;
/** Activations that have not ended, and when the first of them began. */
const OPEN = 3;
const OPENED_AT = 4;
const FIGURES = 5;

class Times implements ActivationSink {
  /** By number of the callee. */
  private readonly accounts: (Float64Array | undefined)[] = [];
  private readonly stack: Float64Array[] = [];
  private last = 0;

  enter(callee: number, instructions: number, ms: number): void {
    this.reach(instructions, ms);
    let account = this.accounts[callee];
    if (account === undefined) {
      account = new Float64Array(FIGURES);
      this.accounts[callee] = account;
    }
    account[CALLS] = (account[CALLS] as number) + 1;
    if (account[OPEN] === 0) account[OPENED_AT] = ms;
    account[OPEN] = (account[OPEN] as number) + 1;
    this.stack.push(account);
  }

  leave(instructions: number, ms: number): void {
    this.reach(instructions, ms);
    const account = this.stack.pop();
    if (account === undefined) return;
    account[OPEN] = (account[OPEN] as number) - 1;
    if (account[OPEN] > 0) return;
    account[NESTED_MS] = (account[NESTED_MS] as number) + ms - (account[OPENED_AT] as number);
  }

  /** The time since the last event is the innermost activation's. */
  reach(_instructions: number, ms: number): void {
    const account = this.stack[this.stack.length - 1];
    if (account !== undefined) account[SELF_MS] = (account[SELF_MS] as number) + ms - this.last;
    this.last = ms;
  }

  functions(module: Module, calleeOf: (number: number) => Callee): FunctionTime[] {
    return this.accounts
      .flatMap((account, number) => (account === undefined ? [] : [{ account, callee: calleeOf(number) }]))
      .filter(({ callee }) => callee.module === module)
      .sort((a, b) => a.callee.index - b.callee.index)
      .map(({ callee: { index, name, isHost }, account }) => {
        const [calls = 0, selfMs = 0, nestedMs = 0, open = 0, openedAt = 0] = account;
        const running = open > 0 ? this.last - openedAt : 0;
        return { index, name, isHost, calls, selfMs: exactMs(selfMs), nestedMs: exactMs(nestedMs + running) };
      });
  }
}

/** Measurements, of so many calls each. The quickest one counts: in the first ones the host has not compiled the log, and others are disturbed. */
const BATCHES = 150;
const CALLS_OF_BATCH = 2000;
/** Between two events, as in short functions. */
const INSTRUCTIONS = 10;

/** Writes down activations of nothing: what is left is the cost of measuring. */
function costPerCallMs(module: Module): number {
  const total = new SharedTotal();
  let ms = 0;
  const nobody: ActivationSink = {
    enter: () => {},
    leave: () => {},
    reach: (_instructions, reached) => {
      ms = reached;
    },
  };
  const log = new ActivationLog(nobody, total, true);
  const callee = log.numberOf({ module, index: 0, name: '', isHost: false });
  log.enter(callee);
  let least = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < BATCHES; batch++) {
    log.read();
    const start = ms;
    for (let i = 0; i < CALLS_OF_BATCH; i++) {
      log.enter(callee);
      total.value += INSTRUCTIONS;
      log.leave(callee);
      total.value += INSTRUCTIONS;
    }
    log.read();
    least = Math.min(least, ms - start);
  }
  return exactMs(least / CALLS_OF_BATCH);
}

class TimeRun {
  private readonly times = new Times();
  private readonly activations: Activations;
  private readonly modules = new PerModule((module) => module);
  private costMs: number | undefined;

  constructor(choice: FunctionChoice) {
    this.activations = new Activations(this.times, { choice, name: 'time', measuresTime: true });
  }

  attach(instance: ModuleInstance): Attachment {
    this.modules.add(instance);
    this.costMs ??= costPerCallMs(instance.module);
    return this.activations.attach(instance);
  }

  result(): TimeResult {
    this.activations.log.read();
    const modules = this.modules.results((module) => ({
      functions: this.times.functions(module, (number) => this.activations.log.callee(number)),
    }));
    return { analysis: 'time', version: 1, modules, costPerCallMs: this.costMs ?? 0 };
  }
}

/** Times and calls add up; the cost of a call is the larger one. */
function mergeTimes(a: TimeResult, b: TimeResult): TimeResult {
  const merged = mergeModules<ModuleTime, TimeResult>(a, b, (x, y) => ({
    functions: mergeLists(
      x.functions,
      y.functions,
      ({ index, name }) => `${String(index + 1).padStart(12, '0')} ${name}`,
      (f, g) => ({
        ...f,
        calls: f.calls + g.calls,
        selfMs: f.selfMs + g.selfMs,
        nestedMs: f.nestedMs + g.nestedMs,
      }),
    ),
  }));
  return { ...merged, costPerCallMs: Math.max(a.costPerCallMs, b.costPerCallMs) };
}

function section(module: ModuleTime, cost: number, top: number): Section {
  const all = module.functions.reduce((sum, { selfMs }) => sum + selfMs, 0);
  const calls = module.functions.reduce((sum, f) => sum + f.calls, 0);
  const rows = [...module.functions]
    .sort((a, b) => b.selfMs - a.selfMs)
    .map(({ name, index, isHost, calls: n, selfMs, nestedMs }) => [
      isHost ? `${name} (host)` : name,
      index,
      n,
      selfMs,
      all === 0 ? 0 : selfMs / all,
      nestedMs,
    ]);
  return {
    module,
    figures: [
      { label: 'time, with measuring', value: all, kind: 'time' },
      { label: 'of it measuring, about', value: calls * cost, kind: 'time' },
      { label: 'calls', value: calls, kind: 'exact' },
    ],
    tables: [
      {
        id: 'functions',
        title: 'Functions by their own time',
        columns: [
          { key: 'function', kind: 'text' },
          { key: 'index', title: 'func', kind: 'exact' },
          { key: 'calls', kind: 'count' },
          { key: 'self', kind: 'time' },
          { key: 'share', title: '%', kind: 'share' },
          { key: 'nested', title: 'with what it calls', kind: 'time' },
        ],
        rows,
        top,
      },
    ],
  };
}

export const time = defineProbe({
  name: 'time',
  summary: 'wall-clock time of each function, by itself and with what it calls',
  options: { ...functionOptions, top: { help: 'rows that the text shows', default: 20 } },
  start: ({ options }) => {
    const run = new TimeRun(options);
    return { instance: (instance) => run.attach(instance), result: () => run.result() };
  },
  merge: mergeTimes,
  present: ({ modules, costPerCallMs: cost }, { top }) => modules.map((module) => section(module, cost, top)),
});
