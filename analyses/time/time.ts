/** Time: wall-clock time of each function, by itself and with what it calls. */

import type { Module, ModuleInstance } from '../../engine/index.ts';
import type { Attachment } from '../../probes/index.ts';
import { Activations, type ActivationSink, type Callee } from '../activations/activations.ts';
import { exactMs } from '../activations/clock.ts';
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
  /** What the clock and the books of one call cost, as measured with empty calls; part of the times. */
  readonly costPerCallMs: number;
}

class Account {
  calls = 0;
  selfMs = 0;
  nestedMs = 0;
  /** Activations on the stack. */
  open = 0;
  openedAt = 0;
}

class Times implements ActivationSink {
  private readonly accounts = new Map<Callee, Account>();
  private readonly stack: Account[] = [];
  private last = 0;

  enter(callee: Callee): void {
    let account = this.accounts.get(callee);
    if (account === undefined) {
      account = new Account();
      this.accounts.set(callee, account);
    }
    const now = this.tick();
    account.calls++;
    if (account.open++ === 0) account.openedAt = now;
    this.stack.push(account);
  }

  leave(): void {
    const now = this.tick();
    const account = this.stack.pop();
    if (account !== undefined && --account.open === 0) account.nestedMs += now - account.openedAt;
  }

  /** The time since the last event is the innermost activation's. */
  private tick(): number {
    const now = performance.now();
    const { stack } = this;
    if (stack.length > 0) (stack[stack.length - 1] as Account).selfMs += now - this.last;
    this.last = now;
    return now;
  }

  functions(module: Module): FunctionTime[] {
    const now = this.tick();
    return [...this.accounts]
      .filter(([callee]) => callee.module === module)
      .sort(([a], [b]) => a.index - b.index)
      .map(([{ index, name, isHost }, { calls, selfMs, nestedMs, open, openedAt }]) => {
        const running = open > 0 ? now - openedAt : 0;
        return { index, name, isHost, calls, selfMs: exactMs(selfMs), nestedMs: exactMs(nestedMs + running) };
      });
  }
}

const ROUNDS = 20_000;

/** Enters and leaves nothing: what is left is the cost of measuring. Half of the rounds are for the host's compiler. */
function costPerCallMs(module: Module): number {
  const times = new Times();
  const callee: Callee = { module, index: 0, name: '', isHost: false };
  let start = 0;
  for (let i = 0; i < 2 * ROUNDS; i++) {
    if (i === ROUNDS) start = performance.now();
    times.enter(callee);
    times.leave();
  }
  return exactMs((performance.now() - start) / ROUNDS);
}

class TimeRun {
  private readonly times = new Times();
  private readonly activations: Activations;
  private readonly modules = new PerModule((module) => module);
  private costMs: number | undefined;

  constructor(choice: FunctionChoice) {
    this.activations = new Activations(this.times, { choice, name: 'time' });
  }

  attach(instance: ModuleInstance): Attachment {
    this.modules.add(instance);
    this.costMs ??= costPerCallMs(instance.module);
    return this.activations.attach(instance);
  }

  result(): TimeResult {
    const modules = this.modules.results((module) => ({ functions: this.times.functions(module) }));
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
