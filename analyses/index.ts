/** Analyses: sets of probes with a result as plain data, and what renders results. */

export type {
  AllocationSite,
  AllocatorRole,
  AllocatorUse,
  AllocResult,
  BadFree,
  CallFrame,
  ModuleAllocations,
  SizeClass,
  SkippedAllocator,
} from './alloc/data.ts';
export type { Analysis } from './analysis.ts';
export type { BlocksResult, ModuleBlocks } from './blocks/blocks.ts';
export type { BranchesResult, ModuleBranches } from './branches/data.ts';
export type { BreakpointHits, BreakpointResult, ModuleBreakpoints } from './breakpoint/data.ts';
export type { CallTreeResult, TreeFunction, TreeNode } from './call-tree/data.ts';
export type { CallgraphResult } from './callgraph/data.ts';
export type { CallsResult, ModuleCalls } from './calls/data.ts';
export type { ConstArgsResult, FunctionArguments, ModuleArguments, ParameterUse } from './const-args/data.ts';
export { Coverage } from './coverage/coverage.ts';
export {
  type CoverageResult,
  type CoverageTotals,
  coveredFlags,
  type FunctionCoverage,
  type ModuleCoverage,
  type PcRun,
  type Share,
} from './coverage/data.ts';
export { type ListingCoverage, type ListingData, listingCoverage } from './coverage/listing-coverage.ts';
export { mergeCoverage } from './coverage/merge.ts';
export { type CoverageStyle, renderCoverage } from './coverage/render.ts';
export {
  type AnalysisKind,
  defineProbe,
  type Outcome,
  type ProbeDefinition,
  type ProbeRun,
  type RunContext,
  type RunningAnalysis,
  type StartOptions,
} from './define.ts';
export type { DeterminismResult } from './determinism/determinism.ts';
export type { EdgeCount, EdgesResult } from './edges/edges.ts';
export { EdgeMap } from './edges/map.ts';
export { chosenFunctions, type FunctionChoice, functionFilter, functionOptions } from './function-choice.ts';
export type {
  GlobalsResult,
  GlobalUse,
  InstructionGlobal,
  ModuleGlobals,
  ValueCount,
} from './globals/data.ts';
export type { HotnessResult, ModuleHotness } from './hotness/data.ts';
export type { IcountResult, ModuleIcount } from './icount/icount.ts';
export type { ImportCalls, ImportsResult } from './imports/imports.ts';
export type {
  FunctionLoopTraces,
  LoopPath,
  LoopSequence,
  LoopTrace,
  LoopTracesResult,
  ModuleLoopTraces,
  SequenceItem,
  TraceBranch,
} from './loop-traces/data.ts';
export type { LoopsResult, ModuleLoops } from './loops/data.ts';
export type {
  BulkCount,
  GrowCount,
  InstructionAccesses,
  InstructionBulk,
  MemoryResult,
  MemoryUse,
  ModuleMemory,
  PageCount,
  WidthCount,
} from './memory/data.ts';
export {
  type AnalysisResults,
  checkOptions,
  type Instrumentation,
  type InstrumentOptions,
  type InstrumentTarget,
  instrument,
  kindNamed,
} from './instrument.ts';
export type { MemoryTraceResult, TracedAccess } from './memory-trace/data.ts';
export type { FunctionMix, HashOperation, MinerResult, Mix, ModuleMix, Verdict } from './miner/data.ts';
export { MergeError } from './merging.ts';
export type { FirstNan, ModuleNans, NanProducer, NanResult } from './nan/data.ts';
export type { ModuleOpcodes, OpcodesResult } from './opcodes/opcodes.ts';
export {
  OptionError,
  type OptionSpec,
  type OptionSpecs,
  type OptionValue,
  type OptionValues,
  optionUsage,
  parseOptions,
} from './options.ts';
export { analysisKinds } from './registry.ts';
export { pageOf } from './rendering.ts';
export { type AnnotatedAnalysis, annotatedHtml } from './report/annotated-html.ts';
export type { AnnotatedModule } from './report/annotated-text.ts';
export { html } from './report/html/escape.ts';
export { sectionsHtml } from './report/html/sections.ts';
export type * from './report/presentation.ts';
export { type Report, type ReportContext, ReportError, type ReportFile } from './report/report.ts';
export { sectionsCsv } from './report/sections-csv.ts';
export { sectionsText } from './report/sections-text.ts';
export { timeText } from './report/values.ts';
export type { AnalysisResult, ModuleIdentity, ModuleResult } from './result.ts';
export type { FunctionSites, InstructionPlace } from './sites/data.ts';
export type { FrequentValue, FrequentValues } from './sketch/data.ts';
export type {
  ElementCalls,
  InstructionTable,
  ModuleTables,
  OperationCount,
  TableOperation,
  TablesResult,
  TableUse,
} from './tables/data.ts';
export type { Flow, FlowFrame, ModuleFlows, SourceUse, TaintResult } from './taint/data.ts';
export type { InstructionValues, ModuleValues, OperandValues, ValuesResult } from './values/data.ts';
export type { FunctionTime, ModuleTime, TimeResult } from './time/time.ts';
export type { TimeoutResult } from './timeout/timeout.ts';
export type { TraceEvent, TraceResult } from './trace/data.ts';
export type { TrapFrame, TrapReport, TrapResult } from './trap/data.ts';
