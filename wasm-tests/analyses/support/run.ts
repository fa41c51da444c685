/** Runs of test programs with analyses attached. */

import {
  type AnalysisKind,
  analysisKinds,
  type OptionValue,
  type Outcome,
  type ReportContext,
  type RunningAnalysis,
} from '../../../analyses/index.ts';
import { type Engine, wasmTraceOf } from '../../../engine/index.ts';
import { Transcript } from '../../diff/transcript.ts';
import { assemble } from '../../programs/assemble.ts';
import { cases } from '../../programs/cases.ts';
import { namespaceOf } from '../../programs/transcripts.ts';
import { engineIn, type TierName } from '../../support/tiers.ts';

/** An analysis by its name, with values of its options. */
export interface Asked {
  readonly name: string;
  readonly options?: Readonly<Record<string, OptionValue>>;
}

export function kindOf(name: string): AnalysisKind {
  const kind = analysisKinds.find((k) => k.name === name);
  if (kind === undefined) throw new Error(`there is no analysis ${name}`);
  return kind;
}

export const reportContext: Omit<ReportContext, 'modules'> = {
  program: 'app.wasm',
  width: 100,
  colors: false,
  out: undefined,
};

function startAll(asked: readonly Asked[], engine: Engine): RunningAnalysis[] {
  return asked.map(({ name, options = {} }) => kindOf(name).start(engine, { options }));
}

/** The result as it would be read from a file. */
function kept(analysis: RunningAnalysis): unknown {
  return JSON.parse(analysis.report('json', reportContext).text);
}

/** Without wall-clock times: fields whose names end with `Ms`, which differ from run to run. */
export function timeless(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([key]) => !key.endsWith('Ms'));
  return Object.fromEntries(fields.map(([key, field]) => [key, timeless(field)]));
}

export interface CaseRun {
  /** What the program did, as an observer outside sees it. */
  readonly lines: readonly string[];
  /** One for each analysis that was asked for, as read from a file, without times. */
  readonly results: readonly unknown[];
  readonly analyses: readonly RunningAnalysis[];
}

/** Runs one of the programs of `wasm-tests/programs`. */
export async function runCase(caseName: string, asked: readonly Asked[], tier: TierName): Promise<CaseRun> {
  const program = cases[caseName];
  if (program === undefined) throw new Error(`there is no program "${caseName}"`);
  const binaries = await Promise.all(program.sources.map(assemble));
  const engine = engineIn(tier);
  const analyses = startAll(asked, engine);
  const W = namespaceOf(engine);
  const t = new Transcript(W);
  for (const analysis of analyses) analysis.started();
  program.run({ W, modules: binaries.map((bytes) => new W.Module(bytes)), t });
  for (const analysis of analyses) {
    analysis.finished({ kind: 'returned' });
    analysis.stop();
  }
  return { lines: t.lines, results: analyses.map((analysis) => timeless(kept(analysis))), analyses };
}

export interface ExportCall {
  readonly name: string;
  readonly args?: readonly unknown[];
}

export interface BytesRun {
  readonly outcome: Outcome;
  /** What the last call returned. */
  readonly value: unknown;
  /** One for each analysis, as it gives it. */
  readonly results: readonly unknown[];
  readonly analyses: readonly RunningAnalysis[];
  /** Frames of the trap, outermost last, as [func, pc]. */
  readonly trace: readonly (readonly [number, number])[];
}

export interface BytesOptions {
  readonly tier?: TierName;
  readonly imports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Exports to call, in order; the first that throws ends the run. */
  readonly calls?: readonly ExportCall[];
  /** Sees the exports before the calls. */
  readonly onExports?: (exports: Readonly<Record<string, unknown>>) => void;
}

/** Instantiates a module with analyses attached, calls exports, and ends the run. */
export function runBytes(
  bytes: Uint8Array,
  asked: readonly Asked[],
  { tier = 'interpreter', imports = {}, calls = [{ name: 'main' }], onExports }: BytesOptions = {},
): BytesRun {
  const engine = engineIn(tier);
  const analyses = startAll(asked, engine);
  const { Module, Instance } = engine.WebAssembly;
  let outcome: Outcome = { kind: 'returned' };
  let value: unknown;
  let trace: [number, number][] = [];
  try {
    const { exports } = new Instance(new Module(bytes), imports as never);
    onExports?.(exports);
    for (const analysis of analyses) analysis.started();
    for (const { name, args = [] } of calls) value = (exports[name] as (...args: unknown[]) => unknown)(...args);
  } catch (error) {
    outcome = { kind: error instanceof engine.WebAssembly.RuntimeError ? 'trap' : 'error', error };
    trace = wasmTraceOf(error).map(({ func, pc }) => [func, pc]);
  }
  for (const analysis of analyses) {
    analysis.finished(outcome);
    analysis.stop();
  }
  return { outcome, value, trace, analyses, results: analyses.map((analysis) => analysis.result()) };
}
