/** Imports: a trace of the calls of host functions, as `strace` gives it of system calls. */

import { functionName, type ModuleInstance } from '../../engine/index.ts';
import { type Attachment, type CallReturnEvent, onCall, onCallReturn, valueText } from '../../probes/index.ts';
import { exactMs } from '../activations/clock.ts';
import { defineProbe } from '../define.ts';
import { functionFilter, functionOptions } from '../function-choice.ts';
import { mergeLists, mergeModules } from '../merging.ts';
import { PerModule } from '../per-module.ts';
import type { Section } from '../report/presentation.ts';
import { timeText } from '../report/values.ts';
import type { AnalysisResult } from '../result.ts';
import { errnoName, wasiArguments } from '../wasi/call-text.ts';
import { isWasiCall } from '../wasi/signatures.ts';

export interface ImportCalls {
  /** `module.field` of the import; `host function` for one that is called through a table and is no import. */
  readonly name: string;
  readonly calls: number;
  /** Calls that threw, and those of WASI that gave an error. */
  readonly errors: number;
  /** Milliseconds in them, calls back into the program included. */
  readonly totalMs: number;
  readonly longestMs: number;
}

export interface ImportsResult extends AnalysisResult {
  /** Functions that were called, by name. */
  readonly imports: readonly ImportCalls[];
}

type Log = (line: string) => void;

class ImportTrace {
  private readonly byName = new Map<string, { -readonly [K in keyof ImportCalls]: ImportCalls[K] }>();
  /** When the calls that are on their way began. */
  private readonly starts: number[] = [];
  private readonly log: Log | undefined;

  constructor(log: Log | undefined) {
    this.log = log;
  }

  attach(instance: ModuleInstance, options: Parameters<typeof functionFilter>[0]): Attachment[] {
    const functions = functionFilter(options);
    // A call that never comes back, such as proc_exit, is told by the return event as well.
    return [
      onCallReturn(instance, (event) => this.returned(instance, event), { functions, name: 'imports' }),
      // Behind the other one, so that its own work does not count.
      onCall(instance, ({ isToHost }) => isToHost && this.starts.push(performance.now()), {
        functions,
        name: 'imports',
      }),
    ];
  }

  private returned(instance: ModuleInstance, event: CallReturnEvent): void {
    if (!event.isToHost) return;
    const now = performance.now();
    const start = this.starts.pop();
    // Calls that were on their way when this was attached have no start.
    if (start === undefined) return;
    const ms = exactMs(now - start);
    const { module = '', field = '', name } = describe(instance, event);
    const isWasi = isWasiCall(module, field);
    const errno = isWasi && event.outcome === 'return' ? (event.results[0]?.value as number | undefined) : undefined;
    const hasFailed = (event.outcome !== 'return' && field !== 'proc_exit') || (errno !== undefined && errno !== 0);
    this.count(name, ms, hasFailed);
    this.log?.(lineOf(instance, event, { name, field, isWasi, errno, ms }));
  }

  private count(name: string, ms: number, hasFailed: boolean): void {
    const known = this.byName.get(name) ?? { name, calls: 0, errors: 0, totalMs: 0, longestMs: 0 };
    known.calls++;
    if (hasFailed) known.errors++;
    known.totalMs += ms;
    known.longestMs = Math.max(known.longestMs, ms);
    this.byName.set(name, known);
  }

  get imports(): ImportCalls[] {
    return mergeLists(
      [...this.byName.values()].map((counts) => ({ ...counts })),
      [],
      ({ name }) => name,
      add,
    );
  }
}

function describe(
  { module }: ModuleInstance,
  { callee }: CallReturnEvent,
): { readonly name: string; readonly module?: string; readonly field?: string } {
  if (callee === undefined) return { name: 'host function' };
  const imported = module.imports.filter(({ type }) => type.kind === 'function')[callee];
  if (imported === undefined) return { name: functionName(module, callee) };
  return { name: `${imported.module}.${imported.name}`, module: imported.module, field: imported.name };
}

interface Described {
  readonly name: string;
  readonly field: string;
  readonly isWasi: boolean;
  readonly errno: number | undefined;
  readonly ms: number;
}

function lineOf(
  instance: ModuleInstance,
  event: CallReturnEvent,
  { name, field, isWasi, errno, ms }: Described,
): string {
  const args = isWasi
    ? wasiArguments({ name: field, instance, args: event.args, hasSucceeded: errno === 0 })
    : event.args.map(valueText);
  const shown = isWasi ? field : name;
  return `${shown}(${args.join(', ')})${resultText(event, errno, isWasi && field === 'proc_exit')} <${timeText(ms)}>`;
}

function resultText({ outcome, results, error }: CallReturnEvent, errno: number | undefined, ends: boolean): string {
  if (ends) return '';
  if (errno !== undefined) return ` = ${errnoName(errno) ?? errno}`;
  if (outcome !== 'return') return ` ! ${error instanceof Error ? error.message : outcome}`;
  return results.length === 0 ? '' : ` = ${results.map(valueText).join(', ')}`;
}

function add(a: ImportCalls, b: ImportCalls): ImportCalls {
  return {
    name: a.name,
    calls: a.calls + b.calls,
    errors: a.errors + b.errors,
    totalMs: a.totalMs + b.totalMs,
    longestMs: Math.max(a.longestMs, b.longestMs),
  };
}

export const imports = defineProbe({
  name: 'imports',
  summary: 'calls of host functions, one line each, WASI calls decoded; and how many and how long',
  options: {
    ...functionOptions,
    summary: { help: 'no lines, only the table at the end', default: false },
    top: { help: 'rows that the text shows', default: 40 },
  },
  start: ({ options, log }) => {
    const trace = new ImportTrace(options.summary ? undefined : log);
    const modules = new PerModule(() => ({}));
    return {
      instance: (instance) => {
        modules.add(instance);
        return trace.attach(instance, options);
      },
      result: (): ImportsResult => ({
        analysis: 'imports',
        version: 1,
        modules: modules.results(() => ({})),
        imports: trace.imports,
      }),
    };
  },
  merge: (a, b) => ({
    ...mergeModules(a, b, () => ({})),
    imports: mergeLists(a.imports, b.imports, ({ name }) => name, add),
  }),
  present: (result, { top }) => [section(result, top)],
});

function section({ imports }: ImportsResult, top: number): Section {
  const sum = (pick: (counts: ImportCalls) => number): number => imports.reduce((all, counts) => all + pick(counts), 0);
  const total = sum(({ totalMs }) => totalMs);
  return {
    figures: [
      { label: 'calls of the host', value: sum(({ calls }) => calls), kind: 'exact' },
      { label: 'that failed', value: sum(({ errors }) => errors), kind: 'exact' },
      { label: 'time in them', value: total, kind: 'time' },
    ],
    tables: [
      {
        id: 'imports',
        title: 'Host functions, by time',
        columns: [
          { key: 'import', kind: 'text' },
          { key: 'calls', kind: 'count' },
          { key: 'errors', kind: 'count' },
          { key: 'time_ms', title: 'time', kind: 'time' },
          { key: 'share', title: '%', kind: 'share' },
          { key: 'mean_ms', title: 'per call', kind: 'time' },
          { key: 'longest_ms', title: 'longest', kind: 'time' },
        ],
        rows: [...imports]
          .sort((a, b) => b.totalMs - a.totalMs)
          .map(({ name, calls, errors, totalMs, longestMs }) => [
            name,
            calls,
            errors,
            totalMs,
            total === 0 ? undefined : totalMs / total,
            totalMs / calls,
            longestMs,
          ]),
        top,
      },
    ],
  };
}
