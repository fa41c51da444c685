/** `instrument`: an analysis at instances that run already, for code that has them in its hands. */

import { Engine, type Exports, internals, type ModuleInstance, type WasmInstance } from '../engine/index.ts';
import type { AllocResult } from './alloc/data.ts';
import type { BlocksResult } from './blocks/blocks.ts';
import type { BranchesResult } from './branches/data.ts';
import type { CallTreeResult } from './call-tree/data.ts';
import type { CallgraphResult } from './callgraph/data.ts';
import type { CallsResult } from './calls/data.ts';
import type { ConstArgsResult } from './const-args/data.ts';
import type { CoverageResult } from './coverage/data.ts';
import type { AnalysisKind } from './define.ts';
import type { DeterminismResult } from './determinism/determinism.ts';
import type { EdgesResult } from './edges/edges.ts';
import type { GlobalsResult } from './globals/data.ts';
import type { HotnessResult } from './hotness/data.ts';
import type { IcountResult } from './icount/icount.ts';
import type { ImportsResult } from './imports/imports.ts';
import type { LoopsResult } from './loops/data.ts';
import type { MemoryResult } from './memory/data.ts';
import type { MemoryTraceResult } from './memory-trace/data.ts';
import type { NanResult } from './nan/data.ts';
import type { OpcodesResult } from './opcodes/opcodes.ts';
import { OptionError, type OptionValue, unknownOption } from './options.ts';
import { analysisKinds } from './registry.ts';
import type { TablesResult } from './tables/data.ts';
import type { TimeResult } from './time/time.ts';
import type { TimeoutResult } from './timeout/timeout.ts';
import type { TraceResult } from './trace/data.ts';
import type { TrapResult } from './trap/data.ts';
import type { ValuesResult } from './values/data.ts';

/** What analyses find, by their names. */
export interface AnalysisResults {
  readonly alloc: AllocResult;
  readonly blocks: BlocksResult;
  readonly branches: BranchesResult;
  readonly 'call-tree': CallTreeResult;
  readonly callgraph: CallgraphResult;
  readonly calls: CallsResult;
  readonly 'const-args': ConstArgsResult;
  readonly coverage: CoverageResult;
  readonly determinism: DeterminismResult;
  readonly edges: EdgesResult;
  readonly flamegraph: CallTreeResult;
  readonly globals: GlobalsResult;
  readonly hotness: HotnessResult;
  readonly icount: IcountResult;
  readonly imports: ImportsResult;
  readonly loops: LoopsResult;
  readonly memory: MemoryResult;
  readonly 'memory-trace': MemoryTraceResult;
  readonly nan: NanResult;
  readonly opcodes: OpcodesResult;
  readonly tables: TablesResult;
  readonly time: TimeResult;
  readonly timeout: TimeoutResult;
  readonly trace: TraceResult;
  readonly trap: TrapResult;
  readonly values: ValuesResult;
}

/** An instance, or the object with its exports. */
export type InstrumentTarget = WasmInstance | Exports;

export interface InstrumentOptions {
  /** Options of the analysis, by name, as `wiz probes NAME` lists them. */
  readonly options?: Readonly<Record<string, OptionValue>>;
  /** What reports call the program. Default: `the program`. */
  readonly program?: string;
  /** Where an analysis prints that does so while the program runs. Default: nowhere. */
  readonly log?: (text: string) => void;
}

/** An analysis that is attached. */
export interface Instrumentation<Result = unknown> {
  /** What was found so far: plain data, a copy. */
  result(): Result;
  /** The report of it; `format` is one of those of the analysis, by default its first. Lines have at most 100 columns. */
  report(format?: string): string;
  /** Removes all probes; result and report stay. Further calls do nothing. */
  detach(): void;
}

const REPORT_WIDTH = 100;

/**
 * Attaches an analysis to instances, which may be running, and to nothing else.
 *
 * @param target an instance of a `WebAssembly` of wiz, the object with its exports, or several of these
 * @param analysis name of an analysis, or a kind that `defineProbe` made
 * @throws TypeError for what is no instance of this engine, also one that runs natively; RangeError for an unknown name;
 *   OptionError for options that the analysis does not have; ProbeError where it cannot attach
 */
export function instrument<Name extends keyof AnalysisResults>(
  target: InstrumentTarget | readonly InstrumentTarget[],
  analysis: Name,
  options?: InstrumentOptions,
): Instrumentation<AnalysisResults[Name]>;
export function instrument(
  target: InstrumentTarget | readonly InstrumentTarget[],
  analysis: AnalysisKind | string,
  options?: InstrumentOptions,
): Instrumentation;
export function instrument(
  target: InstrumentTarget | readonly InstrumentTarget[],
  analysis: AnalysisKind | string,
  { options = {}, program = 'the program', log = () => {} }: InstrumentOptions = {},
): Instrumentation {
  const kind = typeof analysis === 'string' ? kindNamed(analysis) : analysis;
  checkOptions(kind, options);
  const instances = (Array.isArray(target) ? target : [target]).map(instanceOf);
  const run = kind.start(engineOf(instances), { options, log, isObserving: false });
  try {
    for (const instance of instances) run.attach(instance);
    run.started();
  } catch (error) {
    run.stop();
    throw error;
  }
  let isAttached = true;
  return {
    result: () => run.result(),
    report(format = kind.formats[0] ?? 'text') {
      return run.report(format, { program, width: REPORT_WIDTH, colors: false, out: undefined }).text;
    },
    detach() {
      if (isAttached) run.stop();
      isAttached = false;
    },
  };
}

/** @throws RangeError for an unknown name */
export function kindNamed(name: string): AnalysisKind {
  const kind = analysisKinds.find((known) => known.name === name);
  if (kind !== undefined) return kind;
  const names = analysisKinds.map((known) => known.name);
  throw new RangeError(`there is no analysis "${name}": there are ${names.join(', ')}`);
}

function instanceOf(target: unknown): ModuleInstance {
  try {
    return internals.instanceOf(target);
  } catch (cause) {
    throw new TypeError('only instances that run in wiz can be instrumented, given as such or by their exports', {
      cause,
    });
  }
}

/** Probes live where the instances run, which must be one engine. */
function engineOf(instances: readonly ModuleInstance[]): Engine {
  const engines = new Set(instances.map((instance) => Engine.of(instance)));
  const [engine] = engines;
  if (engines.size !== 1 || engine === undefined) throw new TypeError('all instances must be of one engine');
  return engine;
}

/** @throws OptionError for options that the analysis does not have, or values that they cannot have */
export function checkOptions(
  { name, options: specs }: AnalysisKind,
  options: Readonly<Record<string, OptionValue>>,
): void {
  for (const [option, value] of Object.entries(options)) {
    const spec = Object.hasOwn(specs, option) ? specs[option] : undefined;
    if (spec === undefined) throw unknownOption(option, specs);
    if (typeof value !== typeof spec.default || Array.isArray(value) !== Array.isArray(spec.default)) {
      throw new OptionError(`the option "${option}" of ${name} cannot be ${JSON.stringify(value)}`, option);
    }
  }
}
